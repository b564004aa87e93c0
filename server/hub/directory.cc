#include "server/hub/directory.h"

#include <cassert>
#include <memory>
#include <utility>

#include "common/base/limits.h"
#include "common/base/random.h"

namespace parley {

IdentityRef Directory::NewGuest(protocol::Name name) {
  return std::make_shared<const Identity>(
      Identity{.key = "guest:" + RandomToken(12), .name = std::move(name), .only_room = {}});
}

IdentityRef Directory::NewRawGuest() {
  for (;;) {
    const auto name = protocol::PersonName("guest-" + std::to_string(next_raw_++));
    if (!IsTaken(*name, nullptr)) return NewGuest(*name);
  }
}

bool Directory::IsTaken(const protocol::Name& name, const Identity* by) const {
  const auto found = names_.find(name.key);
  return found != names_.end() && found->second.identity != by;
}

void Directory::Enter(const IdentityRef& identity) {
  InUse& use = names_.try_emplace(identity->name.key, InUse{identity.get(), 0}).first->second;
  assert(use.identity == identity.get());
  ++use.sessions;
}

void Directory::Leave(const IdentityRef& identity) {
  const auto found = names_.find(identity->name.key);
  assert(found != names_.end() && found->second.identity == identity.get());
  if (--found->second.sessions == 0) names_.erase(found);
}

std::string Directory::IssueToken(const IdentityRef& identity, MonotonicTime now) {
  DropExpired(now);
  std::string token = RandomToken(24);
  const MonotonicTime expires = now + limits::kTokenLife;
  tokens_.emplace(token, Token{identity, expires});
  expiries_.emplace_back(expires, token);
  return token;
}

IdentityRef Directory::FindToken(std::string_view token, MonotonicTime now) {
  DropExpired(now);
  const auto found = tokens_.find(std::string(token));
  return found == tokens_.end() ? nullptr : found->second.identity;
}

void Directory::DropExpired(MonotonicTime now) {
  while (!expiries_.empty() &&
         (expiries_.front().first <= now || expiries_.size() > limits::kGuestIdentities)) {
    tokens_.erase(expiries_.front().second);
    expiries_.pop_front();
  }
}

}  // namespace parley
