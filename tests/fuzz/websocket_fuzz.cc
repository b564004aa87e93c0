// WebSocketDecoder: the same comes out however the bytes arrive, and it is what the limits and RFC 6455
// allow.
//
// Input: one character for the size of the pieces, then the bytes.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/codec/websocket.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::WebSocketDecoder;
using parley::fuzz::Require;

// What a control frame of the server is: its opcode, a length of one byte, and so many bytes.
bool IsControlFrame(std::string_view frame, unsigned char first) {
  return frame.size() >= 2 && static_cast<unsigned char>(frame[0]) == first &&
         static_cast<unsigned char>(frame[1]) <= 125 &&
         frame.size() == 2U + static_cast<unsigned char>(frame[1]);
}

std::string Check(const WebSocketDecoder::Text& step) {
  Require(step.text.size() <= parley::limits::kMessageBytes && parley::IsValidUtf8(step.text));
  return "text " + step.text;
}

std::string Check(const WebSocketDecoder::Pong& step) {
  Require(IsControlFrame(step.bytes, 0x8A));
  return "pong " + step.bytes;
}

std::string Check(const WebSocketDecoder::Closed& step) {
  Require(IsControlFrame(step.reply, 0x88));
  Require(step.code == parley::websocket_close::kNoStatus ? step.reply.size() == 2 : step.reply.size() >= 4);
  Require(step.reply.size() < 4 || parley::IsValidUtf8(std::string_view(step.reply).substr(4)));
  return "closed " + std::to_string(step.code) + step.reply;
}

std::string Check(const WebSocketDecoder::Violation& step) {
  Require(step.code == parley::websocket_close::kProtocolError ||
          step.code == parley::websocket_close::kUnsupportedData ||
          step.code == parley::websocket_close::kInvalidPayload ||
          step.code == parley::websocket_close::kMessageTooBig);
  Require(IsControlFrame(parley::WebSocketClose(step.code, step.reason), 0x88));
  return "violation " + std::to_string(step.code);
}

std::string Check(const WebSocketDecoder::NeedMore&) {
  return "";
}

std::vector<std::string> Decode(std::string_view bytes, std::size_t piece) {
  WebSocketDecoder decoder;
  std::vector<std::string> steps;
  bool over = false;
  while (!bytes.empty()) {
    std::string_view chunk = bytes.substr(0, piece);
    bytes.remove_prefix(chunk.size());
    while (true) {
      std::size_t consumed = 0;
      const WebSocketDecoder::Step step = decoder.Next(chunk, consumed);
      Require(consumed <= chunk.size());
      chunk.remove_prefix(consumed);
      if (std::holds_alternative<WebSocketDecoder::NeedMore>(step)) break;
      Require(!over && consumed > 0);
      over = std::holds_alternative<WebSocketDecoder::Closed>(step) ||
             std::holds_alternative<WebSocketDecoder::Violation>(step);
      steps.push_back(std::visit([](const auto& s) { return Check(s); }, step));
    }
    Require(chunk.empty());
  }
  return steps;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = parley::fuzz::Text(data + 1, size - 1);
  const std::vector<std::string> whole = Decode(bytes, bytes.size());
  Require(Decode(bytes, data[0] % 32U + 1U) == whole);
  Require(Decode(bytes, 1) == whole);
  return 0;
}
