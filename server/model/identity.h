// Identity identifies a person across connections. Tokens stand for one, and messages belong to one. A value.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/protocol/event.h"
#include "common/protocol/names.h"

namespace parley {

// Whether the identity with that key is an account.
inline bool IsAccount(std::string_view key) {
  return key.starts_with("account:");
}

struct Identity {
  std::string key;  // unique, never shown: `guest:` and a random text, or `account:` and the name's key
  protocol::Name name;
  protocol::Role role = protocol::Role::kGuest;
  std::optional<std::string> only_room;  // key of the only room that its token allows
  std::string author = {};               // the author key of `key`, which others see (AuthorKeys)

  [[nodiscard]] bool account() const { return IsAccount(key); }
};
// The same person under another name.
inline std::shared_ptr<const Identity> WithName(Identity identity, protocol::Name name) {
  identity.name = std::move(name);
  return std::make_shared<const Identity>(std::move(identity));
}

// How a guest got the name in its identity.
enum class NameClaim {
  kFresh,      // it chose the name: refused where somebody else has it
  kReturning,  // its token has the name
  kLost,       // its token has the name, but an account now owns it or a look-alike
};

using IdentityRef = std::shared_ptr<const Identity>;

}  // namespace parley
