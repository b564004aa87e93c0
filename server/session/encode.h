// The wire forms: how an event reads for a peer of each dialect.

#pragma once

#include <optional>
#include <string>

#include "common/base/errors.h"
#include "common/buffer/blob.h"
#include "common/protocol/event.h"
#include "server/session/session.h"

namespace parley {

// For one peer: JSON and a newline for lines, a text frame for a WebSocket.
BlobRef Encode(Dialect dialect, const protocol::Event& event,
               const std::optional<std::string>& ref = std::nullopt);

// A message from a protocol peer as raw peers read it: `name: text` and a newline.
BlobRef EncodeRaw(const protocol::MessageEvent& message);

// One event for many peers: the JSON is written once, and each wire form is made when the first peer needs
// it.
class SharedEvent {
 public:
  // `event` must outlive this.
  explicit SharedEvent(const protocol::Event& event) : event_(event) {}

  const BlobRef& For(Dialect dialect);

 private:
  const protocol::Event& event_;
  std::string json_;
  BlobRef line_;
  BlobRef frame_;
};

// The close code of a WebSocket that ends with this error (docs/protocol.md, "WebSocket closes").
std::uint16_t CloseCodeOf(ErrorCode code);

}  // namespace parley
