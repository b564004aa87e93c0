#include "server/session/session.h"

#include <optional>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/codec/first_bytes.h"

namespace parley {
namespace {

Dialect DialectOf(FirstBytes first) {
  switch (first) {
    case FirstBytes::kLines:
      return Dialect::kLines;
    case FirstBytes::kHttp:
      return Dialect::kHttp;
    case FirstBytes::kTls:
      return Dialect::kTls;
    case FirstBytes::kRaw:
      return Dialect::kRaw;
    case FirstBytes::kNeedMore:
      break;
  }
  return Dialect::kUndecided;
}

Session::Asked TooLarge() {
  return {protocol::Fault{ErrorCode::kTooLarge, "a message of over 64 KiB"}, std::nullopt};
}

void DropNewline(std::string& text) {
  if (!text.ends_with('\n')) return;
  text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

Session::Session(bool http)
    : dialect_(http ? Dialect::kHttp : Dialect::kUndecided), lines_(limits::kMessageBytes) {
}

Session::Step Session::Next(std::string_view input, std::size_t& consumed) {
  consumed = 0;
  switch (dialect_) {
    case Dialect::kUndecided:
      dialect_ = DialectOf(ClassifyFirstBytes(input));
      if (dialect_ == Dialect::kUndecided) return NeedMore{};
      return Decided{dialect_};
    case Dialect::kLines:
      return NextLine(input, consumed);
    case Dialect::kRaw:
      if (input.empty()) return NeedMore{};
      consumed = input.size();
      return TakeChunk(input);
    case Dialect::kHttp:
      return NextHead(input, consumed);
    case Dialect::kWebSocket:
      return NextFrame(input, consumed);
    case Dialect::kTls:
      break;
  }
  consumed = input.size();
  return NeedMore{};
}

Session::Step Session::NextHead(std::string_view input, std::size_t& consumed) {
  auto head = ParseHttpHead(input);
  if (auto* request = std::get_if<HttpRequest>(&head)) {
    consumed = request->consumed;
    return std::move(*request);
  }
  if (const auto* bad = std::get_if<HttpBad>(&head)) return *bad;
  return NeedMore{};
}

Session::Step Session::NextFrame(std::string_view input, std::size_t& consumed) {
  auto step = frames_.Next(input, consumed);
  if (auto* text = std::get_if<WebSocketDecoder::Text>(&step)) return protocol::DecodeRequest(text->text);
  if (auto* pong = std::get_if<WebSocketDecoder::Pong>(&step)) return Say{std::move(pong->bytes), false};
  if (auto* closed = std::get_if<WebSocketDecoder::Closed>(&step)) return Say{std::move(closed->reply), true};
  if (const auto* violation = std::get_if<WebSocketDecoder::Violation>(&step)) {
    if (violation->code == websocket_close::kMessageTooBig) return TooLarge();
    return Broken{violation->code, violation->reason};
  }
  return NeedMore{};
}

Session::Step Session::NextLine(std::string_view input, std::size_t& consumed) {
  for (;;) {
    const auto result = lines_.Next(input.substr(consumed));
    switch (result.status) {
      case LineDecoder::Status::kNeedMore:
        return NeedMore{};
      case LineDecoder::Status::kTooLong:
        consumed = input.size();
        return TooLarge();
      case LineDecoder::Status::kLine:
        consumed += result.consumed;
        if (!result.line.empty()) return protocol::DecodeRequest(result.line);
    }
  }
}

Session::Chunk Session::TakeChunk(std::string_view input) {
  Chunk chunk{input, {}};
  std::string text = repair_.Feed(input);
  DropNewline(text);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = CutUtf8(rest, limits::kTextBytes);
    chunk.texts.emplace_back(piece);
    rest.remove_prefix(piece.size());
  }
  return chunk;
}

}  // namespace parley
