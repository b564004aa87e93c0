#include "server/dialect/encode.h"

#include <algorithm>
#include <cstdint>

#include "common/base/size_text.h"
#include "common/codec/websocket.h"

namespace parley {
namespace {

// JSON is written here before it is copied to where it belongs, so that writing allocates nothing.
std::string& Scratch() {
  static thread_local std::string scratch;
  scratch.clear();
  return scratch;
}

}  // namespace

Slice Encode(Dialect dialect, const protocol::Event& event, const std::optional<std::string>& ref,
             Slab& slab) {
  std::string& json = Scratch();
  protocol::AppendEvent(json, event, ref);
  if (dialect == Dialect::kWebSocket) return slab.Write(WebSocketTextHeader(json.size()), json);
  json += '\n';
  return slab.Write({}, json);
}

const Slice& SharedEvent::Write(Dialect dialect) {
  const bool frame = dialect == Dialect::kWebSocket;
  return (frame ? frame_ : line_) =
             Encode(dialect, event_, std::nullopt, frame ? slabs_.frames : slabs_.lines);
}

Slice WriteRaw(const protocol::MessageEvent& message, RoomSlabs& slabs) {
  std::string& text = Scratch();
  if (!message.text.empty() || !message.file) {
    text.append(message.from.name).append(": ").append(message.text).append("\n");
  }
  if (message.file) {
    text.append(message.from.name).append(": [file ").append(message.file->name).append(", ");
    text.append(SizeForPeople(message.file->size)).append("]\n");
  }
  return slabs.raw.Write({}, text);
}

std::size_t LeftOfStarted(Dialect dialect, std::string_view sent, std::string_view unsent) {
  if (dialect != Dialect::kWebSocket) {
    return sent.empty() || sent.ends_with('\n') ? 0 : std::min(unsent.find('\n'), unsent.size() - 1) + 1;
  }
  // Both parts are one piece of memory.
  const std::string_view all(sent.data(), sent.size() + unsent.size());
  std::size_t end = 0;
  while (end < sent.size()) end += WebSocketFrameSize(all.substr(end));
  return end - sent.size();
}

std::uint16_t CloseCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kTooLarge:
      return websocket_close::kMessageTooBig;
    case ErrorCode::kBadJson:
      return websocket_close::kInvalidPayload;
    case ErrorCode::kServerFull:
      return websocket_close::kTryAgainLater;
    default:
      return websocket_close::kPolicyViolation;
  }
}

}  // namespace parley
