#include "server/accounts/account_book.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/protocol/looks.h"

namespace parley {
namespace {

constexpr std::size_t kGuestKeyBytes = 12;

constexpr std::string_view kGuest = "guest:";  // what a guest's Identity::key begins with

constexpr const char* kWrongPassword = "the name or the password is wrong";
constexpr const char* kWrongToken = "this token is not good, or no longer: log in again";

std::chrono::sys_seconds FreshEnd(const Now& now) {
  return std::chrono::floor<std::chrono::seconds>(now.wall) + limits::kTokenLife;
}

Identity IdentityOf(const Claims& claims, std::string key) {
  Identity identity{.key = std::move(key), .name = claims.name, .role = claims.role, .only_room = {}};
  if (claims.room) identity.only_room = claims.room->key;
  return identity;
}

std::string AccountKey(const protocol::Name& name) {
  return "account:" + name.key;
}

}  // namespace

std::optional<TokenFault> FaultBesideAccount(const Claims& claims, const std::optional<Account>& account) {
  if (!claims.generation.empty()) {
    if (!account) return TokenFault{"sub", "the account no longer exists"};
    if (account->generation != claims.generation) {
      return TokenFault{"gen", "the account has got a new password since"};
    }
    return std::nullopt;
  }
  // A portal vouches for its people beside the accounts, and a guest gets another name.
  if (!account || claims.portal || !claims.guest.empty()) return std::nullopt;
  return TokenFault{"sub", "the name now belongs to an account, which signs in with its password"};
}

// For the database pool.
class AccountBook::Question final : public Pool::Task {
 public:
  // `for_guest`: one that looks like the name counts, too.
  Question(Ticket ticket, protocol::Name name, bool for_guest, AccountStore& store)
      : ticket_(ticket), name_(std::move(name)), for_guest_(for_guest), store_(store) {}
  void Run() override {
    account_ = store_.Find(name_.key, error_);
    if (for_guest_ && !account_ && error_.empty()) account_ = store_.FindLookalike(name_, error_);
  }

  [[nodiscard]] Ticket ticket() const { return ticket_; }
  [[nodiscard]] const std::optional<Account>& account() const { return account_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  Ticket ticket_;
  protocol::Name name_;
  bool for_guest_;
  AccountStore& store_;
  std::optional<Account> account_;
  std::string error_;
};

// For the hashing pool.
class AccountBook::Hashing final : public Pool::Task {
 public:
  // An empty `hash`: there is no such account, which must take as long to find out.
  Hashing(Ticket ticket, std::string hash, std::string password)
      : ticket_(ticket), hash_(std::move(hash)), password_(std::move(password)) {}
  void Run() override {
    if (!hash_.empty()) {
      result_ = parley::CheckPassword(hash_, password_);
    } else {
      result_ = HashPassword(password_).empty() ? PasswordCheck::kFailed : PasswordCheck::kWrong;
    }
  }

  [[nodiscard]] Ticket ticket() const { return ticket_; }
  [[nodiscard]] PasswordCheck result() const { return result_; }

