// LogQuery asks the log for messages of one room, or for who was there. A value.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/request.h"

namespace parley {

// Messages before or after one, or the newest, or those that contain words; at most `limit`, and at most
// limits::kReplyMessageBytes.
struct LogQuery {
  std::string room_key;
  std::optional<protocol::Sequence> before = {};  // at most one of the two
  std::optional<protocol::Sequence> after = {};
  std::size_t limit = 0;
  bool with_room = false;  // also what is kept of the room besides messages
  // Also the messages up to `until` that changed after a revision; at most limits::kReplyMessageBytes.
  struct Changes {
    protocol::Revision after = 0;
    protocol::Sequence until = ~protocol::Sequence{0};
    std::size_t limit = ~std::size_t{0};
  };
  std::optional<Changes> changes = {};
  std::string reader = {};   // key of the identity whose votes and reactions are marked; empty: nobody's
  std::string seen_by = {};  // key of the identity; how far it has read (SeenMark) is wanted, too; empty: not
  std::string words = {};    // only messages that contain all of these, newest first, before `before`
  // Asks for the people who were in the room between the two times, instead of messages. Skips the first
  // `after` people who ever came.
  struct Attendance {
    WallTime since;
    WallTime until;
    std::uint64_t after = 0;
  };
  std::optional<Attendance> attendance = {};
  std::uint64_t ticket = 0;  // comes back with the answer
};

}  // namespace parley
