#include "server/cluster/ordering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/cluster_limits.h"
#include "server/cluster/batch_text.h"
#include "tests/server/cluster/memory_order.h"

namespace parley::cluster {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = StoreRequest::Kind;
using Outcome = StoreAnswer::Outcome;
using Reason = Stop::Reason;

const Incarnation kAna{"ana", 1}, kBen{"ben", 1};

// The order of the server "ana", with the test as its store.
class OrderingTest : public testing::Test {
 protected:
  std::optional<StoreRequest> Next(Kind kind) {
    while (auto request = order_->NextRequest(now_)) {
      if (request->kind == Kind::kFollow) follow_ = request->ticket;
      if (request->kind == kind) return request;
    }
    return std::nullopt;
  }
  void Start(OrderStart start = {kAna, {}}) { order_ = std::make_unique<Ordering>(std::move(start)); }
  void Follow() {
    Start();
    ASSERT_TRUE(Next(Kind::kFollow));
  }
  static StoredBatch Stored(Revision revision, const Incarnation& writer, std::uint64_t counter,
                            std::string_view commands) {
    return {revision, counter, writer, WriteBatch({}, commands)};
  }
  void Arrive(std::vector<StoredBatch> batches) { order_->Arrived(follow_, std::move(batches), now_); }
  std::vector<std::string> TakeAll() {
    std::vector<std::string> commands;
    while (auto batch = order_->Take()) commands.push_back(batch->batch.commands);
    return commands;
  }
  void Wait(Duration time) {
    now_ += time;
    order_->Tick(now_);
  }
  std::optional<Reason> StopReason() {
    return order_->stopped() ? std::optional(order_->stopped()->reason) : std::nullopt;
  }

  std::unique_ptr<Ordering> order_;
  MonotonicTime now_ = MonotonicTime(std::chrono::hours(1));
  std::uint64_t follow_ = 0;
};

TEST_F(OrderingTest, GivesOutEachBatchOnceHoweverOftenItArrives) {
  Follow();
  Arrive({Stored(5, kBen, 1, "one")});
  Arrive({Stored(5, kBen, 1, "one"), Stored(8, kBen, 2, "two")});
  EXPECT_THAT(TakeAll(), ElementsAre("one", "two"));
}

TEST_F(OrderingTest, NextBatchWaitsUntilTheFirstOneIsAppliedNotUntilItIsAnswered) {
  Follow();
  ASSERT_TRUE(order_->CanWrite());
  order_->Write("mine");
  const auto write = Next(Kind::kWrite);
  ASSERT_TRUE(write);
  EXPECT_EQ(write->counter, 1U);
  order_->Answer(write->ticket, {Outcome::kDone, StoredBatch{7}}, now_);
  EXPECT_FALSE(order_->CanWrite());
  Arrive({{7, 1, kAna, write->value}});
  EXPECT_THAT(TakeAll(), ElementsAre("mine"));
  EXPECT_FALSE(order_->CanWrite());
  order_->Applied({6, Position{}.hash});
  EXPECT_FALSE(order_->CanWrite());
  order_->Applied({7, Position{}.hash});
  EXPECT_TRUE(order_->CanWrite());
}

TEST_F(OrderingTest, AsksAgainForAWriteWithoutAnswer) {
  Follow();
  order_->Write("mine");
  const auto first = Next(Kind::kWrite);
  Wait(limits::kClusterAnswer);
  EXPECT_FALSE(order_->Waits(first->ticket));
  Wait(limits::kClusterLongestPause);
  const auto second = Next(Kind::kWrite);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->counter, first->counter);
  EXPECT_EQ(second->value, first->value);
  EXPECT_NE(second->site, first->site);
  // The first one had succeeded.
  order_->Answer(second->ticket, {Outcome::kTaken, StoredBatch{7, 1, kAna, first->value}}, now_);
  EXPECT_FALSE(StopReason());
  EXPECT_FALSE(Next(Kind::kWrite));
}

