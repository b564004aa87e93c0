// The wire forms: how an event reads for a peer of each dialect.

#pragma once

#include <optional>
#include <string>

#include "common/buffer/blob.h"
#include "common/protocol/event.h"

namespace parley {

// JSON and a newline.
BlobRef EncodeLine(const protocol::Event& event, const std::optional<std::string>& ref = std::nullopt);

// A message from a protocol peer as raw peers read it: `name: text` and a newline.
BlobRef EncodeRaw(const protocol::MessageEvent& message);

// One event for many peers: each wire form is made when the first peer needs it, and then shared.
class SharedEvent {
 public:
  // `event` must outlive this.
  explicit SharedEvent(const protocol::Event& event) : event_(event) {}

  const BlobRef& line() {
    if (!line_) line_ = EncodeLine(event_);
    return line_;
  }

 private:
  const protocol::Event& event_;
  BlobRef line_;
};

}  // namespace parley
