#include "server/accounts/fair_queue.h"

#include <iterator>

namespace parley {

void FairQueue::Push(const std::string& guesser, std::uint64_t ticket) {
  const auto [found, first] = by_guesser_.try_emplace(guesser);
  if (first) found->second = lines_.insert(lines_.end(), {guesser, {}});
  found->second->tickets.push_back(ticket);
}

std::optional<std::uint64_t> FairQueue::Pop() {
  if (lines_.empty()) return std::nullopt;
  const auto line = lines_.begin();
  const std::uint64_t ticket = line->tickets.front();
  line->tickets.pop_front();
  if (line->tickets.empty()) {
    Remove(line);
  } else {
    lines_.splice(lines_.end(), lines_, line);
  }
  return ticket;
}

bool FairQueue::Erase(const std::string& guesser, std::uint64_t ticket) {
  const auto found = by_guesser_.find(guesser);
  if (found == by_guesser_.end() || std::erase(found->second->tickets, ticket) == 0) return false;
  if (found->second->tickets.empty()) Remove(found->second);
  return true;
}

void FairQueue::Remove(Lines::iterator line) {
  by_guesser_.erase(line->guesser);
  lines_.erase(line);
}

}  // namespace parley
