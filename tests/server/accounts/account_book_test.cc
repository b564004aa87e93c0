#include "server/accounts/account_book.h"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/accounts/signing.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using protocol::Role;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::StartsWith;

const std::string kOwnKey(32, 'o');
const std::string kSecret(40, 's');

// Hashing takes its time, and each test needs the same few.
const std::string& HashOf(const std::string& password) {
  static std::map<std::string, std::string> hashes;
  std::string& hash = hashes[password];
  if (hash.empty()) hash = HashPassword(password);
  return hash;
}

class AccountBookTest : public testing::Test {
 protected:
  explicit AccountBookTest(bool with_store) {
    if (with_store) {
      fs::create_directory(folder_);
      admin_ = AccountStore::Open(folder_ / "accounts.db", error_);
    }
    book_ = std::make_unique<AccountBook>(
        tokens_, with_store ? AccountStore::Open(folder_ / "accounts.db", error_) : nullptr, waker_);
    EXPECT_EQ(error_, "");
  }
  ~AccountBookTest() override {
    book_.reset();
    admin_.reset();
    fs::remove_all(folder_);
  }

  // What an operator does beside the server.
  void AddAccount(const char* name, const std::string& password, Role role = Role::kMember) {
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
  std::uint64_t Begin(protocol::Hello hello, const std::string& address = "192.0.2.1") {
    book_->Check({.ticket = ++last_ticket_, .hello = std::move(hello), .address = address}, now_);
    return last_ticket_;
  }
  std::uint64_t BeginPassword(const std::string& user, const std::string& password,
                              const std::string& address = "192.0.2.1") {
    protocol::Hello hello;
    hello.user = user;
    hello.password = password;
    return Begin(hello, address);
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
      if (const auto deadline = book_->NextDeadline()) return *deadline - now_.monotonic;
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
    return test::SignHmac(R"({"sub":"Ana","exp":)" + std::to_string(end) + more + "}", kSecret);
  }
  [[nodiscard]] std::string Invitation(const char* name, seconds life,
                                       std::optional<protocol::Name> room = std::nullopt) const {
    return tokens_.Mint({.name = *protocol::PersonName(name),
                         .role = Role::kHost,
                         .room = std::move(room),
                         .expires = std::chrono::floor<seconds>(now_.wall) + life,
                         .guest = "",
                         .generation = ""},
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

  const fs::path folder_ = testing::TempDir() + "parley-book-" + std::to_string(::getpid());
  std::string error_;
  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(seconds(1'700'000'000))};
  Waker waker_;
  Tokens tokens_{kOwnKey, PortalKey{PortalKey::Algorithm::kHs256, kSecret}};
  std::unique_ptr<AccountStore> admin_;
  std::unique_ptr<AccountBook> book_;
  std::uint64_t last_ticket_ = 0;
};

// --- In memory ---

class MemoryBookTest : public AccountBookTest {
 protected:
  MemoryBookTest() : AccountBookTest(false) {}
};

TEST_F(MemoryBookTest, AGuestIsSomebodyNewUnderTheNameAsWritten) {
  const LoginAnswer ana = Guest("Ana");
  EXPECT_EQ(Outcome(ana), "guest Ana");
  EXPECT_THAT(ana.identity->key, StartsWith("guest:"));
  EXPECT_FALSE(ana.identity->only_room);
  EXPECT_NE(Guest("Ana").identity->key, ana.identity->key);
  EXPECT_EQ(LifeOf(ana.token), limits::kTokenLife);
}

TEST_F(MemoryBookTest, ANameThatIsNoneIsInvalid) {
  for (const char* name : {"", " ana", "a\tb"}) EXPECT_EQ(Outcome(Guest(name)), "name_invalid") << name;
}

TEST_F(MemoryBookTest, AGuestComesBackByTokenAsTheSame) {
  const LoginAnswer first = Guest("Ana");
  const LoginAnswer second = Token(first.token);
  EXPECT_EQ(Outcome(second), "guest Ana");
  EXPECT_EQ(second.identity->key, first.identity->key);
  EXPECT_NE(second.token, first.token);
  EXPECT_EQ(Token(second.token).identity->key, first.identity->key);
  EXPECT_EQ(Outcome(Token(first.token)), "guest Ana") << "the older one stays good";
}

TEST_F(MemoryBookTest, ATokenIsGoodFor24Hours) {
  const LoginAnswer ana = Guest("Ana");
  Pass(limits::kTokenLife + limits::kClockSkew - seconds(1));
  EXPECT_EQ(Outcome(Token(ana.token)), "guest Ana");
  Pass(seconds(1));
  EXPECT_EQ(Outcome(Token(ana.token)), "bad_credentials");
}

TEST_F(MemoryBookTest, ThereAreNoAccounts) {
  EXPECT_EQ(Outcome(Password("ana", "x")), "bad_credentials");
  EXPECT_EQ(Outcome(Token(tokens_.Mint({.name = *protocol::PersonName("ana"),
                                        .room = {},
                                        .expires = FarEnd(),
                                        .guest = "",
                                        .generation = "g1"},
                                       now_.wall))),
            "bad_credentials");
}

TEST_F(MemoryBookTest, ATokenThatIsNoneIsBadCredentials) {
  EXPECT_EQ(Outcome(Token("made up")), "bad_credentials");
  EXPECT_EQ(Outcome(Token("")), "bad_credentials");
}

TEST_F(MemoryBookTest, ATokenCountsBeforeAUserAndAUserBeforeAName) {
  protocol::Hello hello;
  hello.token = Guest("Ana").token;
  hello.user = "ben";
  hello.password = "x";
  hello.name = "Cem";
  Begin(hello);
  EXPECT_EQ(Outcome(Next()), "guest Ana");
  hello.token.reset();
  Begin(hello);
  EXPECT_EQ(Outcome(Next()), "bad_credentials");
}

TEST_F(MemoryBookTest, AnAnswerIsReadyAtOnceWithItsTicketAndGivenOnce) {
  protocol::Hello hello;
  hello.name = "Ana";
  const auto ticket = Begin(hello);
  const auto answer = book_->Take(now_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->ticket, ticket);
  EXPECT_FALSE(book_->Take(now_));
  EXPECT_EQ(book_->size(), 0U);
}

TEST_F(MemoryBookTest, AnAnswerThatNobodyWaitsForDoesNotCome) {
  protocol::Hello hello;
  hello.name = "Ana";
  book_->Forget(Begin(hello));
  EXPECT_FALSE(book_->Take(now_));
  book_->Forget(99);
}

TEST_F(MemoryBookTest, AnInvitationIsGoodForItsRoomRoleAndTime) {
  const LoginAnswer ana = Token(Invitation("Ana", seconds(600), protocol::RoomName("Hall")));
  EXPECT_EQ(Outcome(ana), "host Ana");
  EXPECT_EQ(ana.identity->key, "account:ana");
  EXPECT_EQ(ana.identity->only_room, "hall");
  EXPECT_EQ(LifeOf(ana.token), seconds(600));
  const LoginAnswer again = Token(ana.token);
  EXPECT_EQ(Outcome(again), "host Ana");
  EXPECT_EQ(again.identity->only_room, "hall");
  EXPECT_EQ(LifeOf(again.token), seconds(600)) << "coming back makes it no longer";
}

TEST_F(MemoryBookTest, WhatComesOfALongInvitationIsGoodForADay) {
  EXPECT_EQ(LifeOf(Token(Invitation("Ana", std::chrono::days(30))).token), limits::kTokenLife);
}

TEST_F(MemoryBookTest, APortalsTokenIsGoodForWhatItSays) {
  const LoginAnswer ana = Token(PortalToken(R"(,"role":"admin","room":"Hall")"));
  EXPECT_EQ(Outcome(ana), "admin Ana");
  EXPECT_EQ(ana.identity->key, "account:ana");
  EXPECT_EQ(ana.identity->only_room, "hall");
  EXPECT_EQ(LifeOf(ana.token), seconds(3600));
  EXPECT_EQ(Outcome(Token(ana.token)), "admin Ana");
  EXPECT_EQ(Outcome(Token(PortalToken(""))), "member Ana");
  EXPECT_EQ(Outcome(Token(PortalToken(R"(,"role":"root")"))), "bad_credentials");
}

// --- With accounts ---

class AccountsTest : public AccountBookTest {
 protected:
  AccountsTest() : AccountBookTest(true) {}
};

TEST_F(AccountsTest, TheRightPasswordIsTheAccount) {
  AddAccount("Ana", "secret", Role::kAdmin);
  const LoginAnswer ana = Password("ANA", "secret");
  EXPECT_EQ(Outcome(ana), "admin Ana") << "as the account is written";
  EXPECT_EQ(ana.identity->key, "account:ana");
  EXPECT_EQ(LifeOf(ana.token), limits::kTokenLife);
}

TEST_F(AccountsTest, AWrongPasswordAndAnUnknownNameAreAnsweredAlike) {
  AddAccount("ana", "secret");
  const LoginAnswer wrong = Password("ana", "Secret");
  const LoginAnswer unknown = Password("ben", "secret");
  EXPECT_EQ(Outcome(wrong), "bad_credentials");
  EXPECT_EQ(Outcome(unknown), "bad_credentials");
  EXPECT_EQ(unknown.error.text, wrong.error.text);
  EXPECT_EQ(Outcome(Password(" ", "secret")), "bad_credentials");
}

TEST_F(AccountsTest, AnAccountComesBackByToken) {
  AddAccount("ana", "secret");
  const LoginAnswer first = Password("ana", "secret");
  const LoginAnswer second = Token(first.token);
  EXPECT_EQ(Outcome(second), "member ana");
  EXPECT_EQ(second.identity->key, first.identity->key);
  EXPECT_NE(second.token, first.token);
  EXPECT_EQ(LifeOf(second.token), limits::kTokenLife);
}

TEST_F(AccountsTest, ANewPasswordEndsItsTokens) {
  AddAccount("ana", "secret");
  const LoginAnswer ana = Password("ana", "secret");
  SetPassword("ana", "other");
  EXPECT_EQ(Outcome(Token(ana.token)), "bad_credentials");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "bad_credentials");
  EXPECT_EQ(Outcome(Password("ana", "other")), "member ana");
}

TEST_F(AccountsTest, RemovalEndsItsTokensAndMakingItAgainRevivesNone) {
  AddAccount("ana", "secret");
  const LoginAnswer ana = Password("ana", "secret");
  RemoveAccount("ana");
  EXPECT_EQ(Outcome(Token(ana.token)), "bad_credentials");
  AddAccount("ana", "secret");
  EXPECT_EQ(Outcome(Token(ana.token)), "bad_credentials");
}

TEST_F(AccountsTest, ItsRoleIsTheOneItHasNow) {
  AddAccount("ana", "secret", Role::kAdmin);
  const auto account = admin_->Find("ana", error_);
  const std::string token = tokens_.Mint({.name = *protocol::PersonName("ana"),
                                          .role = Role::kHost,
                                          .room = {},
                                          .expires = FarEnd(),
                                          .guest = "",
                                          .generation = account->generation},
                                         now_.wall);
  EXPECT_EQ(Outcome(Token(token)), "admin ana");
}

TEST_F(AccountsTest, AGuestCannotTakeAnAccountsName) {
  AddAccount("Ana", "secret");
  const LoginAnswer answer = Guest("ana");
  EXPECT_EQ(Outcome(answer), "name_taken");
  EXPECT_THAT(answer.error.text, testing::HasSubstr("account"));
  EXPECT_EQ(Outcome(Guest("ben")), "guest ben");
  RemoveAccount("Ana");
  EXPECT_EQ(Outcome(Guest("ana")), "guest ana");
}

TEST_F(AccountsTest, AnAccountOfItsNameEndsTheTokensOfGuestsAndInvitations) {
  const LoginAnswer guest = Guest("Ana");
  const std::string invitation = Invitation("ana", seconds(600));
  EXPECT_EQ(Outcome(Token(invitation)), "host ana");
  AddAccount("ana", "secret");
  EXPECT_EQ(Outcome(Token(guest.token)), "bad_credentials");
  EXPECT_EQ(Outcome(Token(invitation)), "bad_credentials");
}

TEST_F(AccountsTest, APortalsWordStandsBesideTheAccounts) {
  AddAccount("ana", "secret");
  const LoginAnswer ana = Token(PortalToken(R"(,"role":"host")"));
  EXPECT_EQ(Outcome(ana), "host Ana");
  EXPECT_EQ(Outcome(Token(ana.token)), "host Ana");
}

TEST_F(AccountsTest, ADatabaseThatCannotBeReadIsNobodysFault) {
  AddAccount("ana", "secret");
  SQLite::Database(folder_ / "accounts.db", SQLite::OPEN_READWRITE).exec("DROP TABLE account");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "internal");
  EXPECT_EQ(Outcome(Guest("ben")), "internal");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "internal") << "nobody waits behind the one before";
}

// --- Guessing ---

TEST_F(AccountsTest, FiveWrongPasswordsAreAnsweredAtOnceThenTheAnswerWaits) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  for (const int hold : {1, 2, 4, 8, 10, 10}) {
    BeginPassword("ana", "wrong");
    ASSERT_EQ(WaitForHold(), seconds(hold));
    Pass(seconds(hold) - std::chrono::milliseconds(1));
    EXPECT_FALSE(book_->Take(now_)) << "too early";
    Pass(std::chrono::milliseconds(1));
    EXPECT_EQ(Outcome(Next()), "bad_credentials");
    EXPECT_FALSE(book_->NextDeadline());
  }
}

TEST_F(AccountsTest, AnUnknownNameWaitsAsAKnownOneDoes) {
  GuessFreely("nobody");
  BeginPassword("nobody", "wrong");
  EXPECT_EQ(WaitForHold(), seconds(1));
}

TEST_F(AccountsTest, NobodyElseWaits) {
  AddAccount("ana", "secret");
  AddAccount("ben", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  EXPECT_EQ(Outcome(Password("ben", "secret")), "member ben") << "another name from there";
  EXPECT_EQ(Outcome(Password("ana", "secret", "192.0.2.2")), "member ana") << "that name from elsewhere";
  EXPECT_EQ(Outcome(Guest("cem")), "guest cem");
}

TEST_F(AccountsTest, WhileAnAnswerIsHeldFurtherTriesWaitBehindIt) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  const auto held = BeginPassword("ana", "wrong");
  WaitForHold();
  const auto right = BeginPassword("ANA", "secret");
  EXPECT_EQ(Outcome(Guest("ben")), "guest ben") << "the database has answered what was asked before";
  Pass(seconds(1));
  EXPECT_EQ(Next().ticket, held);
  const LoginAnswer answer = Next();
  EXPECT_EQ(answer.ticket, right);
  EXPECT_EQ(Outcome(answer), "member ana");
}

TEST_F(AccountsTest, ManyTriesAtOnceAreNoMoreThanOneAfterTheOther) {
  AddAccount("ana", "secret");
  std::vector<std::uint64_t> answered;
  for (int i = 0; i < 8; ++i) BeginPassword("ana", "wrong");
  for (unsigned i = 0; i < limits::kFreeTries; ++i) answered.push_back(Next().ticket);
  EXPECT_THAT(answered, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(WaitForHold(), seconds(1));
  EXPECT_EQ(book_->size(), 3U);
}

TEST_F(AccountsTest, TheRightPasswordMakesThemFreeAgain) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "member ana");
  GuessFreely("ana");
}

