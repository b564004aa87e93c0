#include "server/hub/members.h"

#include <algorithm>

#include "common/base/random.h"

namespace parley {

Member& Members::Add(PeerIndex peer, std::string address) {
  if (peer >= members_.size()) members_.resize(peer + 1);
  members_[peer] = std::make_unique<Member>();
  Member& member = *members_[peer];
  member.peer = peer;
  member.serial = next_serial_++;
  member.address = std::move(address);
  return member;
}

Member* Members::Find(const Origin& origin) const {
  Member* member = Find(origin.peer);
  return member != nullptr && member->serial == origin.serial ? member : nullptr;
}

Member* Members::FindById(std::string_view id) const {
  const auto found = greeted_.find(id);
  return found == greeted_.end() ? nullptr : found->second;
}

std::vector<Member*> Members::SessionsOf(const std::string& identity) const {
  std::vector<Member*> sessions;
  for (const auto& member : members_) {
    if (member && member->greeted() && member->identity->key == identity) sessions.push_back(member.get());
  }
  return sessions;
}

void Members::Greet(Member& member, IdentityRef identity) {
  member.id = RandomToken(9);
  member.identity = std::move(identity);
  greeted_.emplace(member.id, &member);
  directory_.Enter(member.identity);
}

void Members::Rename(const std::vector<Member*>& sessions, const protocol::Name& name) {
  for (const Member* member : sessions) directory_.Leave(member->identity);
  for (Member* member : sessions) {
    member->identity = WithName(*member->identity, name);
    directory_.Enter(member->identity);
  }
}

void Members::Listen(Member& member) {
  greeted_.erase(member.id);
  directory_.Leave(member.identity);
  member.listens = true;
  listeners_.push_back(member.peer);
}

void Members::Remove(Member& member) {
  if (member.listens) {
    std::erase(listeners_, member.peer);
  } else if (!member.id.empty()) {
    greeted_.erase(member.id);
    directory_.Leave(member.identity);
  }
  members_[member.peer].reset();
}

Member* Members::FindListener(std::string_view id) const {
  const auto found =
      std::ranges::find_if(listeners_, [&](PeerIndex peer) { return members_[peer]->id == id; });
  return found == listeners_.end() ? nullptr : members_[*found].get();
}

}  // namespace parley
