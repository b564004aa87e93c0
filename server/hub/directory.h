// Directory knows which names are in use by those who are here.
//
// One name belongs to one identity, and one identity has one name, in all of its sessions. One thread.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/accounts/identity.h"

namespace parley {

class Directory {
 public:
  // Author keys are of `author_key` (empty: there are none).
  explicit Directory(std::function<std::string(std::string_view identity)> author_key)
      : author_key_(std::move(author_key)) {}

  // The next `guest-N` that is free, and a guest of its own with it.
  protocol::Name FreeGuestName();
  // Whether a name is such a one.
  static bool IsGuestName(const protocol::Name& name);
  IdentityRef NewRawGuest();

  // By Identity::key; null where it is not here.
  [[nodiscard]] IdentityRef Find(const std::string& identity) const;
  // Whether somebody else is here under its name, or, for a guest, under one that looks like it.
  [[nodiscard]] bool IsTaken(const Identity& identity) const;
  // Whether that is somebody whose name the server has verified.
  [[nodiscard]] bool IsOwned(const Identity& guest) const;
  // The keys of the guests who have the name of `owner`, which is verified, or one that looks like it.
  [[nodiscard]] std::vector<std::string> GuestsInTheWayOf(const Identity& owner) const;

  // One session of `identity` begins or ends.
  void Enter(const IdentityRef& identity);
  void Leave(const IdentityRef& identity);

 private:
  struct InUse {
    IdentityRef identity;  // of one of its sessions
    std::uint32_t sessions;
  };
  // Those who are here under this name or one that looks like it, `identity` itself left out.
  [[nodiscard]] std::vector<IdentityRef> Alike(const Identity& identity) const;

  std::function<std::string(std::string_view identity)> author_key_;
  std::unordered_map<std::string, InUse> people_;            // by the identity's key
  std::unordered_map<std::string, std::string> names_;       // by the name's key; to the identity's key
  std::unordered_multimap<std::string, std::string> looks_;  // of the names; to the same
  std::uint64_t next_raw_ = 1;
};

}  // namespace parley
