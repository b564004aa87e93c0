// One peer's dialect: bytes in, what they mean out. No socket, no clock.
//
// The first bytes decide (docs/protocol.md, "Doors"); from then on the dialect stays. The caller keeps the
// bytes that were not consumed and gives them again, with what came after them. What a raw peer sends is
// judged as it was read: the input of Next is then one read.

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
  kWebSocket,  // out of HTTP, by Upgrade
  kForeign,    // another protocol: it is told so, and closed
};

class Session {
 public:
  // `http`: ALPN said so, and nothing needs to be decided.
  explicit Session(bool http = false);

  struct NeedMore {};
  // The dialect was decided just now; what is consumed by that means nothing.
  struct Decided {
    Dialect dialect;
  };
  // One read of a raw peer.
  struct Chunk {
    std::string_view bytes;          // a view of the input, or of this; empty: commands of Telnet only
    std::vector<std::string> texts;  // what it is in messages: none, one, or more where it is long
    std::string replies;             // to the commands of Telnet that were in it
  };
  // A raw peer sent the opening of another dialect or protocol, too late. The caller tells it so, and closes
  // it.
  struct TooLate {
    Dialect dialect;  // kLines, kHttp or kForeign
  };
  // One request, or what is wrong with it. After too_large nothing can follow.
  using Asked = protocol::DecodedRequest;
  // A WebSocket broke the framing: it is to be closed with this code, and nothing can follow.
  struct Broken {
    std::uint16_t close_code;
    std::string_view text;
  };
  // Bytes that the dialect itself answers with: a pong; or the end of a WebSocket that its peer closed.
  struct Say {
    std::string bytes;
    bool last;
  };
  using Step = std::variant<NeedMore, Decided, Chunk, TooLate, Asked, Broken, Say, HttpRequest, HttpBad>;

  // What stands at the front of `input`; `consumed` is how much of it is done with. To be called again with
  // the rest until it needs more.
  Step Next(std::string_view input, std::size_t& consumed);

  // The first second is over, or nothing more will come. An undecided session becomes raw, or what `said`
  // (all that came) looks like. Then Next gives what was said.
  Dialect DecideNow(std::string_view said);
  // Nothing more will come: no beginning waits for its rest.
  void End() { ended_ = true; }
  [[nodiscard]] bool ended() const { return ended_; }

  // HTTP becomes a WebSocket, after the request that asked for it.
  void Upgrade() { dialect_ = Dialect::kWebSocket; }

  [[nodiscard]] Dialect dialect() const { return dialect_; }
  // With kForeign: the name of the other protocol. Empty: it would not understand a line of text.
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
  bool spoke_ = false;   // a raw peer: something besides white space and commands of Telnet
  bool telnet_ = false;  // has sent such commands
  std::string telnet_text_;
  LineDecoder lines_;
  Utf8Repair repair_;
  WebSocketDecoder frames_;
};

}  // namespace parley
