// Passwords that are guessed, and those that are checked at once.

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/accounts/bookkeeping.h"

namespace parley {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using GuessingTest = test::AccountsTest;

TEST_F(GuessingTest, FiveWrongPasswordsAreAnsweredAtOnceThenTheAnswerWaits) {
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

TEST_F(GuessingTest, AnUnknownNameWaitsAsAKnownOneDoes) {
  GuessFreely("nobody");
  BeginPassword("nobody", "wrong");
  EXPECT_EQ(WaitForHold(), seconds(1));
}

TEST_F(GuessingTest, NobodyElseWaits) {
  AddAccount("ana", "secret");
  AddAccount("ben", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  EXPECT_EQ(Outcome(Password("ben", "secret")), "member ben") << "another name from there";
  EXPECT_EQ(Outcome(Password("ana", "secret", "192.0.2.2")), "member ana") << "that name from elsewhere";
  EXPECT_EQ(Outcome(Guest("cem")), "guest cem");
}

TEST_F(GuessingTest, WhileAnAnswerIsHeldFurtherTriesWaitBehindIt) {
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

TEST_F(GuessingTest, ManyTriesAtOnceAreNoMoreThanOneAfterTheOther) {
  AddAccount("ana", "secret");
  std::vector<std::uint64_t> answered;
  for (int i = 0; i < 8; ++i) BeginPassword("ana", "wrong");
  for (unsigned i = 0; i < limits::kFreeTries; ++i) answered.push_back(Next().ticket);
  EXPECT_THAT(answered, ElementsAre(1, 8, 7, 6, 5)) << "of those that wait the newest";
  EXPECT_EQ(WaitForHold(), seconds(1));
  EXPECT_EQ(book_->size(), 3U);
}

TEST_F(GuessingTest, TheOwnerComesNextHoweverManyGuessersWait) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  for (int i = 0; i < 20; ++i) BeginPassword("ana", "wrong");
  const auto right = BeginPassword("ana", "secret");
  Pass(seconds(1));
  EXPECT_EQ(Outcome(Next()), "bad_credentials") << "the one that was held back";
  EXPECT_EQ(Next().ticket, right);
}

TEST_F(GuessingTest, AConnectionThatHasGuessedWaitsBehindThoseThatHaveNot) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  const auto right = BeginPassword("ana", "secret");
  for (int i = 0; i < 20; ++i) BeginPassword("ana", "wrong", "192.0.2.1", 1);
  Pass(seconds(1));
  Next();
  EXPECT_EQ(Next().ticket, right);
}

// Each of these comes after the owner, on a fresh connection, and so is always the newest.
TEST_F(GuessingTest, TheOwnerWaitsAtMostTenSecondsHoweverManyOthersCome) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  const MonotonicTime came = now_.monotonic;
  const auto right = BeginPassword("ana", "secret");
  std::uint64_t guess = BeginPassword("ana", "wrong");
  for (;;) {
    if (const auto answer = book_->Take(now_)) {
      if (answer->ticket == right) break;
      continue;
    }
    if (book_->checking() > 0) {
      Sleep();
      continue;
    }
    book_->Forget(guess);  // it has gone after a while
    guess = BeginPassword("ana", "wrong");
    Pass(std::min<Duration>(book_->NextDeadline().value() - now_.monotonic, seconds(1)));
    ASSERT_LE(now_.monotonic - came, seconds(10));
  }
}

// A newer connection takes each turn, for so long that all overtakings at the start are used up.
TEST_F(GuessingTest, TheOwnerSignsInWhileGuessersKeepComing) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  const MonotonicTime owner_comes = now_.monotonic + seconds(120);
  std::optional<std::uint64_t> right;
  MonotonicTime next_guess = now_.monotonic;
  for (;;) {
    if (const auto answer = book_->Take(now_)) {
      if (answer->ticket == right) break;
    } else if (book_->checking() > 0) {
      Sleep();
    } else {
      if (!right && now_.monotonic >= owner_comes) right = BeginPassword("ana", "secret");
      if (now_.monotonic >= next_guess) {
        BeginPassword("ana", "wrong");
        next_guess += seconds(6);
        continue;
      }
      Pass(std::max<Duration>(
          std::min(book_->NextDeadline().value_or(next_guess), next_guess) - now_.monotonic,
          Duration::zero()));
    }
    ASSERT_LE(now_.monotonic, owner_comes + seconds(30));
  }
}

