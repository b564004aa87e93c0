// Which names are in use by those who are here.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "server/accounts/identity.h"

namespace parley {

class Directory {
 public:
  // Author keys are of `author_key` (empty: there are none).
  explicit Directory(std::function<std::string(std::string_view identity)> author_key)
      : author_key_(std::move(author_key)) {}

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

  std::function<std::string(std::string_view identity)> author_key_;
  std::unordered_map<std::string, InUse> names_;             // by key
  std::unordered_multimap<std::string, std::string> looks_;  // of the same; to the identity's key
  std::uint64_t next_raw_ = 1;
};

}  // namespace parley
