#include "server/hub/directory.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "common/base/random.h"
#include "common/protocol/looks.h"

namespace parley {

IdentityRef Directory::NewRawGuest() {
  for (;;) {
    auto name = protocol::PersonName("guest-" + std::to_string(next_raw_++));
    Identity identity{.key = "guest:" + RandomToken(12), .name = std::move(*name), .only_room = {}};
    if (IsTaken(identity)) continue;
    if (author_key_) identity.author = author_key_(identity.key);
    return std::make_shared<const Identity>(std::move(identity));
  }
}

bool Directory::IsTaken(const Identity& identity) const {
  const auto found = names_.find(identity.name.key);
  if (found != names_.end()) return found->second.identity != identity.key;
  // Somebody has vouched for the names of accounts.
  return !identity.account() && looks_.contains(protocol::LookOf(identity.name));
}

void Directory::Enter(const IdentityRef& identity) {
  const auto [found, first] = names_.try_emplace(identity->name.key, InUse{identity->key, 0});
  assert(found->second.identity == identity->key);
  ++found->second.sessions;
  if (first) looks_.emplace(protocol::LookOf(identity->name), identity->key);
}

void Directory::Leave(const IdentityRef& identity) {
  const auto found = names_.find(identity->name.key);
  assert(found != names_.end() && found->second.identity == identity->key);
  if (--found->second.sessions > 0) return;
  names_.erase(found);
  const auto [begin, end] = looks_.equal_range(protocol::LookOf(identity->name));
  looks_.erase(std::find_if(begin, end, [&](const auto& look) { return look.second == identity->key; }));
}

}  // namespace parley