TEST_F(OrderingTest, LateAnswerIsNotTakenForTheAnswerToTheNextBatch) {
  Follow();
  order_->Write("mine");
  const auto first = Next(Kind::kWrite);
  Arrive({{7, 1, kAna, first->value}});
  order_->Applied({7, Position{}.hash});
  order_->Write("next");
  order_->Answer(first->ticket, {Outcome::kDone, StoredBatch{7}}, now_);
  const auto second = Next(Kind::kWrite);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->counter, 2U);
}

TEST_F(OrderingTest, EndsIfItsKeyHasTheBatchOfAnother) {
  Follow();
  order_->Write("mine");
  const auto write = Next(Kind::kWrite);
  order_->Answer(write->ticket, {Outcome::kTaken, Stored(7, kAna, 1, "another's")}, now_);
  EXPECT_EQ(StopReason(), Reason::kNameInUse);
  EXPECT_FALSE(order_->CanWrite());
}

TEST_F(OrderingTest, EndsIfABatchUnderItsNameIsNotItsOwn) {
  Follow();
  Arrive({Stored(7, kAna, 1, "another's")});
  EXPECT_EQ(StopReason(), Reason::kNameInUse);
  EXPECT_THAT(TakeAll(), IsEmpty());
}

TEST_F(OrderingTest, EndsIfTheKeyIsOlderThanItsLastBatch) {
  Follow();
  order_->Write("mine");
  const auto write = Next(Kind::kWrite);
  Arrive({{7, 1, kAna, write->value}});
  order_->Applied({7, Position{}.hash});
  order_->Write("mine again");
  const auto second = Next(Kind::kWrite);
  order_->Answer(second->ticket, {Outcome::kTaken, std::nullopt}, now_);
  EXPECT_EQ(StopReason(), Reason::kShorter);
}

TEST_F(OrderingTest, EndsAtAHole) {
  Follow();
  Arrive({Stored(5, kBen, 1, "one"), Stored(8, kBen, 3, "three")});
  EXPECT_EQ(StopReason(), Reason::kHole);
}

TEST_F(OrderingTest, EndsIfTheFirstBatchOfAServerIsMissing) {
  Follow();
  Arrive({Stored(5, kBen, 2, "two")});
  EXPECT_EQ(StopReason(), Reason::kHole);
}

TEST_F(OrderingTest, EndsAtAnEntryThatItDoesNotUnderstand) {
  for (const StoredBatch& entry :
       {StoredBatch{5, 1, kBen, "2 written by a newer version"}, StoredBatch{5, 1, {}, WriteBatch({}, "x")},
        StoredBatch{5, 1, kBen, WriteBatch({5, Position{}.hash}, "as if it had applied itself")}}) {
    Follow();
    Arrive({entry});
    EXPECT_EQ(StopReason(), Reason::kNotUnderstood) << entry.value;
  }
}

TEST_F(OrderingTest, EndsIfTheOrderIsShorterThanBefore) {
  Follow();
  Arrive({Stored(5, kBen, 1, "one")});
  const auto newest = Next(Kind::kNewest);
  ASSERT_TRUE(newest);
  order_->Answer(newest->ticket, {Outcome::kDone, StoredBatch{4}}, now_);
  EXPECT_EQ(StopReason(), Reason::kShorter);
}

TEST_F(OrderingTest, BatchThatCameAfterTheQuestionDoesNotMakeTheOrderShorter) {
  Follow();
  const auto newest = Next(Kind::kNewest);
  ASSERT_TRUE(newest);
  Arrive({Stored(5, kBen, 1, "one")});
  order_->Answer(newest->ticket, {Outcome::kDone}, now_);
  EXPECT_FALSE(StopReason());
}

