// How a room is set up: what outlives a restart where there is a log on disk. A value.

#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "common/protocol/names.h"

namespace parley {

struct Ban {
  protocol::Name name;
  std::string identity;
  std::string address;  // empty for an account

  bool operator==(const Ban&) const = default;
};

// Identities that a room remembers, as many as bans: guests come and go without end, and each may be a new
// one. The one that was added longest ago goes first.
class RememberedPeople {
 public:
  RememberedPeople() = default;
  RememberedPeople(std::initializer_list<std::string> people) : people_(people) {}

  [[nodiscard]] bool Contains(const std::string& identity) const {
    return std::ranges::find(people_, identity) != people_.end();
  }
  // Whether it was not there already; it is the newest in any case.
  bool Add(const std::string& identity) {
    const bool news = !Remove(identity);
    if (people_.size() >= limits::kBansPerRoom) people_.erase(people_.begin());
    people_.push_back(identity);
    return news;
  }
  // Whether it was there.
  bool Remove(const std::string& identity) { return std::erase(people_, identity) > 0; }
  // The newest last.
  [[nodiscard]] const std::vector<std::string>& all() const { return people_; }

  bool operator==(const RememberedPeople&) const = default;

 private:
  std::vector<std::string> people_;
};

struct RoomSettings {
  protocol::Name name;
  std::string topic = {};
  std::string password = {};  // empty: none
  bool locked = false;
  bool waiting_room = false;
  std::vector<Ban> bans = {};
  RememberedPeople host_identities = {};   // who was made a host: passes the lock on coming back
  RememberedPeople muted_identities = {};  // a mute is not shaken off by leaving

  bool operator==(const RoomSettings&) const = default;
};

}  // namespace parley
