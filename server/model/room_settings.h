// RoomSettings is how a room is set up: what survives a restart if the log is on disk. A value.

#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/protocol/names.h"
#include "common/protocol/request.h"

namespace parley {

struct Ban {
  protocol::Name name;
  std::string identity;
  std::string address = {};  // not empty: guests from there are banned, too
  WallTime time = {};
  std::string by = {};  // a name

  // A guest's ban applies to every guest of the name.
  [[nodiscard]] bool OfGuest() const { return identity.starts_with("guest:"); }

  bool operator==(const Ban&) const = default;
};

// RememberedPeople holds identities that a room remembers, as many as bans. The number is limited because
// guests come and go without end, and each may be a new identity. Beyond it, the oldest entry is dropped.
class RememberedPeople {
 public:
  RememberedPeople() = default;
  RememberedPeople(std::initializer_list<std::string> people) : people_(people) {}

  [[nodiscard]] bool Contains(const std::string& identity) const {
    return std::ranges::find(people_, identity) != people_.end();
  }
  // Returns whether it is new. It becomes the newest in any case.
  bool Add(const std::string& identity) {
    const bool news = !Remove(identity);
    if (people_.size() >= limits::kBansPerRoom) people_.erase(people_.begin());
    people_.push_back(identity);
    return news;
  }
  // Returns whether it was there.
  bool Remove(const std::string& identity) { return std::erase(people_, identity) > 0; }
  // The newest last.
  [[nodiscard]] const std::vector<std::string>& all() const { return people_; }

  bool operator==(const RememberedPeople&) const = default;

 private:
  std::vector<std::string> people_;
};

// How somebody became host of a room. If two ways apply, the later in this list counts. The numbers are kept
// on disk.
enum class HostBy { kRight = 0, kBeingFirst = 1, kPromotion = 2 };

// KnownHosts remembers everybody who was made host of a room, unless they were demoted or removed since. They
// are host again when they return. It keeps the order in which they became host, and as many as bans. Beyond
// that, the oldest entry is dropped.
class KnownHosts {
 public:
  struct Host {
    std::string identity;
    HostBy by = HostBy::kBeingFirst;
    bool expected = false;  // is in the room, or lost the connection to it a moment ago

    bool operator==(const Host&) const = default;
  };

  KnownHosts() = default;
  KnownHosts(std::initializer_list<Host> hosts) : hosts_(hosts) {}

  [[nodiscard]] const Host* Find(const std::string& identity) const {
    const auto found = std::ranges::find(hosts_, identity, &Host::identity);
    return found == hosts_.end() ? nullptr : &*found;
  }
  // `identity` is host, and is in the room. Returns whether anything changed.
  bool Add(const std::string& identity, HostBy by) {
    const auto found = std::ranges::find(hosts_, identity, &Host::identity);
    if (found != hosts_.end()) {
      const Host before = *found;
      found->by = std::max(found->by, by);
      found->expected = true;
      return *found != before;
    }
    if (hosts_.size() >= limits::kBansPerRoom) hosts_.erase(hosts_.begin());
    hosts_.push_back({identity, by, true});
    return true;
  }
  // Sets whether `identity` is awaited after a restart. Returns whether anything changed.
  bool Expect(const std::string& identity, bool expected) {
    const auto found = std::ranges::find(hosts_, identity, &Host::identity);
    return found != hosts_.end() && std::exchange(found->expected, expected) != expected;
  }
  // Returns whether it was there.
  bool Remove(const std::string& identity) {
    return std::erase_if(hosts_, [&](const Host& host) { return host.identity == identity; }) > 0;
  }
  // Whether `one` is known, and became host before `other`.
  [[nodiscard]] bool IsOlder(const std::string& one, const std::string& other) const {
    for (const Host& host : hosts_) {
      if (host.identity == one || host.identity == other) return host.identity == one && one != other;
    }
    return false;
  }
  [[nodiscard]] const std::vector<Host>& all() const { return hosts_; }
  // Adds a host as it was kept; see Add.
  void Restore(Host host) { hosts_.push_back(std::move(host)); }

  bool operator==(const KnownHosts&) const = default;

 private:
  std::vector<Host> hosts_;
};

struct RoomSettings {
  protocol::Name name;
  std::string topic = {};
  std::string password = {};  // empty: none
  bool locked = false;
  bool waiting_room = false;
  protocol::Allow allow = {};
  bool hosted = false;  // an account was host of it: it is not forgotten (--forget-rooms)
  std::vector<Ban> bans = {};
  KnownHosts known_hosts = {};
  RememberedPeople muted_identities = {};  // a mute holds after leaving and returning

  // Whether anything was set that newcomers meet.
  [[nodiscard]] bool HasSettings() const {
    return !topic.empty() || !password.empty() || locked || waiting_room || !bans.empty() ||
           allow != protocol::Allow{};
  }

  bool operator==(const RoomSettings&) const = default;
};

// What the log keeps of a room beside its messages, as it is read when somebody joins.
struct KeptRoom {
  bool exists = false;                   // something was ever kept of the room
  std::optional<RoomSettings> settings;  // if they were kept
  protocol::Sequence seen = 0;           // how far the person who joins has read, as far as it was kept
};

}  // namespace parley