 private:
  Ticket ticket_;
  std::string hash_;
  std::string password_;
  PasswordCheck result_ = PasswordCheck::kFailed;
};

std::unique_ptr<AccountBook> AccountBook::Open(Tokens tokens, AuthorKeys author_keys,
                                               std::unique_ptr<AccountStore> store, const Waker& waker,
                                               std::string& error) {
  std::unique_ptr<AccountBook> book(
      new AccountBook(std::move(tokens), std::move(author_keys), std::move(store)));
  if (!book->store_) return book;
  std::error_code no_thread;
  book->database_pool_ = Pool::Open(1, waker, no_thread);
  if (book->database_pool_) book->hash_pool_ = Pool::Open(book->hash_threads_, waker, no_thread);
  if (book->hash_pool_) return book;
  error = "cannot start threads for the accounts: " + no_thread.message();
  return nullptr;
}

AccountBook::AccountBook(Tokens tokens, AuthorKeys author_keys, std::unique_ptr<AccountStore> store)
    : tokens_(std::move(tokens)),
      author_keys_(std::move(author_keys)),
      store_(std::move(store)),
      hash_threads_(std::max(1U, std::thread::hardware_concurrency())) {
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
  if (!store_ || !name) return Refuse(ticket, ErrorCode::kBadCredentials, kWrongPassword);
  const std::string guesser = GuesserOf(login.address);
  const std::string turn = guesser + ' ' + name->key;
  pending_.emplace(ticket, Pending{std::move(*name), ByPassword{login.hello.password.value_or(""), guesser,
                                                                turn, login.tries}});
  const auto [found, free] = turns_.try_emplace(turn, Turn{.first = ticket, .waiting = {}});
  if (free) return Ask(ticket);
  found->second.waiting.insert(ticket);
  may_overtake_.emplace_back(now.monotonic + limits::kLongestWait, ticket);
}

void AccountBook::CheckName(Ticket ticket, std::string_view name, const Now& now) {
  auto valid = protocol::PersonName(name);
  if (!valid) {
    return Refuse(ticket, ErrorCode::kNameInvalid,
                  "a name has 1 to 32 characters, none of them invisible, and no space at an end");
  }
  if (protocol::MixesScripts(*valid)) {
    return Refuse(ticket, ErrorCode::kNameInvalid, "a word of a name is written in one alphabet");
  }
  Begin(ticket, {std::move(*valid), ByName{}}, now);
}

// --- What the database says ---

void AccountBook::Begin(Ticket ticket, Pending pending, const Now& now) {
  pending_.emplace(ticket, std::move(pending));
  if (store_) {
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
  database_pool_->Give(std::make_unique<Question>(ticket, pending.name, for_guest, *store_));
}

void AccountBook::Answered(Ticket ticket, std::optional<Account> account, const std::string& error,
                           const Now& now) {
  Pending& pending = pending_.at(ticket);
  auto* password = std::get_if<ByPassword>(&pending.how);
  if (!error.empty() || !pending.wanted) {
    if (!error.empty()) spdlog::error("the accounts can't be read: {}", error);
    const auto done = password != nullptr ? std::optional(*password) : std::nullopt;
    Refuse(ticket, ErrorCode::kInternal, "the accounts can't be read now; try again later");
    if (done) NextTurn(*done);
  } else if (password != nullptr) {
    password->account = std::move(account);
    to_hash_.Push(password->guesser, ticket);
  } else if (const auto* token = std::get_if<ByToken>(&pending.how)) {
    DecideToken(ticket, token->claims, account, now);
  } else {
    DecideName(ticket, pending.name, account.has_value(), now);
  }
}

void AccountBook::DecideName(Ticket ticket, const protocol::Name& name, bool reserved, const Now& now) {
  if (reserved) {
    return Refuse(
        ticket, ErrorCode::kNameTaken,
        "this name, or one that looks like it, belongs to an account: log in, or choose another name");
  }
  const Claims claims{.name = name,
                      .role = protocol::Role::kGuest,
                      .room = {},
                      .expires = FreshEnd(now),
                      .guest = RandomToken(kGuestKeyBytes),
                      .generation = ""};
  Accept(ticket, IdentityOf(claims, std::string(kGuest) + claims.guest), claims, now);
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

void AccountBook::GiveHashing() {
  while (hash_pool_->size() < hash_threads_) {
    const auto ticket = to_hash_.Pop();
    if (!ticket) return;
    auto& password = std::get<ByPassword>(pending_.at(*ticket).how);
    hash_pool_->Give(std::make_unique<Hashing>(*ticket, password.account ? password.account->password : "",
                                               std::move(password.password)));
  }
}

void AccountBook::Hashed(Ticket ticket, PasswordCheck result, const Now& now) {
  const ByPassword password = std::get<ByPassword>(pending_.at(ticket).how);
  if (result == PasswordCheck::kWrong) return Wrong(ticket, password, now);
  if (result == PasswordCheck::kRight) {
    throttle_.Succeeded(password.turn);
    const Claims claims{.name = password.account->name,
                        .role = password.account->role,
                        .room = {},
                        .expires = FreshEnd(now),
                        .guest = "",
                        .generation = password.account->generation};
    Accept(ticket, IdentityOf(claims, AccountKey(claims.name)), claims, now);
  } else {
    spdlog::error("a password can't be checked: out of memory");
    Refuse(ticket, ErrorCode::kInternal, "passwords can't be checked now; try again later");
  }
  NextTurn(password);
}

void AccountBook::Wrong(Ticket ticket, const ByPassword& password, const Now& now) {
  const Duration hold = throttle_.Failed(password.turn, now.monotonic);
  if (hold > Duration::zero()) {
    held_.emplace(now.monotonic + hold, ticket);
    ++held_logins_;
    if (password.overtakes) return;
    Turn& turn = turns_.at(password.turn);
    turn.held = true;
    return RefuseFinished(turn);
  }
  Refuse(ticket, ErrorCode::kBadCredentials, kWrongPassword);
  NextTurn(password);
}

void AccountBook::ReleaseHeld(const Now& now) {
  while (!held_.empty() && held_.begin()->first <= now.monotonic) {
    const Ticket ticket = held_.begin()->second;
    held_.erase(held_.begin());
    const ByPassword password = std::get<ByPassword>(pending_.at(ticket).how);
    Refuse(ticket, ErrorCode::kBadCredentials, kWrongPassword);
    NextTurn(password);
  }
}

void AccountBook::NextTurn(const ByPassword& password) {
  if (password.overtakes) return;
  const auto found = turns_.find(password.turn);
  Turn& turn = found->second;
  if (turn.waiting.empty()) {
    turns_.erase(found);
    return;
  }
  // A guesser has wrong tries on the connection, or came before the owner.
  const auto rank = [this](Ticket ticket) {
    return std::pair(std::get<ByPassword>(pending_.at(ticket).how).tries, ~ticket);
  };
  turn.first = *std::ranges::min_element(turn.waiting, {}, rank);
  turn.held = false;
  turn.waiting.erase(turn.first);
  Ask(turn.first);
}

// Those who have waited long enough.
void AccountBook::Overtake(const Now& now) {
  while (!may_overtake_.empty() && may_overtake_.front().first <= now.monotonic) {
    const Ticket ticket = may_overtake_.front().second;
    may_overtake_.pop_front();
    const auto found = pending_.find(ticket);
    if (found == pending_.end()) continue;
    auto& password = std::get<ByPassword>(found->second.how);
    const auto turn = turns_.find(password.turn);
    if (turn == turns_.end() || !turn->second.waiting.contains(ticket)) continue;  // its turn has come
    if (password.tries > limits::kTriesOfOvertakers) continue;
    if (!throttle_.MayOvertake(password.turn, now.monotonic)) {
      may_overtake_.emplace_back(now.monotonic + limits::kLongestWait, ticket);
      continue;
    }
    turn->second.waiting.erase(ticket);
    password.overtakes = true;
    Ask(ticket);
  }
}

void AccountBook::RefuseFinished(Turn& turn) {
  std::erase_if(turn.waiting, [this](Ticket ticket) {
    if (!pending_.at(ticket).finished) return false;
    Refuse(ticket, ErrorCode::kBadCredentials,
           "too many wrong passwords for this name: stay connected until yours is checked");
    return true;
  });
}

void AccountBook::Finished(std::uint64_t ticket) {
  const auto found = pending_.find(ticket);
  if (found == pending_.end()) return;
  found->second.finished = true;
  const auto* password = std::get_if<ByPassword>(&found->second.how);
  const auto turn = password == nullptr ? turns_.end() : turns_.find(password->turn);
  if (turn != turns_.end() && turn->second.held) RefuseFinished(turn->second);
}

// --- Answers ---

std::optional<LoginAnswer> AccountBook::Take(const Now& now) {
  if (store_) {
    while (const auto task = database_pool_->Take()) {
      const auto& question = static_cast<const Question&>(*task);
      Answered(question.ticket(), question.account(), question.error(), now);
    }
    while (const auto task = hash_pool_->Take()) {
      const auto& hashing = static_cast<const Hashing&>(*task);
      Hashed(hashing.ticket(), hashing.result(), now);
    }
    ReleaseHeld(now);
    Overtake(now);
    GiveHashing();
  }
  if (ready_.empty()) return std::nullopt;
  LoginAnswer answer = std::move(ready_.front());
  ready_.pop_front();
  return answer;
}

std::optional<MonotonicTime> AccountBook::NextDeadline() const {
  std::optional<MonotonicTime> next;
  if (!held_.empty()) next = held_.begin()->first;
  if (!may_overtake_.empty() && (!next || may_overtake_.front().first < *next)) {
    next = may_overtake_.front().first;
  }
  return next;
}

void AccountBook::Forget(std::uint64_t ticket) {
  std::erase_if(ready_, [&](const LoginAnswer& answer) { return answer.ticket == ticket; });
  const auto found = pending_.find(ticket);
  if (found == pending_.end()) return;
  found->second.wanted = false;
  if (const auto* password = std::get_if<ByPassword>(&found->second.how)) ForgetPassword(ticket, *password);
}

// What is being asked or hashed, or is held back, goes its way: to leave does not make a hold shorter.
void AccountBook::ForgetPassword(Ticket ticket, const ByPassword& password) {
  const auto turn = turns_.find(password.turn);
  if (turn != turns_.end() && turn->second.waiting.erase(ticket) > 0) {
    pending_.erase(ticket);
  } else if (to_hash_.Erase(password.guesser, ticket)) {
    const ByPassword done = password;
    pending_.erase(ticket);
    NextTurn(done);
  }
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
