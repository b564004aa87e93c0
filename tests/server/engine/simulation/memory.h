// Which messages a person has, over all its connections: what a client must keep to come back without a hole.
// And where it is host, or was it when it went.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/protocol/event.h"
#include "tests/server/engine/simulation/replica.h"

namespace parley::simulation {

using protocol::Sequence;

class Memory {
 public:
  void Joined(const protocol::Joined& joined, std::optional<Sequence> since);
  void Heard(const std::string& room, Sequence seq);
  // The log keeps nothing before this one any more.
  void Skip(const std::string& room, Sequence first);
  // The person went away for good, and knows nothing of the room.
  void Forget(const std::string& room) { rooms_.erase(room); }

  // All up to here was heard, since the person came into the room first.
  [[nodiscard]] Sequence last(const std::string& room) const;
  [[nodiscard]] std::vector<std::string> rooms() const;

  [[nodiscard]] Replica& replica(const std::string& room) { return replicas_[room]; }
  // It may have missed something of all rooms.
  void ClearReplicas() { replicas_.clear(); }

  void SetHost(const std::string& room, bool host);
  [[nodiscard]] bool IsHost(const std::string& room) const { return hosts_.contains(room); }
  // It may have missed something, and be host elsewhere or no more.
  void DoubtHosts();
  // It is somebody new.
  void ForgetHosts();
  [[nodiscard]] bool KnowsHosts() const { return knows_hosts_; }

 private:
  struct Known {
    Sequence last = 0;
    std::set<Sequence> beyond;  // and these, after a hole
  };
  static void Advance(Known& known);

  std::map<std::string, Known> rooms_;
  std::map<std::string, Replica> replicas_;
  std::set<std::string> hosts_;  // rooms
  bool knows_hosts_ = true;
};

}  // namespace parley::simulation
