// Directory knows which names are in use by the people who are connected.
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

#include "server/model/identity.h"

namespace parley {

class Directory {
 public:
  // `author_key` computes author keys (empty: there are none).
  explicit Directory(std::function<std::string(std::string_view identity)> author_key)
      : author_key_(std::move(author_key)) {}

  // The next free `guest-N`. NewRawGuest makes a guest with such a name.
  protocol::Name FreeGuestName();
  // Whether a name has that form.
  static bool IsGuestName(const protocol::Name& name);
  IdentityRef NewRawGuest();

  // By Identity::key; null where it is not here.
  [[nodiscard]] IdentityRef Find(const std::string& identity) const;
  // Whether somebody else is here under its name, or, for a guest, under one that looks like it.
  [[nodiscard]] bool IsTaken(const Identity& identity) const;
  // Whether somebody has this name, or one that looks like it, whose name the server has verified.
  [[nodiscard]] bool IsOwned(const Identity& guest) const;
  // The keys of the guests who have the verified name of `owner`, or a name that looks like it.
  [[nodiscard]] std::vector<std::string> GuestsInTheWayOf(const Identity& owner) const;

  // One session of `identity` begins or ends.
  void Enter(const IdentityRef& identity);
  void Leave(const IdentityRef& identity);

 private:
  struct InUse {
    IdentityRef identity;  // of one of its sessions
    std::uint32_t sessions;
  };
  // The identities here with this name or a name that looks like it, except `identity` itself.
  [[nodiscard]] std::vector<IdentityRef> Alike(const Identity& identity) const;

  std::function<std::string(std::string_view identity)> author_key_;
  std::unordered_map<std::string, InUse> people_;            // by the identity's key
  std::unordered_map<std::string, std::string> names_;       // by the name's key; to the identity's key
  std::unordered_multimap<std::string, std::string> looks_;  // of the names; to the same
  std::uint64_t next_raw_ = 1;
};

}  // namespace parley
