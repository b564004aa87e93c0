// Session turns the bytes of one peer into requests, in the peer's dialect. No socket, no clock.
//
// The first bytes decide the dialect (docs/protocol.md, "Doors"), and it never changes again. The exception
// is HTTP, which can become a WebSocket. The caller keeps the bytes that were not consumed, and passes them
// again together with those that came after them. For a raw peer, each call of Next must have the bytes of
// exactly one read, because a read is judged as a whole.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/codec/http_head.h"
#include "common/codec/lines.h"
#include "common/codec/utf8.h"
#include "common/codec/websocket.h"
#include "common/protocol/request.h"

namespace parley {

enum class Dialect {
  kUndecided,
  kRaw,
  kLines,
  kHttp,
  kWebSocket,  // from HTTP, by Upgrade
  kForeign,    // another protocol: the peer is told so and closed
};

class Session {
 public:
  // `http`: ALPN said so, and nothing needs to be decided.
  explicit Session(bool http = false);

  struct NeedMore {};
  // The dialect was decided just now. The consumed bytes have no other meaning.
  struct Decided {
    Dialect dialect;
  };
  // One read of a raw peer.
  struct Chunk {
    std::string_view bytes;          // a view of the input, or of this; empty: Telnet commands only
    std::vector<std::string> texts;  // the same as messages: none, one, or more if it is long
    std::string replies;             // to the Telnet commands in it
  };
  // A raw peer sent the opening of another dialect or protocol, too late. The caller tells it so, and closes
  // it.
  struct TooLate {
    Dialect dialect;  // kLines, kHttp or kForeign
  };
  // One request, or what is wrong with it. Nothing can follow after too_large.
  using Asked = protocol::DecodedRequest;
  // A WebSocket broke the framing. The caller closes it with this code, and nothing can follow.
  struct Broken {
    std::uint16_t close_code;
    std::string_view text;
  };
  // Bytes with which the dialect itself answers: a pong, or the end of a WebSocket that its peer closed.
  struct Say {
    std::string bytes;
    bool last;
  };
  using Step = std::variant<NeedMore, Decided, Chunk, TooLate, Asked, Broken, Say, HttpRequest, HttpBad>;

  // Reads the front of `input`; `consumed` is the number of bytes that were used. Call it again with the rest
  // until it needs more.
  Step Next(std::string_view input, std::size_t& consumed);

  // The first second is over, or nothing more will come. An undecided session becomes raw, or what `said`
  // (all that came) looks like. Then Next gives what was said.
  Dialect DecideNow(std::string_view said);
  // Nothing more will come: no beginning waits for its rest any longer.
  void End() { ended_ = true; }
  [[nodiscard]] bool ended() const { return ended_; }

  // HTTP becomes a WebSocket, after the request that asked for it.
  void Upgrade() { dialect_ = Dialect::kWebSocket; }

  [[nodiscard]] Dialect dialect() const { return dialect_; }
  // With kForeign: the name of the other protocol. Empty: the peer would not understand a line of text.
  [[nodiscard]] std::string_view foreign() const { return foreign_; }
  // Whether the peer speaks the protocol's messages.
  [[nodiscard]] bool speaks_protocol() const {
    return dialect_ == Dialect::kLines || dialect_ == Dialect::kWebSocket;
  }

 private:
  Step NextLine(std::string_view input, std::size_t& consumed);
  Step NextFrame(std::string_view input, std::size_t& consumed);
  static Step NextHead(std::string_view input, std::size_t& consumed);
  Step NextChunk(std::string_view input, std::size_t& consumed);
  Chunk TakeChunk(std::string_view input);
  Dialect DialectOf(std::string_view opening);
  Dialect DialectOfWhole(std::string_view opening);

  Dialect dialect_ = Dialect::kUndecided;
  std::string_view foreign_;
  bool ended_ = false;
  bool spoke_ = false;   // a raw peer sent more than white space and Telnet commands
  bool telnet_ = false;  // has sent such commands
  std::string telnet_text_;
  LineDecoder lines_;
  Utf8Repair repair_;
  WebSocketDecoder frames_;
};

}  // namespace parley
