#include "tests/server/engine/simulation/memory.h"

#include <algorithm>

namespace parley::simulation {

void Memory::Joined(const protocol::Joined& joined, std::optional<Sequence> since) {
  Known& known = rooms_[joined.room];
  if (since && !joined.gap) {
    known.last = std::min(*since, joined.last);
  } else {
    known.last = joined.messages.empty() ? joined.last : joined.messages.front().seq - 1;
  }
  known.beyond.clear();
  for (const auto& message : joined.messages) Heard(joined.room, message.seq);
}

void Memory::Heard(const std::string& room, Sequence seq) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  if (seq > found->second.last) found->second.beyond.insert(seq);
  Advance(found->second);
}

void Memory::Skip(const std::string& room, Sequence first) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  found->second.last = std::max(found->second.last, first - 1);
  Advance(found->second);
}

void Memory::Advance(Known& known) {
  auto next = known.beyond.begin();
  while (next != known.beyond.end() && *next <= known.last + 1) {
    known.last = std::max(known.last, *next);
    next = known.beyond.erase(next);
  }
}

Sequence Memory::last(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.last;
}

void Memory::SetHost(const std::string& room, bool host) {
  if (host) {
    hosts_.insert(room);
  } else {
    hosts_.erase(room);
  }
}

void Memory::DoubtHosts() {
  hosts_.clear();
  knows_hosts_ = false;
}

void Memory::ForgetHosts() {
  hosts_.clear();
  knows_hosts_ = true;
}

std::vector<std::string> Memory::rooms() const {
  std::vector<std::string> names;
  names.reserve(rooms_.size());
  for (const auto& [name, known] : rooms_) names.push_back(name);
  return names;
}

}  // namespace parley::simulation
