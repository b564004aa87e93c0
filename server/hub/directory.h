// Who is known: names in use, and what tokens stand for. Guests' identities live in memory, as long as a
// token.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/protocol/names.h"
#include "server/hub/member.h"

namespace parley {

class Directory {
 public:
  // A new guest of that name.
  static IdentityRef NewGuest(protocol::Name name);
  // The next `guest-N` whose name is free.
  IdentityRef NewRawGuest();

  // Whether somebody else is here under this name.
  [[nodiscard]] bool IsTaken(const protocol::Name& name, const Identity* by) const;
  // One session of `identity` begins or ends.
  void Enter(const IdentityRef& identity);
  void Leave(const IdentityRef& identity);

  // A fresh bearer token for `identity`, good for limits::kTokenLife from `now`.
  std::string IssueToken(const IdentityRef& identity, MonotonicTime now);
  // Null where the token is not known, or no longer.
  IdentityRef FindToken(std::string_view token, MonotonicTime now);

 private:
  struct Token {
    IdentityRef identity;
    MonotonicTime expires;
  };
  struct InUse {
    const Identity* identity;
    std::uint32_t sessions;
  };
  void DropExpired(MonotonicTime now);

  std::unordered_map<std::string, InUse> names_;  // by key
  std::unordered_map<std::string, Token> tokens_;
  std::deque<std::pair<MonotonicTime, std::string>> expiries_;  // all tokens live equally long: in order
  std::uint64_t next_raw_ = 1;
};

}  // namespace parley
