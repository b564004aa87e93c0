#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"
#include "tests/server/accounts/bookkeeping.h"

namespace parley {
namespace {

using protocol::Role;
using std::chrono::seconds;
using test::AccountsTest;
using testing::StartsWith;

// --- In memory ---

class MemoryBookTest : public test::AccountBookTest {
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

TEST_F(MemoryBookTest, AGuestsNewNameComesWithItsNewToken) {
  const LoginAnswer ana = Guest("Ana");
  const IdentityRef renamed = WithName(*ana.identity, *protocol::PersonName("guest-7"));
  const LoginAnswer again = Token(book_->GuestToken(*renamed, now_));
  EXPECT_EQ(Outcome(again), "guest guest-7");
  EXPECT_EQ(again.identity->key, ana.identity->key);
  EXPECT_EQ(again.identity->author, ana.identity->author);
  EXPECT_EQ(again.name, NameClaim::kReturning);
}

TEST_F(MemoryBookTest, AnAuthorKeyIsOneIdentitys) {
  const LoginAnswer first = Guest("Ana");
  EXPECT_EQ(first.identity->author, AuthorKeys(test::kOwnKey).Of(first.identity->key));
  EXPECT_EQ(Token(first.token).identity->author, first.identity->author);
  EXPECT_NE(Guest("Ana").identity->author, first.identity->author);
  EXPECT_EQ(Token(Invitation("Ben", seconds(600))).identity->author,
            Token(Invitation("BEN", seconds(60))).identity->author);
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
  EXPECT_TRUE(book_->HasAnswer());
  const auto answer = book_->Take(now_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->ticket, ticket);
  EXPECT_FALSE(book_->HasAnswer());
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

TEST_F(MemoryBookTest, ATokenFromAWelcomeIsNotAnInvitation) {
  const auto is_invitation = [&](const std::string& token) {
    return tokens_.Verify(token, now_.wall).value().invitation;
  };
  const std::string invitation = Invitation("Ana", seconds(600));
  EXPECT_TRUE(is_invitation(invitation));
  const LoginAnswer ana = Token(invitation);
  EXPECT_FALSE(is_invitation(ana.token));
  EXPECT_FALSE(is_invitation(Token(ana.token).token));
  EXPECT_FALSE(is_invitation(Token(PortalToken(R"(,"role":"admin","invitation":true)")).token));
}

TEST_F(MemoryBookTest, ATokenFromALongInvitationIsGoodForADay) {
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

TEST_F(AccountsTest, AGuestsTokenIsGoodThoughAnAccountOwnsTheNameByNow) {
  const LoginAnswer ana = Guest("Paul");
  EXPECT_EQ(ana.name, NameClaim::kFresh);
  AddAccount("PauI", "secret");  // looks like it
  const LoginAnswer again = Token(ana.token);
  EXPECT_EQ(again.identity->key, ana.identity->key);
  EXPECT_EQ(again.name, NameClaim::kLost);
  RemoveAccount("PauI");
  EXPECT_EQ(Token(ana.token).name, NameClaim::kReturning);
}

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

TEST_F(AccountsTest, ATokenOfAnAccountHasTheAccountsPresentRole) {
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

TEST_F(AccountsTest, AGuestCannotTakeANameThatLooksLikeAnAccounts) {
  AddAccount("paul", "secret");
  EXPECT_EQ(Outcome(Guest("PauI")), "name_taken");
  EXPECT_EQ(Outcome(Guest("\u0420\u0430u1")), "name_invalid") << "two alphabets in a word";
  EXPECT_EQ(Outcome(Guest("paula")), "guest paula");
  RemoveAccount("paul");
  EXPECT_EQ(Outcome(Guest("PauI")), "guest PauI");
}

TEST_F(AccountsTest, AnAccountOfItsNameEndsInvitationsAndTakesTheNameOfGuests) {
  const LoginAnswer guest = Guest("Ana");
  const std::string invitation = Invitation("ana", seconds(600));
  EXPECT_EQ(Outcome(Token(invitation)), "host ana");
  AddAccount("ana", "secret");
  EXPECT_EQ(Token(guest.token).name, NameClaim::kLost) << "a guest is somebody else, under another name";
  EXPECT_EQ(Outcome(Token(invitation)), "bad_credentials");
}

TEST_F(AccountsTest, APortalsTokenKeepsItsRoleBesideAnAccountOfTheName) {
  AddAccount("ana", "secret");
  const LoginAnswer ana = Token(PortalToken(R"(,"role":"host")"));
  EXPECT_EQ(Outcome(ana), "host Ana");
  EXPECT_EQ(Outcome(Token(ana.token)), "host Ana");
}

TEST_F(AccountsTest, AnUnreadableDatabaseIsAnInternalErrorAndCountsAsNoGuess) {
  AddAccount("ana", "secret");
  SQLite::Database(file(), SQLite::OPEN_READWRITE).exec("DROP TABLE account");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "internal");
  EXPECT_EQ(Outcome(Guest("ben")), "internal");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "internal") << "nobody waits behind the one before";
}

}  // namespace
}  // namespace parley