TEST_F(GuessingTest, ManyConnectionsGuessAtMostTwiceAsFastAsOneButForAFew) {
  AddAccount("ana", "secret");
  for (int i = 0; i < 60; ++i) BeginPassword("ana", "wrong");
  const MonotonicTime end = now_.monotonic + seconds(60);
  unsigned answers = 0;
  for (;;) {
    if (book_->Take(now_)) {
      ++answers;
    } else if (book_->checking() > 0) {
      Sleep();
    } else if (const auto deadline = book_->NextDeadline(); deadline && *deadline <= end) {
      Pass(std::max<Duration>(*deadline - now_.monotonic, Duration::zero()));
    } else {
      break;
    }
  }
  // One gets 5 at once, then after 1, 3, 7, 15, 25, 35, 45 and 55 s.
  EXPECT_LE(answers, 13 + limits::kOvertakings + seconds(60) / limits::kOvertakingPeriod);
}

TEST_F(GuessingTest, AFinishedConnectionIsRefusedDuringAHold) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  BeginPassword("ana", "wrong");
  WaitForHold();
  std::vector<std::uint64_t> gone;
  for (int i = 0; i < 8; ++i) gone.push_back(BeginPassword("ana", "wrong"));
  for (const std::uint64_t ticket : gone) {
    book_->Finished(ticket);
    EXPECT_EQ(Next().ticket, ticket) << "refused at once";
  }
  EXPECT_EQ(book_->size(), 1U);
}

TEST_F(GuessingTest, AConnectionThatFinishedBeforeTheHoldIsRefusedToo) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  const auto held = BeginPassword("ana", "wrong");
  const auto gone = BeginPassword("ana", "wrong");
  book_->Finished(held);
  book_->Finished(gone);
  EXPECT_EQ(Next().ticket, gone);
  EXPECT_EQ(WaitForHold(), seconds(1));
}

// Scripts send all they have, shut down their end and read.
TEST_F(GuessingTest, AFinishedConnectionIsCheckedWhereNobodyGuesses) {
  AddAccount("ana", "secret");
  const auto first = BeginPassword("ana", "secret");
  const auto second = BeginPassword("ana", "secret");
  book_->Finished(first);
  book_->Finished(second);
  EXPECT_EQ(Outcome(Next()), "member ana");
  EXPECT_EQ(Outcome(Next()), "member ana");
}

TEST_F(GuessingTest, TheRightPasswordMakesThemFreeAgain) {
  AddAccount("ana", "secret");
  GuessFreely("ana");
  EXPECT_EQ(Outcome(Password("ana", "secret")), "member ana");
  GuessFreely("ana");
}

TEST_F(GuessingTest, LeavingDoesNotShortenAHold) {
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

TEST_F(GuessingTest, NothingIsLeftOfPeersThatHaveGone) {
  AddAccount("ana", "secret");
  std::vector<std::uint64_t> gone;
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("ana", "wrong"));
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("n" + std::to_string(i), "wrong"));
  for (const std::uint64_t ticket : gone) book_->Forget(ticket);
  WaitUntilEmpty();
  EXPECT_EQ(Outcome(Password("ana", "secret")), "member ana");
}

// The hashing of a hundred would take seconds.
TEST_F(GuessingTest, AForgottenLoginIsNotHashed) {
  std::vector<std::uint64_t> gone;
  for (int i = 0; i < 100; ++i) gone.push_back(BeginPassword("n" + std::to_string(i), "wrong"));
  protocol::Hello guest;
  guest.name = "guest";
  const std::uint64_t last = Begin(guest);
  while (Next().ticket != last) {  // then the database has answered all that was asked before
  }
  for (const std::uint64_t ticket : gone) book_->Forget(ticket);
  EXPECT_LT(book_->size(), 20U) << "all but those that are being hashed";
  WaitUntilEmpty();
}

TEST_F(GuessingTest, MoreAtOnceThanThereAreThreadsAllGetTheirAnswer) {
  AddAccount("ana", "secret");
  for (int i = 0; i < 12; ++i) BeginPassword("ana", "secret", "192.0.2." + std::to_string(i));
  for (int i = 0; i < 12; ++i) EXPECT_EQ(Outcome(Next()), "member ana");
  EXPECT_EQ(book_->size(), 0U);
}

TEST_F(GuessingTest, AGuesserOfManyNamesDelaysOthersByOneRoundOnly) {
  AddAccount("ana", "secret");
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const unsigned many = 8 * threads;
  for (unsigned i = 0; i < many; ++i) BeginPassword("nobody" + std::to_string(i), "wrong", "192.0.2.9");
  const auto right = BeginPassword("ana", "secret", "192.0.2.2");
  unsigned before = 0;
  while (Next().ticket != right) ++before;
  EXPECT_LT(before, many - 2 * threads);
}

TEST_F(GuessingTest, ItEndsWithLoginsUnderWay) {
  for (int i = 0; i < 20; ++i) BeginPassword("n" + std::to_string(i), "wrong");
  book_.reset();
}

}  // namespace
}  // namespace parley
