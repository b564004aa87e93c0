// Who somebody is, whatever the connection: what a token stands for, and what authorship goes by. A value.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/protocol/event.h"
#include "common/protocol/names.h"

namespace parley {

struct Identity {
  std::string key;  // unique, never shown: `guest:` and a random text, or `account:` and the name's key
  protocol::Name name;
  protocol::Role role = protocol::Role::kGuest;
  std::optional<std::string> only_room;  // key of the one room that its token allows
  std::string author = {};               // the author key of `key`, which others see (AuthorKeys)

  [[nodiscard]] bool account() const { return key.starts_with("account:"); }
};
using IdentityRef = std::shared_ptr<const Identity>;

}  // namespace parley
