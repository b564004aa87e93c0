#include "client/chat/greeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/chat/conversation.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::WelcomeAs;
using ::testing::HasSubstr;
using Outcome = Greeting::Outcome::Kind;

TEST(GreetingTest, AnAccountComesWithItsPasswordAndNoName) {
  const Greeting greeting({.name = "login", .user = "ann", .password = "secret"}, true);
  EXPECT_EQ(greeting.Next().user, "ann");
  EXPECT_EQ(greeting.Next().password, "secret");
  EXPECT_FALSE(greeting.Next().name);
  EXPECT_THAT(greeting.Next().agent, HasSubstr("chat_client/"));
}

TEST(GreetingTest, ATokenComesAlone) {
  const Greeting greeting({.name = "login", .token = "abc"}, true);
  EXPECT_EQ(greeting.Next().token, "abc");
  EXPECT_FALSE(greeting.Next().name);
}

TEST(GreetingTest, GoesBackToThePasswordWhereTheTokenOfTheWelcomeHasEnded) {
  Greeting greeting({.user = "ann", .password = "secret"}, false);
  greeting.Accepted(WelcomeAs("1", "ann", "given"));
  EXPECT_EQ(greeting.Next().token, "given");
  EXPECT_FALSE(greeting.Next().user);
  EXPECT_EQ(greeting.Refused(ErrorOf(ErrorCode::kBadCredentials)).kind, Outcome::kAgain);
  EXPECT_EQ(greeting.Next().user, "ann");
  EXPECT_EQ(greeting.Refused(ErrorOf(ErrorCode::kBadCredentials)).kind, Outcome::kFailed);
}

TEST(GreetingTest, AWrongPasswordIsFinal) {
  Greeting greeting({.user = "ann", .password = "wrong"}, true);
  const Greeting::Outcome outcome = greeting.Refused(ErrorOf(ErrorCode::kBadCredentials));
  EXPECT_EQ(outcome.kind, Outcome::kFailed);
  EXPECT_THAT(outcome.text, HasSubstr("password"));
}

TEST(GreetingTest, SaysThatItOnceKnewWhatItKnowsNoLonger) {
  Greeting account({.user = "ann", .password = "secret"}, false);
  account.Accepted(WelcomeAs("1", "ann", "given"));
  account.Refused(ErrorOf(ErrorCode::kBadCredentials));
  EXPECT_THAT(account.Refused(ErrorOf(ErrorCode::kBadCredentials)).text, HasSubstr("no longer takes"));
  Greeting invited({.token = "abc"}, false);
  EXPECT_THAT(invited.Refused(ErrorOf(ErrorCode::kBadCredentials)).text, HasSubstr("the token is not valid"));
  invited.Accepted(WelcomeAs("1", "ann", "given"));
  invited.Refused(ErrorOf(ErrorCode::kBadCredentials));
  EXPECT_THAT(invited.Refused(ErrorOf(ErrorCode::kBadCredentials)).text,
              HasSubstr("the token is no longer valid"));
}

TEST(GreetingTest, SaysHowToComeInWhereGuestsMayNot) {
  Greeting greeting({.name = "ann"}, true);
  EXPECT_THAT(greeting.Refused(ErrorOf(ErrorCode::kLoginRequired)).text, HasSubstr("--user"));
}

TEST(GreetingTest, NumbersOfTakenNamesGoOnWhereTheyWere) {
  Greeting greeting({.name = "ann"}, true);
  greeting.Refused(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_EQ(greeting.Next().name, "ann-2");
  greeting.Accepted(WelcomeAs("1", "ann-2"));
  greeting.Refused(ErrorOf(ErrorCode::kBadCredentials));
  EXPECT_EQ(greeting.Next().name, "ann-2");
  greeting.Refused(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_EQ(greeting.Next().name, "ann-3");
}

TEST(GreetingTest, ALongNameIsCutBetweenCharactersToHoldItsNumber) {
  std::string name;
  for (int i = 0; i < 32; ++i) name += "\u4f60";
  Greeting greeting({.name = name}, true);
  greeting.Refused(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_EQ(greeting.Next().name, name.substr(0, name.size() - 6) + "-2");
}

TEST(GreetingTest, GivesUpAfterManyTakenNames) {
  Greeting greeting({.name = "ann"}, true);
  int tries = 1;
  while (greeting.Refused(ErrorOf(ErrorCode::kNameTaken)).kind == Outcome::kAgain) ++tries;
  EXPECT_EQ(tries, 99);
}

}  // namespace
}  // namespace parley::client
