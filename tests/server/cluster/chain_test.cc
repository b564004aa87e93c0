#include "server/cluster/chain.h"

#include <gtest/gtest.h>

#include "common/base/cluster_limits.h"

namespace parley::cluster {
namespace {

OrderedBatch Entry(Revision revision, Position applied, std::string commands = "x") {
  return {revision, {{"ben", 1}, revision, std::move(applied), std::move(commands)}};
}

TEST(Chain, IsTheSameForTheSameBatches) {
  Chain first({}), second({});
  for (Revision revision = 1; revision < 10; ++revision) {
    ASSERT_FALSE(first.Add(Entry(revision, {})));
    ASSERT_FALSE(second.Add(Entry(revision, {})));
  }
  EXPECT_EQ(first.state(), second.state());
}

TEST(Chain, DiffersAfterAnyDifference) {
  const OrderedBatch entry = Entry(3, {}, "hello");
  OrderedBatch other = entry;
  const std::string hash = HashAfter(Position{}.hash, entry);
  EXPECT_NE(HashAfter(hash, entry), hash);
  other.revision = 4;
  EXPECT_NE(HashAfter(Position{}.hash, other), hash);
  other = entry;
  other.batch.commands = "hellp";
  EXPECT_NE(HashAfter(Position{}.hash, other), hash);
  other = entry;
  other.batch.counter = 1;
  EXPECT_NE(HashAfter(Position{}.hash, other), hash);
  other = entry;
  other.batch.writer.number = 2;
  EXPECT_NE(HashAfter(Position{}.hash, other), hash);
  other = entry;
  other.batch.applied.revision = 2;
  EXPECT_NE(HashAfter(Position{}.hash, other), hash);
}

TEST(Chain, ContinuesWhereItWasKept) {
  Chain chain({});
  ASSERT_FALSE(chain.Add(Entry(1, {})));
  Chain again(chain.state());
  ASSERT_FALSE(chain.Add(Entry(2, chain.state().applied)));
  ASSERT_FALSE(again.Add(Entry(2, again.state().applied)));
  EXPECT_EQ(again.state(), chain.state());
}

TEST(Chain, FindsAServerThatAppliedAnotherBatch) {
  Chain own({}), other({});
  ASSERT_FALSE(own.Add(Entry(1, {}, "one")));
  ASSERT_FALSE(other.Add(Entry(1, {}, "another")));
  const ChainState before = own.state();
  const auto wrong = own.Add(Entry(2, other.state().applied));
  ASSERT_TRUE(wrong);
  EXPECT_NE(wrong->find("'ben' have applied different batches up to revision 1"), std::string::npos)
      << *wrong;
  EXPECT_EQ(own.state(), before);
}

TEST(Chain, FindsAServerThatAppliedWhatIsNotThere) {
  Chain own({});
  ASSERT_FALSE(own.Add(Entry(2, {})));
  EXPECT_TRUE(own.Add(Entry(5, {1, std::string(64, 'a')})));
  EXPECT_TRUE(own.Add(Entry(5, {3, own.state().applied.hash})));
}

TEST(Chain, ComparesWithEarlierPlacesWithinItsMemory) {
  Chain own({});
  ASSERT_FALSE(own.Add(Entry(1, {})));
  const Position first = own.state().applied;
  for (Revision revision = 2; revision <= limits::kClusterHashes; ++revision) {
    ASSERT_FALSE(own.Add(Entry(revision, first)));
  }
  const Position wrong{1, std::string(64, 'a')};
  EXPECT_TRUE(own.Add(Entry(limits::kClusterHashes + 1, wrong)));
  ASSERT_FALSE(own.Add(Entry(limits::kClusterHashes + 1, first)));
  EXPECT_FALSE(own.Add(Entry(limits::kClusterHashes + 2, wrong))) << "that place is forgotten by now";
}

}  // namespace
}  // namespace parley::cluster
