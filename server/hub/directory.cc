#include "server/hub/directory.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "common/base/random.h"
#include "common/protocol/looks.h"

namespace parley {
namespace {

constexpr std::string_view kGuest = "guest-";

}  // namespace

bool Directory::IsGuestName(const protocol::Name& name) {
  return name.key.starts_with(kGuest) && name.key.size() > kGuest.size() &&
         name.key.find_first_not_of("0123456789", kGuest.size()) == std::string::npos;
}

protocol::Name Directory::FreeGuestName() {
  for (;;) {
    auto name = *protocol::PersonName(std::string(kGuest) + std::to_string(next_raw_++));
    if (!names_.contains(name.key) && !looks_.contains(protocol::LookOf(name))) return name;
  }
}

IdentityRef Directory::NewRawGuest() {
  Identity identity{.key = "guest:" + RandomToken(12), .name = FreeGuestName(), .only_room = {}};
  if (author_key_) identity.author = author_key_(identity.key);
  return std::make_shared<const Identity>(std::move(identity));
}

IdentityRef Directory::Find(const std::string& identity) const {
  const auto found = people_.find(identity);
  return found == people_.end() ? nullptr : found->second.identity;
}

bool Directory::IsTaken(const Identity& identity) const {
  const auto found = names_.find(identity.name.key);
  if (found != names_.end()) return found->second != identity.key;
  // Somebody has vouched for the names of accounts.
  return !identity.account() && !Alike(identity).empty();
}

bool Directory::IsOwned(const Identity& guest) const {
  return std::ranges::any_of(Alike(guest), [](const IdentityRef& other) { return other->account(); });
}

std::vector<std::string> Directory::GuestsInTheWayOf(const Identity& owner) const {
  std::vector<std::string> guests;
  for (const IdentityRef& other : Alike(owner)) {
    if (!other->account()) guests.push_back(other->key);
  }
  return guests;
}

std::vector<IdentityRef> Directory::Alike(const Identity& identity) const {
  std::vector<IdentityRef> alike;
  // The same name need not look the same: "Ivan" looks like "lvan", "ivan" does not.
  const auto same = names_.find(identity.name.key);
  if (same != names_.end() && same->second != identity.key)
    alike.push_back(people_.at(same->second).identity);
  const auto [begin, end] = looks_.equal_range(protocol::LookOf(identity.name));
  for (auto look = begin; look != end; ++look) {
    const IdentityRef& other = people_.at(look->second).identity;
    if (other->key != identity.key && other->name != identity.name) alike.push_back(other);
  }
  return alike;
}

void Directory::Enter(const IdentityRef& identity) {
  const auto [found, first] = people_.try_emplace(identity->key, InUse{identity, 0});
  assert(found->second.identity->name == identity->name);
  ++found->second.sessions;
  if (!first) return;
  const bool free = names_.emplace(identity->name.key, identity->key).second;
  assert(free);
  static_cast<void>(free);
  looks_.emplace(protocol::LookOf(identity->name), identity->key);
}

void Directory::Leave(const IdentityRef& identity) {
  const auto found = people_.find(identity->key);
  assert(found != people_.end());
  if (--found->second.sessions > 0) return;
  // What was entered: another session may spell the name otherwise, and look otherwise.
  const IdentityRef entered = found->second.identity;
  people_.erase(found);
  names_.erase(entered->name.key);
  const auto [begin, end] = looks_.equal_range(protocol::LookOf(entered->name));
  looks_.erase(std::find_if(begin, end, [&](const auto& look) { return look.second == entered->key; }));
}

}  // namespace parley
