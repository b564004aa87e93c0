// Which names are in use by those who are here.

#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "server/accounts/identity.h"

namespace parley {

class Directory {
 public:
  // A guest of its own with the next `guest-N` whose name is free.
  IdentityRef NewRawGuest();

  // Whether somebody else is here under its name, or, for a guest, under one that looks like it.
  [[nodiscard]] bool IsTaken(const Identity& identity) const;
  // One session of `identity` begins or ends.
  void Enter(const IdentityRef& identity);
  void Leave(const IdentityRef& identity);

 private:
  struct InUse {
    std::string identity;  // its key
    std::uint32_t sessions;
  };

  std::unordered_map<std::string, InUse> names_;             // by key
  std::unordered_multimap<std::string, std::string> looks_;  // of the same; to the identity's key
  std::uint64_t next_raw_ = 1;
};

}  // namespace parley
