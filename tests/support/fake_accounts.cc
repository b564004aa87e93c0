#include "tests/support/fake_accounts.h"

#include <functional>
#include <memory>
#include <utility>

#include "common/base/errors.h"

namespace parley::test {

void FakeAccounts::Check(Login login, const Now& /*now*/) {
  done_.push_back(Answer(login));
}

std::optional<LoginAnswer> FakeAccounts::Take(const Now& /*now*/) {
  if (holding_ || done_.empty()) return std::nullopt;
  std::optional<LoginAnswer> answer(std::move(done_.front()));
  done_.pop_front();
  return answer;
}

void FakeAccounts::Forget(std::uint64_t ticket) {
  std::erase_if(done_, [&](const LoginAnswer& answer) { return answer.ticket == ticket; });
}

void FakeAccounts::Add(const std::string& name, const std::string& password, protocol::Role role) {
  auto shown = *protocol::PersonName(name);
  const std::string key = "account:" + shown.key;
  accounts_[name] = {password, std::make_shared<const Identity>(Identity{
                                   .key = key, .name = std::move(shown), .role = role, .only_room = {}})};
}

std::string FakeAccounts::Invite(Identity identity) {
  const std::string token = "token of nobody else, number " + std::to_string(++made_);
  by_token_[token] = std::make_shared<const Identity>(std::move(identity));
  return token;
}

std::string FakeAccounts::GuestToken(const Identity& guest, const Now& /*now*/) {
  return Invite(guest);
}

std::string FakeAccounts::AuthorKey(std::string_view identity) const {
  const std::string number = std::to_string(std::hash<std::string_view>()(identity));
  return "author-" + std::string(20 - number.size(), '0') + number;
}

LoginAnswer FakeAccounts::Answer(const Login& login) {
  LoginAnswer answer{.ticket = login.ticket, .identity = nullptr, .token = {}};
  answer.identity = Find(login.hello, answer.error);
  if (!answer.identity) return answer;
  Identity identity = *answer.identity;
  identity.author = AuthorKey(identity.key);
  answer.identity = std::make_shared<const Identity>(std::move(identity));
  answer.token = Invite(*answer.identity);
  if (login.hello.token) answer.name = NameClaim::kReturning;
  return answer;
}

IdentityRef FakeAccounts::Find(const protocol::Hello& hello, protocol::Error& error) {
  error = {ErrorCode::kBadCredentials, "wrong"};
  if (hello.token) {
    const auto found = by_token_.find(*hello.token);
    return found == by_token_.end() ? nullptr : found->second;
  }
  if (hello.user) {
    const auto found = accounts_.find(*hello.user);
    const bool right = found != accounts_.end() && found->second.password == hello.password;
    return right ? found->second.identity : nullptr;
  }
  auto name = protocol::PersonName(hello.name.value_or(""));
  if (!name) {
    error = {ErrorCode::kNameInvalid, "that name is not allowed"};
    return nullptr;
  }
  return std::make_shared<const Identity>(
      Identity{.key = "guest:" + std::to_string(++made_), .name = std::move(*name), .only_room = {}});
}

}  // namespace parley::test
