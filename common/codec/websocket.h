// Implements the server's side of WebSocket (RFC 6455): bytes in, messages out, and the frames that the
// server sends. Sans I/O, no clock. wslay does the framing. The limits, and the frames that go to many peers,
// are ours.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

// Close codes (RFC 6455, section 7.4.1) that the server sends or reports.
namespace websocket_close {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoStatus = 1005;  // never on the wire: the peer's close had no code
inline constexpr std::uint16_t kInvalidPayload = 1007;
inline constexpr std::uint16_t kPolicyViolation = 1008;
inline constexpr std::uint16_t kMessageTooBig = 1009;
inline constexpr std::uint16_t kTryAgainLater = 1013;
}  // namespace websocket_close

// Reads the messages of one peer. Between messages it holds no memory except this object (two words): the 9
// KiB that wslay needs exist only while a frame or a fragmented message is unfinished. A message grows by
// what arrived, never by what a header declared.
class WebSocketDecoder {
 public:
  WebSocketDecoder();
  WebSocketDecoder(WebSocketDecoder&& other) noexcept;
  WebSocketDecoder& operator=(WebSocketDecoder&& other) noexcept;
  ~WebSocketDecoder();

  struct NeedMore {};
  // A whole text message, valid UTF-8, at most limits::kMessageBytes. May be empty.
  struct Text {
    std::string text;
  };
  // The answer to a ping, which the caller sends.
  struct Pong {
    std::string bytes;
  };
  // The peer closes. The caller sends `reply`, the frame that answers, before it closes the connection.
  struct Closed {
    std::uint16_t code;  // the peer's, or websocket_close::kNoStatus
    std::string reply;
  };
  // The peer broke the rules. The caller sends WebSocketClose(code, reason) and closes. With kMessageTooBig
  // it may send an error first.
  struct Violation {
    std::uint16_t code;
    std::string_view reason;  // lives as long as the program
  };
  using Step = std::variant<NeedMore, Text, Pong, Closed, Violation>;

  // Reads the front of `input`. `consumed` is the number of bytes that were used, whatever the result: do not
  // pass them again. Call it with the rest until it needs more; then all was consumed. Nothing follows Closed
  // or Violation: all later bytes are dropped.
  Step Next(std::string_view input, std::size_t& consumed);

 private:
  struct Reading;  // wslay's context, and the message so far
  std::unique_ptr<Reading> reading_;
  bool over_ = false;
};

// The header of an unmasked text frame with a payload of `size` bytes (section 5.2): at most 10 bytes. The
// payload follows it on the wire, as it is: one frame serves all peers.
std::string WebSocketTextHeader(std::size_t size);

// The size of the unmasked frame at the front of `frames`, with its header.
std::size_t WebSocketFrameSize(std::string_view frames);

// A whole close frame. `reason` is UTF-8. It is cut between characters after 123 bytes.
std::string WebSocketClose(std::uint16_t code, std::string_view reason);

// A whole ping frame, with an empty payload.
std::string WebSocketPing();

// Whether `key` can stand in Sec-WebSocket-Key: the base64 form of 16 bytes.
bool IsWebSocketKey(std::string_view key);

// What Sec-WebSocket-Accept answers to a key (section 4.2.2).
std::string WebSocketAccept(std::string_view key);

}  // namespace parley
