// StateHistory is what every message of a play has said, change by change. What clients know of messages is
// compared with it.

#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/model/log_entry.h"

namespace parley::simulation {

// A message between two changes. What is shown to its reader alone is not part of it.
struct Version {
  Version() = default;
  Version(std::string said, const protocol::MessageState* shown);
  std::string text;
  protocol::MessageState state;
  bool operator==(const Version&) const = default;
};

class StateHistory {
 public:
  void Stored(const LogEntry& entry);
  // A change of it failed, and may have been made.
  void Doubt(const std::string& room, protocol::Sequence seq) { doubtful_.emplace(room, seq); }

  // The message once the room had this revision; null: that is not known.
  [[nodiscard]] const Version* AsOf(const std::string& room, protocol::Sequence seq,
                                    protocol::Revision rev) const;
  [[nodiscard]] const Version* Newest(const std::string& room, protocol::Sequence seq) const {
    return AsOf(room, seq, ~protocol::Revision{0});
  }
  // The messages that were changed after one revision and up to another one, and when.
  [[nodiscard]] std::vector<std::pair<protocol::Revision, protocol::Sequence>> ChangedBetween(
      const std::string& room, protocol::Revision after, protocol::Revision up_to) const;

  // A list of changes, as `joined` and `history` have it: the messages from `first` to `until` that changed
  // after a revision, as of another one.
  struct Asked {
    std::string room;
    protocol::Sequence first = 1, until = 0;
    protocol::Revision after = 0, as_of = 0;
  };
  void CheckListed(const Asked& asked, const std::vector<protocol::MessageChanged>& changes, bool more) const;

  [[nodiscard]] const std::vector<protocol::Sequence>& polls(const std::string& room) {
    return rooms_[room].polls;
  }

 private:
  struct Room {
    std::map<protocol::Sequence, std::map<protocol::Revision, Version>> messages;
    std::map<protocol::Revision, protocol::Sequence> changes;
    std::vector<protocol::Sequence> polls;
  };
  std::map<std::string, Room> rooms_;
  std::set<std::pair<std::string, protocol::Sequence>> doubtful_;
};

}  // namespace parley::simulation
