// An AccountBook in memory or with accounts, as a test wants to speak of it: time passes when the test says
// so, and waiting is for what a thread has done.

#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "common/base/limits.h"
#include "server/accounts/account_book.h"
#include "tests/server/accounts/signing.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {

using std::chrono::seconds;

inline const std::string kOwnKey(32, 'o');
inline const std::string kSecret(40, 's');

// Hashing takes its time, and each test needs the same few.
inline const std::string& HashOf(const std::string& password) {
  static std::map<std::string, std::string> hashes;
  std::string& hash = hashes[password];
  if (hash.empty()) hash = HashPassword(password);
  return hash;
}

class AccountBookTest : public testing::Test {
 protected:
  explicit AccountBookTest(bool with_store) {
    if (with_store) admin_ = AccountStore::Open(file(), error_);
    book_ = AccountBook::Open(tokens_, AuthorKeys(kOwnKey),
                              with_store ? AccountStore::Open(file(), error_) : nullptr, waker_, error_);
    EXPECT_EQ(error_, "");
  }

  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "accounts.db"; }
  // What an operator does beside the server.
  void AddAccount(const char* name, const std::string& password,
                  protocol::Role role = protocol::Role::kMember) {
    const Account account{.name = *protocol::PersonName(name),
                          .role = role,
                          .password = HashOf(password),
                          .generation = "",
                          .created = now_.wall};
    ASSERT_TRUE(admin_->Add(account, error_)) << error_;
  }
  void RemoveAccount(const char* name) {
    ASSERT_TRUE(admin_->Remove(*protocol::PersonName(name), error_)) << error_;
  }
  void SetPassword(const char* name, const std::string& password) {
    ASSERT_TRUE(admin_->SetPassword(*protocol::PersonName(name), HashOf(password), error_)) << error_;
  }

  // Starts a login, and returns its ticket.
  std::uint64_t Begin(protocol::Hello hello, const std::string& address = "192.0.2.1", unsigned tries = 0) {
    book_->Check({.ticket = ++last_ticket_, .hello = std::move(hello), .address = address, .tries = tries},
                 now_);
    return last_ticket_;
  }
  std::uint64_t BeginPassword(const std::string& user, const std::string& password,
                              const std::string& address = "192.0.2.1", unsigned tries = 0) {
    protocol::Hello hello;
    hello.user = user;
    hello.password = password;
    return Begin(hello, address, tries);
  }
  // Sleeps until a thread has something, as the loop does.
  void Sleep() {
    pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&woken, 1, 30'000) != 1) throw std::runtime_error("nothing came");
    waker_.Drain();
  }
  LoginAnswer Next() {
    while (true) {
      if (auto answer = book_->Take(now_)) return *answer;
      Sleep();
    }
  }
  // Until an answer is held back; then how long.
  Duration WaitForHold() {
    while (true) {
      EXPECT_FALSE(book_->Take(now_)) << "not held back";
      const auto deadline = book_->NextDeadline();
      if (deadline && book_->checking() == 0) return *deadline - now_.monotonic;
      Sleep();
    }
  }
  void WaitUntilEmpty() {
    while (true) {
      EXPECT_FALSE(book_->Take(now_));
      if (book_->size() == 0) return;
      Sleep();
    }
  }
  void Pass(Duration time) {
    now_.monotonic += time;
    now_.wall += std::chrono::floor<std::chrono::milliseconds>(time);
  }

  LoginAnswer Guest(const std::string& name) {
    protocol::Hello hello;
    hello.name = name;
    Begin(hello);
    return Next();
  }
  LoginAnswer Token(const std::string& token) {
    protocol::Hello hello;
    hello.token = token;
    Begin(hello);
    return Next();
  }
  LoginAnswer Password(const std::string& user, const std::string& password,
                       const std::string& address = "192.0.2.1") {
    BeginPassword(user, password, address);
    return Next();
  }
  void GuessFreely(const std::string& user) {
    for (unsigned i = 0; i < limits::kFreeTries; ++i) {
      EXPECT_EQ(Outcome(Password(user, "wrong")), "bad_credentials") << i;
    }
  }
  // A token of the portal, good for an hour.
  [[nodiscard]] std::string PortalToken(const std::string& more) const {
    const auto end = std::chrono::floor<seconds>(now_.wall).time_since_epoch().count() + 3600;
    return SignHmac(R"({"sub":"Ana","exp":)" + std::to_string(end) + more + "}", kSecret);
  }
  [[nodiscard]] std::string Invitation(const char* name, seconds life,
                                       std::optional<protocol::Name> room = std::nullopt) const {
    return tokens_.Mint({.name = *protocol::PersonName(name),
                         .role = protocol::Role::kHost,
                         .room = std::move(room),
                         .expires = std::chrono::floor<seconds>(now_.wall) + life,
                         .guest = "",
                         .generation = "",
                         .invitation = true},
                        now_.wall);
  }
  [[nodiscard]] seconds LifeOf(const std::string& token) const {
    const auto claims = tokens_.Verify(token, now_.wall);
    return claims ? claims->expires - std::chrono::floor<seconds>(now_.wall) : seconds(0);
  }

  [[nodiscard]] std::chrono::sys_seconds FarEnd() const {
    return std::chrono::floor<seconds>(now_.wall) + seconds(3600);
  }
  // `guest Ana`, or the code of the error.
  static std::string Outcome(const LoginAnswer& answer) {
    if (!answer.identity) return std::string(ToString(answer.error.code));
    return std::string(ToString(answer.identity->role)) + " " + answer.identity->name.shown;
  }

  TemporaryFolder folder_;
  std::string error_;
  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(seconds(1'700'000'000))};
  Waker waker_;
  Tokens tokens_{kOwnKey, PortalKey{PortalKey::Algorithm::kHs256, kSecret}};
  std::unique_ptr<AccountStore> admin_;
  std::unique_ptr<AccountBook> book_;
  std::uint64_t last_ticket_ = 0;
};

class AccountsTest : public AccountBookTest {
 protected:
  AccountsTest() : AccountBookTest(true) {}
};

}  // namespace parley::test