TEST_F(OrderingTest, FollowsElsewhereAfterSilence) {
  Follow();
  const auto newest = Next(Kind::kNewest);
  order_->Answer(newest->ticket, {Outcome::kDone, StoredBatch{9}}, now_);
  const std::uint64_t silent = follow_;
  Wait(limits::kClusterSilence - milliseconds(1));
  EXPECT_TRUE(order_->Waits(silent));
  Wait(milliseconds(1));
  EXPECT_FALSE(order_->Waits(silent));
  Wait(limits::kClusterLongestPause);
  const auto again = Next(Kind::kFollow);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->site, 1U);
  EXPECT_EQ(again->revision, 1U);
}

TEST_F(OrderingTest, FollowsElsewhereIfTheStoreDoesNotAnswer) {
  Follow();
  ASSERT_TRUE(Next(Kind::kNewest));
  const std::uint64_t old = follow_;
  Wait(limits::kClusterAnswer);
  EXPECT_FALSE(order_->reachable());
  EXPECT_FALSE(order_->Waits(old));
}

TEST_F(OrderingTest, WakesForEachDeadline) {
  Follow();
  const auto newest = Next(Kind::kNewest);
  EXPECT_EQ(order_->NextDeadline(), now_ + limits::kClusterAnswer);
  order_->Answer(newest->ticket, {Outcome::kDone}, now_);
  EXPECT_EQ(order_->NextDeadline(), now_ + limits::kClusterCheck);
  order_->Write("mine");
  EXPECT_LE(order_->NextDeadline(), now_);
}

TEST_F(OrderingTest, HasNoRoomWhileMuchIsNotTaken) {
  Follow();
  const std::string large(limits::kClusterBatchBytes, 'x');
  std::uint64_t counter = 0;
  while (order_->HasRoom()) {
    ++counter;
    Arrive({Stored(counter, kBen, counter, large)});
  }
  EXPECT_EQ(counter, limits::kClusterQueueBytes / limits::kClusterBatchBytes);
  ASSERT_TRUE(order_->Take());
  EXPECT_TRUE(order_->HasRoom());
}

// What a server knows that has applied one batch of ben's, at revision 5.
ChainState AfterOne() {
  Chain chain({});
  EXPECT_FALSE(chain.Add({5, {kBen, 1, {}, "one"}}));
  return chain.state();
}

TEST_F(OrderingTest, ComparesItsLastBatchBeforeItFollows) {
  Start({kAna, AfterOne()});
  const auto verify = order_->NextRequest(now_);
  ASSERT_TRUE(verify);
  EXPECT_EQ(verify->kind, Kind::kVerify);
  EXPECT_EQ(verify->revision, 5U);
  EXPECT_FALSE(order_->NextRequest(now_));
  order_->Answer(verify->ticket, {Outcome::kDone, Stored(5, kBen, 1, "one")}, now_);
  const auto follow = Next(Kind::kFollow);
  ASSERT_TRUE(follow);
  EXPECT_EQ(follow->revision, 6U);
}

TEST_F(OrderingTest, RefusesAnOrderThatIsNotItsOwn) {
  const std::pair<StoreAnswer, Reason> cases[] = {
      {{Outcome::kDone, Stored(5, kBen, 1, "another")}, Reason::kOtherOrder},
      {{Outcome::kDone, Stored(4, kBen, 1, "one")}, Reason::kOtherOrder},
      {{Outcome::kDone}, Reason::kOtherOrder},
      {{Outcome::kFuture}, Reason::kShorter},
      {{Outcome::kCompacted}, Reason::kAwayTooLong}};
  for (const auto& [answer, reason] : cases) {
    Start({kAna, AfterOne()});
    const auto verify = order_->NextRequest(now_);
    order_->Answer(verify->ticket, answer, now_);
    EXPECT_EQ(StopReason(), reason);
    EXPECT_FALSE(order_->NextRequest(now_));
    EXPECT_FALSE(order_->NextDeadline());
  }
}

TEST_F(OrderingTest, EndsIfWhatItMissesIsCompacted) {
  Follow();
  order_->Answer(follow_, {Outcome::kCompacted}, now_);
  EXPECT_EQ(StopReason(), Reason::kAwayTooLong);
}

}  // namespace
}  // namespace parley::cluster
