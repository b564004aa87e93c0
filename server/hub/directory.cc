#include "server/hub/directory.h"

#include <cassert>
#include <memory>
#include <utility>

#include "common/base/random.h"

namespace parley {

IdentityRef Directory::NewRawGuest() {
  for (;;) {
    auto name = protocol::PersonName("guest-" + std::to_string(next_raw_++));
    auto identity = std::make_shared<const Identity>(
        Identity{.key = "guest:" + RandomToken(12), .name = std::move(*name), .only_room = {}});
    if (!IsTaken(*identity)) return identity;
  }
}

bool Directory::IsTaken(const Identity& identity) const {
  const auto found = names_.find(identity.name.key);
  return found != names_.end() && found->second.identity != identity.key;
}

void Directory::Enter(const IdentityRef& identity) {
  InUse& use = names_.try_emplace(identity->name.key, InUse{identity->key, 0}).first->second;
  assert(use.identity == identity->key);
  ++use.sessions;
}

void Directory::Leave(const IdentityRef& identity) {
  const auto found = names_.find(identity->name.key);
  assert(found != names_.end() && found->second.identity == identity->key);
  if (--found->second.sessions == 0) names_.erase(found);
}

}  // namespace parley
