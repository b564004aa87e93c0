#include "server/dialect/session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/codec/first_bytes.h"
#include "common/codec/openings.h"
#include "common/codec/telnet.h"

namespace parley {
namespace {

Session::Asked TooLarge() {
  return {protocol::Fault{ErrorCode::kTooLarge, "the message is larger than 64 KiB"}, std::nullopt};
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
      dialect_ = DialectOf(input);
      if (dialect_ == Dialect::kUndecided) return NeedMore{};
      if (dialect_ == Dialect::kLines) consumed = BytesBeforeText(input);
      // Empty lines; whatever else stands there makes a bad request.
      if (dialect_ == Dialect::kHttp) consumed = std::min(input.find_first_not_of("\r\n"), input.size());
      return Decided{dialect_};
    case Dialect::kLines:
      return NextLine(input, consumed);
    case Dialect::kRaw:
      return NextChunk(input, consumed);
    case Dialect::kHttp:
      return NextHead(input, consumed);
    case Dialect::kWebSocket:
      return NextFrame(input, consumed);
    case Dialect::kForeign:
      break;
  }
  consumed = input.size();
  return NeedMore{};
}

// Undecided: it may become something yet.
Dialect Session::DialectOf(std::string_view opening) {
  switch (ClassifyFirstBytes(opening)) {
    case FirstBytes::kNeedMore:
      return Dialect::kUndecided;
    case FirstBytes::kLines:
      return Dialect::kLines;
    case FirstBytes::kHttp:
      return Dialect::kHttp;
    case FirstBytes::kTls:
      return Dialect::kForeign;
    case FirstBytes::kProxy:
    case FirstBytes::kRaw:
      break;
  }
  return DialectOfWhole(opening);
}

// Of all that there is.
Dialect Session::DialectOfWhole(std::string_view opening) {
  if (BeginsWithHttp(opening)) return Dialect::kHttp;
  const auto protocol = RecognizeProtocol(opening);
  foreign_ = protocol.value_or("");
  return protocol ? Dialect::kForeign : Dialect::kRaw;
}

Dialect Session::DecideNow(std::string_view said) {
  dialect_ = DialectOfWhole(said);
  return dialect_;
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

Session::Step Session::NextChunk(std::string_view input, std::size_t& consumed) {
  if (input.empty()) return NeedMore{};
  TelnetRead telnet = DecodeTelnet(input);
  // For a peer that has spoken no Telnet, a partial command is plain bytes.
  if (telnet.status == TelnetRead::Status::kNeedMore && telnet_ && !ended_) return NeedMore{};
  consumed = input.size();
  if (telnet.status == TelnetRead::Status::kTelnet) {
    telnet_ = true;
    telnet_text_ = std::move(telnet.text);
    input = telnet_text_;
  }
  if (BeginsWithHello(input)) return TooLate{Dialect::kLines};
  const bool speaks = BytesBeforeText(input) < input.size();
  if (speaks && !std::exchange(spoke_, true)) {
    Dialect opening = DialectOf(input);
    if (opening == Dialect::kUndecided) opening = DialectOfWhole(input);
    if (opening == Dialect::kHttp || opening == Dialect::kForeign) return TooLate{opening};
  }
  Chunk chunk = TakeChunk(input);
  chunk.replies = std::move(telnet.replies);
  return chunk;
}

Session::Chunk Session::TakeChunk(std::string_view input) {
  Chunk chunk{input, {}, {}};
  constexpr std::string_view kCrNul("\r\0", 2);
  const bool telnet_newline = input.find(kCrNul) != std::string_view::npos;
  std::string text = telnet_newline ? repair_.Feed(WithoutCrNul(input)) : repair_.Feed(input);
  DropNewline(text);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = CutUtf8(rest, limits::kTextBytes);
    chunk.texts.emplace_back(piece);
    rest.remove_prefix(piece.size());
  }
  return chunk;
}

}  // namespace parley
