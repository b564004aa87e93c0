#include "server/accounts/account_book.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/protocol/looks.h"

namespace parley {
namespace {

constexpr std::size_t kGuestKeyBytes = 12;

constexpr std::string_view kGuest = "guest:";  // what a guest's Identity::key begins with

constexpr const char* kWrongPassword = "the name or the password is wrong";
constexpr const char* kWrongToken = "this token is not valid, or no longer valid: sign in again";

std::chrono::sys_seconds FreshEnd(const Now& now) {
  return std::chrono::floor<std::chrono::seconds>(now.wall) + limits::kTokenLife;
}

Identity IdentityOf(const Claims& claims, std::string key) {
  Identity identity{.key = std::move(key), .name = claims.name, .role = claims.role, .only_room = {}};
  if (claims.room) identity.only_room = claims.room->key;
  return identity;
}

Claims NewGuest(const protocol::Name& name, const Now& now) {
  return {.name = name,
          .role = protocol::Role::kGuest,
          .room = {},
          .expires = FreshEnd(now),
          .guest = RandomToken(kGuestKeyBytes),
          .generation = ""};
}

std::string AccountKey(const protocol::Name& name) {
  return "account:" + name.key;
}

}  // namespace

std::optional<TokenFault> FaultBesideAccount(const Claims& claims, const std::optional<Account>& account) {
  if (!claims.generation.empty()) {
    if (!account) return TokenFault{"sub", "the account no longer exists"};
    if (account->generation != claims.generation) {
      return TokenFault{"gen", "the password of the account was changed after this token was made"};
    }
    return std::nullopt;
  }
  // A portal vouches for its people beside the accounts, and a guest gets another name.
  if (!account || claims.portal || !claims.guest.empty()) return std::nullopt;
  return TokenFault{"sub", "the name now belongs to an account, which signs in with its password"};
}

std::unique_ptr<AccountBook> AccountBook::Open(Tokens tokens, AuthorKeys author_keys,
                                               std::unique_ptr<AccountStore> store, const Waker& waker,
                                               std::string& error) {
  std::unique_ptr<AccountBook> book(new AccountBook(std::move(tokens), std::move(author_keys)));
  if (!store) return book;
  book->workers_ = AccountWorkers::Open(std::move(store), waker, error);
  return book->workers_ ? std::move(book) : nullptr;
}

AccountBook::AccountBook(Tokens tokens, AuthorKeys author_keys)
    : tokens_(std::move(tokens)), author_keys_(std::move(author_keys)) {
}

AccountBook::~AccountBook() = default;

// --- What a hello asks for ---

void AccountBook::Check(Login login, const Now& now) {
  if (login.hello.token) {
    CheckToken(login.ticket, *login.hello.token, now);
  } else if (login.hello.user) {
    CheckPassword(login.ticket, login, now);
  } else {
    CheckName(login.ticket, login.hello.name.value_or(""), now);
  }
}

void AccountBook::CheckToken(Ticket ticket, std::string_view token, const Now& now) {
  auto report = tokens_.Examine(token, now.wall);
  if (!report.claims) return RefuseToken(ticket, report.fault, now);
  const protocol::Name name = report.claims->name;
  Begin(ticket, {name, ByToken{std::move(*report.claims)}}, now);
}

void AccountBook::RefuseToken(Ticket ticket, const TokenFault& fault, const Now& now) {
  spdlog::debug("a token was refused: {}: {}", fault.claim, fault.reason);
  refusals_.Tell(
      "token", "a token was refused: chat_server token --check FILE says why, and so does --log-level debug",
      now.monotonic);
  Refuse(ticket, ErrorCode::kBadCredentials, kWrongToken);
}

void AccountBook::CheckPassword(Ticket ticket, const Login& login, const Now& now) {
  auto name = protocol::PersonName(*login.hello.user);
  if (!workers_ || !name) return Refuse(ticket, ErrorCode::kBadCredentials, kWrongPassword);
  turns_.Join(ticket, GuesserOf(login.address), name->key, login.tries, now.monotonic);
  pending_.emplace(ticket, Pending{std::move(*name), ByPassword{login.hello.password.value_or("")}});
  TakeTurns();
}

void AccountBook::CheckName(Ticket ticket, std::string_view name, const Now& now) {
  auto valid = protocol::PersonName(name);
  if (!valid) {
    return Refuse(ticket, ErrorCode::kNameInvalid,
                  "a name has 1 to 32 characters, none of them invisible, and no space at an end");
  }
  if (protocol::MixesScripts(*valid)) {
    return Refuse(ticket, ErrorCode::kNameInvalid, "each word of a name must use only one alphabet");
  }
  Begin(ticket, {std::move(*valid), ByName{}}, now);
}

// --- What the database says ---

void AccountBook::Begin(Ticket ticket, Pending pending, const Now& now) {
  pending_.emplace(ticket, std::move(pending));
  if (workers_) {
    Ask(ticket);
  } else {
    Answered(ticket, std::nullopt, "", now);
  }
}

void AccountBook::Ask(Ticket ticket) {
  const Pending& pending = pending_.at(ticket);
  const auto* const token = std::get_if<ByToken>(&pending.how);
  const bool for_guest =
      std::holds_alternative<ByName>(pending.how) || (token != nullptr && !token->claims.guest.empty());
  workers_->Find(ticket, pending.name, for_guest);
}

void AccountBook::Answered(Ticket ticket, std::optional<Account> account, const std::string& error,
                           const Now& now) {
  Pending& pending = pending_.at(ticket);
  auto* password = std::get_if<ByPassword>(&pending.how);
  if (!error.empty() || !pending.wanted) {
    if (!error.empty()) spdlog::error("the accounts can't be read: {}", error);
    if (password != nullptr) turns_.Drop(ticket);
    Refuse(ticket, ErrorCode::kInternal, "the accounts can't be read now; try again later");
  } else if (password != nullptr) {
    password->account = std::move(account);
    turns_.LookedUp(ticket);
  } else if (const auto* token = std::get_if<ByToken>(&pending.how)) {
    DecideToken(ticket, token->claims, account, now);
  } else if (account) {
    Refuse(ticket, ErrorCode::kNameTaken,
           "this name, or one that looks like it, belongs to an account: sign in, or choose another name");
  } else {
    const Claims claims = NewGuest(pending.name, now);
    Accept(ticket, IdentityOf(claims, std::string(kGuest) + claims.guest), claims, now);
  }
}

void AccountBook::DecideToken(Ticket ticket, Claims claims, const std::optional<Account>& account,
                              const Now& now) {
  if (!claims.guest.empty()) {
    claims.expires = FreshEnd(now);
    return Accept(ticket, IdentityOf(claims, std::string(kGuest) + claims.guest), claims, now,
                  account ? NameClaim::kLost : NameClaim::kReturning);
  }
  const bool of_account = !claims.generation.empty();
  if (const auto fault = FaultBesideAccount(claims, account)) return RefuseToken(ticket, *fault, now);
  if (of_account) {
    claims.name = account->name;
    claims.role = account->role;
    claims.expires = FreshEnd(now);
  } else {
    claims.expires = std::min(claims.expires, FreshEnd(now));  // nobody's stay is made longer
  }
  claims.invitation = false;  // from here on it is what somebody comes back with
  Accept(ticket, IdentityOf(claims, AccountKey(claims.name)), claims, now);
}

std::string AccountBook::GuestToken(const Identity& guest, const Now& now) {
  return tokens_.Mint({.name = guest.name,
                       .role = guest.role,
                       .room = {},
                       .expires = FreshEnd(now),
                       .guest = guest.key.substr(kGuest.size()),
                       .generation = ""},
                      now.wall);
}

// --- Passwords ---

void AccountBook::TakeTurns() {
  while (const auto step = turns_.Next()) {
    switch (step->kind) {
      case PasswordTurns::Step::Kind::kLookUp:
        Ask(step->ticket);
        break;
      case PasswordTurns::Step::Kind::kWrong:
        Refuse(step->ticket, ErrorCode::kBadCredentials, kWrongPassword);
        break;
      case PasswordTurns::Step::Kind::kTooMany:
        Refuse(step->ticket, ErrorCode::kBadCredentials,
               "too many wrong passwords for this name, so yours was not checked; keep the connection open "
               "until the reply");
        break;
    }
  }
  while (workers_->CanHash()) {
    const auto ticket = turns_.NextToHash();
    if (!ticket) return;
    auto& login = std::get<ByPassword>(pending_.at(*ticket).how);
    workers_->Hash(*ticket, login.account ? login.account->password : "", std::move(login.password));
  }
}

void AccountBook::Hashed(Ticket ticket, PasswordCheck result, const Now& now) {
  if (result == PasswordCheck::kWrong) return turns_.Wrong(ticket, now.monotonic);
  if (result == PasswordCheck::kRight) {
    turns_.Right(ticket);
    const Account account = *std::get<ByPassword>(pending_.at(ticket).how).account;
    const Claims claims{.name = account.name,
                        .role = account.role,
                        .room = {},
                        .expires = FreshEnd(now),
                        .guest = "",
                        .generation = account.generation};
    Accept(ticket, IdentityOf(claims, AccountKey(claims.name)), claims, now);
  } else {
    turns_.Drop(ticket);
    spdlog::error("a password can't be checked: out of memory");
    Refuse(ticket, ErrorCode::kInternal, "passwords can't be checked now; try again later");
  }
}

void AccountBook::Finished(std::uint64_t ticket) {
  turns_.Finished(ticket);
  if (workers_) TakeTurns();
}

// --- Answers ---

std::optional<LoginAnswer> AccountBook::Take(const Now& now) {
  if (workers_) {
    while (auto found = workers_->TakeFound()) {
      Answered(found->ticket, std::move(found->account), found->error, now);
    }
    while (const auto hashed = workers_->TakeHashed()) Hashed(hashed->ticket, hashed->result, now);
    turns_.Tick(now.monotonic);
    TakeTurns();
  }
  if (ready_.empty()) return std::nullopt;
  LoginAnswer answer = std::move(ready_.front());
  ready_.pop_front();
  return answer;
}

std::optional<MonotonicTime> AccountBook::NextDeadline() const {
  return turns_.NextDeadline();
}

void AccountBook::Forget(std::uint64_t ticket) {
  std::erase_if(ready_, [&](const LoginAnswer& answer) { return answer.ticket == ticket; });
  const auto found = pending_.find(ticket);
  if (found == pending_.end()) return;
  found->second.wanted = false;
  if (!std::holds_alternative<ByPassword>(found->second.how)) return;
  if (turns_.Forget(ticket)) pending_.erase(ticket);
  TakeTurns();
}

void AccountBook::Accept(Ticket ticket, Identity identity, const Claims& claims, const Now& now,
                         NameClaim name) {
  identity.author = AuthorKey(identity.key);
  Finish({.ticket = ticket,
          .identity = std::make_shared<const Identity>(std::move(identity)),
          .token = tokens_.Mint(claims, now.wall),
          .name = name});
}

void AccountBook::Refuse(Ticket ticket, ErrorCode code, std::string text) {
  Finish({.ticket = ticket, .identity = nullptr, .token = "", .error = {code, std::move(text)}});
}

void AccountBook::Finish(LoginAnswer answer) {
  const auto found = pending_.find(answer.ticket);
  const bool wanted = found == pending_.end() || found->second.wanted;
  if (found != pending_.end()) pending_.erase(found);
  if (wanted) ready_.push_back(std::move(answer));
}

}  // namespace parley
