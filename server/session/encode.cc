#include "server/session/encode.h"

#include "common/codec/websocket.h"

namespace parley {
namespace {

BlobRef Wrap(Dialect dialect, const std::string& json) {
  return BlobRef::Copy(dialect == Dialect::kWebSocket ? WebSocketTextHeader(json.size()) + json
                                                      : json + '\n');
}

}  // namespace

BlobRef Encode(Dialect dialect, const protocol::Event& event, const std::optional<std::string>& ref) {
  std::string json;
  protocol::AppendEvent(json, event, ref);
  return Wrap(dialect, json);
}

BlobRef EncodeRaw(const protocol::MessageEvent& message) {
  return BlobRef::Copy(message.from.name + ": " + message.text + "\n");
}

const BlobRef& SharedEvent::For(Dialect dialect) {
  BlobRef& form = dialect == Dialect::kWebSocket ? frame_ : line_;
  if (!form) {
    if (json_.empty()) protocol::AppendEvent(json_, event_);
    form = Wrap(dialect, json_);
  }
  return form;
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
