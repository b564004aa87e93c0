#include "server/session/encode.h"

namespace parley {

BlobRef EncodeLine(const protocol::Event& event, const std::optional<std::string>& ref) {
  std::string line;
  protocol::AppendEvent(line, event, ref);
  line += '\n';
  return BlobRef::Copy(line);
}

BlobRef EncodeRaw(const protocol::MessageEvent& message) {
  return BlobRef::Copy(message.from.name + ": " + message.text + "\n");
}

}  // namespace parley