TEST_F(AccountsTest, ToLeaveMakesAHoldNoShorter) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  const auto held = BeginPassword("ana", "wrong");
  WaitForHold();
  book_->Forget(held);
  BeginPassword("ana", "secret");
  EXPECT_EQ(WaitForHold(), seconds(1));
  Pass(seconds(1));
  EXPECT_EQ(Outcome(Next()), "member ana") << "and the answer that nobody waits for does not come";
}

TEST_F(AccountsTest, NothingIsLeftOfThoseWhoHaveGone) {
  AddAccount("ana", "secret");
  std::vector<std::uint64_t> gone;
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("ana", "wrong"));
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("n" + std::to_string(i), "wrong"));
  for (const std::uint64_t ticket : gone) book_->Forget(ticket);
  WaitUntilEmpty();
  EXPECT_EQ(Outcome(Password("ana", "secret")), "member ana");
}

// The hashing of a hundred would take seconds.
TEST_F(AccountsTest, WhoHasGoneBeforeTheHashingIsNotHashed) {
  std::vector<std::uint64_t> gone;
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("n" + std::to_string(i), "wrong"));
  for (int i = 0; i < 50; ++i) {
    protocol::Hello hello;
    hello.name = "guest" + std::to_string(i);
    Begin(hello);
    Next();  // the database has answered all that was asked before
  }
  for (const std::uint64_t ticket : gone) book_->Forget(ticket);
  EXPECT_LT(book_->size(), 20U) << "all but those that are being hashed";
  WaitUntilEmpty();
}

TEST_F(AccountsTest, MoreAtOnceThanThereAreThreadsAllGetTheirAnswer) {
  AddAccount("ana", "secret");
  for (int i = 0; i < 12; ++i) BeginPassword("ana", "secret", "192.0.2." + std::to_string(i));
  for (int i = 0; i < 12; ++i) EXPECT_EQ(Outcome(Next()), "member ana");
  EXPECT_EQ(book_->size(), 0U);
}

TEST_F(AccountsTest, ItEndsWithLoginsUnderWay) {
  for (int i = 0; i < 20; ++i) BeginPassword("n" + std::to_string(i), "wrong");
  book_.reset();
}

}  // namespace
}  // namespace parley
