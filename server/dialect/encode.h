// Encodes events for peers of each dialect: the wire forms.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/errors.h"
#include "common/buffer/blob.h"
#include "common/buffer/slab.h"
#include "common/protocol/event.h"
#include "server/dialect/session.h"

namespace parley {

// JSON and a newline for lines, a text frame for a WebSocket.
Slice Encode(Dialect dialect, const protocol::Event& event, const std::optional<std::string>& ref,
             Slab& slab);

// RoomSlabs holds what one turn writes to a room, in each wire form that a member reads.
struct RoomSlabs {
  Slab lines;
  Slab frames;
  Slab raw;
};

// One event for many peers: the JSON is written once, and each wire form when the first peer needs it.
class SharedEvent {
 public:
  // `event` and `slabs` must outlive this.
  SharedEvent(const protocol::Event& event, RoomSlabs& slabs) : event_(event), slabs_(slabs) {}

  // For a dialect that speaks the protocol.
  const Slice& For(Dialect dialect) {
    const Slice& form = dialect == Dialect::kWebSocket ? frame_ : line_;
    return form.blob ? form : Write(dialect);
  }

 private:
  const Slice& Write(Dialect dialect);

  const protocol::Event& event_;
  RoomSlabs& slabs_;
  Slice line_;
  Slice frame_;
};

// A message from a protocol peer as raw peers read it: `name: text` and a newline. A file is a line of its
// own, `name: [file NAME, SIZE]`.
Slice WriteRaw(const protocol::MessageEvent& message, RoomSlabs& slabs);

// The number of bytes that are left of the line or frame that was begun. `sent` and `unsent` are what was
// written to a peer of that dialect: from the beginning of a line or frame on, to the end of one.
std::size_t LeftOfStarted(Dialect dialect, std::string_view sent, std::string_view unsent);

// The close code of a WebSocket that ends with this error (docs/protocol.md, "WebSocket closes").
std::uint16_t CloseCodeOf(ErrorCode code);

}  // namespace parley
