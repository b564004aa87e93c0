#include "server/accounts/password_turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "common/base/limits.h"

namespace parley {
namespace {

using Kind = PasswordTurns::Step::Kind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class PasswordTurnsTest : public testing::Test {
 protected:
  using Steps = std::vector<std::pair<Kind, PasswordTurns::Ticket>>;

  void Join(PasswordTurns::Ticket ticket, unsigned tries = 0) {
    turns_.Join(ticket, "192.0.2.7", "ada", tries, now_);
  }

  Steps Next() {
    Steps steps;
    while (const auto step = turns_.Next()) steps.emplace_back(step->kind, step->ticket);
    return steps;
  }

  // A login by itself whose password is found to be wrong.
  void Guess(PasswordTurns::Ticket ticket) {
    turns_.LookedUp(ticket);
    ASSERT_EQ(turns_.NextToHash(), ticket);
    turns_.Wrong(ticket, now_);
  }

  // Uses up the free tries: the next wrong password is held back.
  void UseUpFreeTries() {
    for (unsigned i = 0; i < limits::kFreeTries; ++i) {
      Join(1000 + i);
      Guess(1000 + i);
    }
    Next();
  }

  PasswordTurns turns_;
  MonotonicTime now_{};
};

TEST_F(PasswordTurnsTest, TheFirstIsLookedUpAtOnce_TheNextAfterIt) {
  Join(1);
  Join(2);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kLookUp, 1)));
  turns_.LookedUp(1);
  EXPECT_EQ(turns_.NextToHash(), 1);
  EXPECT_THAT(Next(), IsEmpty());
  turns_.Right(1);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kLookUp, 2)));
}

TEST_F(PasswordTurnsTest, OtherNamesAndAddressesDoNotWait) {
  turns_.Join(1, "192.0.2.7", "ada", 0, now_);
  turns_.Join(2, "192.0.2.7", "ben", 0, now_);
  turns_.Join(3, "192.0.2.8", "ada", 0, now_);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kLookUp, 1), Pair(Kind::kLookUp, 2), Pair(Kind::kLookUp, 3)));
}

TEST_F(PasswordTurnsTest, TheNextHasTheFewestTries_OfTheseTheNewest) {
  Join(1);
  Join(2, 5);
  Join(3, 1);
  Join(4, 1);
  Next();
  Guess(1);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kWrong, 1), Pair(Kind::kLookUp, 4)));
}

TEST_F(PasswordTurnsTest, AnAnswerThatIsHeldBackKeepsTheOthersWaiting) {
  UseUpFreeTries();
  Join(1);
  Join(2);
  Next();
  Guess(1);
  EXPECT_THAT(Next(), IsEmpty());
  EXPECT_EQ(turns_.held(), 1);
  now_ = *turns_.NextDeadline();
  turns_.Tick(now_);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kWrong, 1), Pair(Kind::kLookUp, 2)));
}

TEST_F(PasswordTurnsTest, APeerThatSendsNothingMoreIsRefusedWhileAnAnswerIsHeldBack) {
  UseUpFreeTries();
  Join(1);
  Join(2);
  Join(3);
  Next();
  turns_.Finished(2);
  EXPECT_THAT(Next(), IsEmpty());
  Guess(1);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kTooMany, 2)));
  turns_.Finished(3);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kTooMany, 3)));
}

TEST_F(PasswordTurnsTest, ALoginThatHasWaitedLongOvertakes) {
  Join(1);
  Join(2);
  Next();
  now_ += limits::kLongestWait - Duration(1);
  turns_.Tick(now_);
  EXPECT_THAT(Next(), IsEmpty());
  now_ += Duration(1);
  turns_.Tick(now_);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kLookUp, 2)));
  turns_.LookedUp(2);
  EXPECT_EQ(turns_.NextToHash(), 2);
  turns_.Right(2);
  EXPECT_THAT(Next(), IsEmpty());  // the first one has its turn still
}

TEST_F(PasswordTurnsTest, AConnectionWithManyWrongTriesDoesNotOvertake) {
  Join(1);
  Join(2, limits::kTriesOfOvertakers + 1);
  Next();
  now_ += limits::kLongestWait;
  turns_.Tick(now_);
  EXPECT_THAT(Next(), IsEmpty());
}

TEST_F(PasswordTurnsTest, AForgottenLoginIsGoneBeforeItIsHashed) {
  Join(1);
  Join(2);
  Join(3);
  Next();
  EXPECT_TRUE(turns_.Forget(2));
  turns_.LookedUp(1);
  EXPECT_TRUE(turns_.Forget(1));
  EXPECT_EQ(turns_.NextToHash(), std::nullopt);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kLookUp, 3)));
}

TEST_F(PasswordTurnsTest, LeavingDoesNotMakeAHoldShorter) {
  UseUpFreeTries();
  Join(1);
  Join(2);
  Next();
  Guess(1);
  EXPECT_FALSE(turns_.Forget(1));
  EXPECT_THAT(Next(), IsEmpty());
  now_ = *turns_.NextDeadline();
  turns_.Tick(now_);
  EXPECT_THAT(Next(), ElementsAre(Pair(Kind::kWrong, 1), Pair(Kind::kLookUp, 2)));
}

}  // namespace
}  // namespace parley
