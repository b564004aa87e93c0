#include "server/accounts/password_turns.h"

#include <algorithm>

#include "common/base/limits.h"

namespace parley {

void PasswordTurns::Join(Ticket ticket, const std::string& guesser, const std::string& name_key,
                         unsigned tries, MonotonicTime now) {
  const std::string line = guesser + ' ' + name_key;
  logins_.emplace(ticket, Login{.guesser = guesser, .line = line, .tries = tries});
  const auto [found, free] = lines_.try_emplace(line, Line{.first = ticket, .waiting = {}});
  if (free) return LookUp(ticket);
  found->second.waiting.insert(ticket);
  may_overtake_.emplace_back(now + limits::kLongestWait, ticket);
}

void PasswordTurns::LookUp(Ticket ticket) {
  logins_.at(ticket).stage = Stage::kLookUp;
  steps_.push_back({Step::Kind::kLookUp, ticket});
}

void PasswordTurns::LookedUp(Ticket ticket) {
  Login& login = logins_.at(ticket);
  login.stage = Stage::kToHash;
  to_hash_.Push(login.guesser, ticket);
}

std::optional<PasswordTurns::Ticket> PasswordTurns::NextToHash() {
  const auto ticket = to_hash_.Pop();
  if (ticket) logins_.at(*ticket).stage = Stage::kHashing;
  return ticket;
}

void PasswordTurns::Right(Ticket ticket) {
  throttle_.Succeeded(logins_.at(ticket).line);
  End(ticket);
}

void PasswordTurns::Wrong(Ticket ticket, MonotonicTime now) {
  Login& login = logins_.at(ticket);
  const Duration hold = throttle_.Failed(login.line, now);
  if (hold == Duration::zero()) {
    steps_.push_back({Step::Kind::kWrong, ticket});
    return End(ticket);
  }
  login.stage = Stage::kHeld;
  held_.emplace(now + hold, ticket);
  ++held_count_;
  if (!login.overtakes) RefuseFinished(lines_.at(login.line));
}

void PasswordTurns::Drop(Ticket ticket) {
  End(ticket);
}

void PasswordTurns::End(Ticket ticket) {
  const Login login = std::move(logins_.extract(ticket).mapped());
  if (login.overtakes) return;
  const auto found = lines_.find(login.line);
  Line& line = found->second;
  if (line.waiting.empty()) {
    lines_.erase(found);
    return;
  }
  // A guesser has wrong tries on the connection, or came before the owner.
  const auto rank = [this](Ticket waiting) { return std::pair(logins_.at(waiting).tries, ~waiting); };
  line.first = *std::ranges::min_element(line.waiting, {}, rank);
  line.waiting.erase(line.first);
  LookUp(line.first);
}

void PasswordTurns::Tick(MonotonicTime now) {
  ReleaseHeld(now);
  Overtake(now);
}

void PasswordTurns::ReleaseHeld(MonotonicTime now) {
  while (!held_.empty() && held_.begin()->first <= now) {
    const Ticket ticket = held_.begin()->second;
    held_.erase(held_.begin());
    steps_.push_back({Step::Kind::kWrong, ticket});
    End(ticket);
  }
}

void PasswordTurns::Overtake(MonotonicTime now) {
  while (!may_overtake_.empty() && may_overtake_.front().first <= now) {
    const Ticket ticket = may_overtake_.front().second;
    may_overtake_.pop_front();
    const auto found = logins_.find(ticket);
    if (found == logins_.end()) continue;
    Login& login = found->second;
    if (login.stage != Stage::kWaiting || login.tries > limits::kTriesOfOvertakers) continue;
    if (!throttle_.MayOvertake(login.line, now)) {
      may_overtake_.emplace_back(now + limits::kLongestWait, ticket);
      continue;
    }
    lines_.at(login.line).waiting.erase(ticket);
    login.overtakes = true;
    LookUp(ticket);
  }
}

void PasswordTurns::RefuseFinished(Line& line) {
  std::erase_if(line.waiting, [this](Ticket ticket) {
    if (!logins_.at(ticket).finished) return false;
    logins_.erase(ticket);
    steps_.push_back({Step::Kind::kTooMany, ticket});
    return true;
  });
}

void PasswordTurns::Finished(Ticket ticket) {
  const auto found = logins_.find(ticket);
  if (found == logins_.end()) return;
  found->second.finished = true;
  if (found->second.overtakes) return;
  Line& line = lines_.at(found->second.line);
  if (logins_.at(line.first).stage == Stage::kHeld) RefuseFinished(line);
}

bool PasswordTurns::Forget(Ticket ticket) {
  const auto found = logins_.find(ticket);
  if (found == logins_.end()) return true;
  const Login& login = found->second;
  if (login.stage == Stage::kWaiting) {
    lines_.at(login.line).waiting.erase(ticket);
    logins_.erase(found);
    return true;
  }
  if (login.stage != Stage::kToHash) return false;
  to_hash_.Erase(login.guesser, ticket);
  End(ticket);
  return true;
}

std::optional<MonotonicTime> PasswordTurns::NextDeadline() const {
  std::optional<MonotonicTime> next;
  if (!held_.empty()) next = held_.begin()->first;
  if (!may_overtake_.empty() && (!next || may_overtake_.front().first < *next)) {
    next = may_overtake_.front().first;
  }
  return next;
}

std::optional<PasswordTurns::Step> PasswordTurns::Next() {
  if (steps_.empty()) return std::nullopt;
  const Step step = steps_.front();
  steps_.pop_front();
  return step;
}

}  // namespace parley
