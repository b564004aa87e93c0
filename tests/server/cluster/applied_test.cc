#include "server/cluster/applied.h"

#include <gtest/gtest.h>

#include "server/data/database.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley::cluster {
namespace {

constexpr WallTime kNoon{std::chrono::hours(1'000'000)};
const auto kNoonNumber = static_cast<std::uint64_t>(kNoon.time_since_epoch().count());

class AppliedTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    database_.emplace((folder_.path() / "messages.db").string(),
                      SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  }
  test::TemporaryFolder folder_;
  std::optional<SQLite::Database> database_;
};

ChainState SomeState() {
  return {{7, std::string(64, 'a')}, std::string(64, 'b')};
}

TEST_F(AppliedTest, BeginsBeforeTheFirstBatch) {
  Applied applied(*database_);
  EXPECT_EQ(applied.Read().incarnation.number, 0U);
  const Applied::State state = applied.Begin("ana", kNoon);
  EXPECT_EQ(state.chain, ChainState());
  EXPECT_EQ(state.incarnation, (Incarnation{"ana", kNoonNumber}));
  EXPECT_EQ(state.counter, 0U);
}

TEST_F(AppliedTest, KeepsTheIncarnationAtOnce) {
  Applied(*database_).Begin("ana", kNoon);
  Open();  // another connection sees only what is committed
  EXPECT_EQ(Applied(*database_).Read().incarnation, (Incarnation{"ana", kNoonNumber}));
}

TEST_F(AppliedTest, EachStartHasAnIncarnationOfItsOwn) {
  Applied applied(*database_);
  applied.Begin("ana", kNoon);
  EXPECT_EQ(applied.Begin("ana", kNoon).incarnation.number, kNoonNumber + 1);
  EXPECT_EQ(applied.Begin("ana", kNoon - std::chrono::hours(5)).incarnation.number, kNoonNumber + 2);
  EXPECT_EQ(applied.Begin("ana", kNoon + std::chrono::hours(1)).incarnation.number, kNoonNumber + 3'600'000);
}

TEST_F(AppliedTest, CopyUnderAnotherNameGoesOnWithAnIncarnationOfItsOwn) {
  Applied applied(*database_);
  applied.Begin("ana", kNoon);
  applied.Store(SomeState(), 5);
  const Applied::State copy = applied.Begin("ben", kNoon);
  EXPECT_EQ(copy.chain, SomeState());
  EXPECT_EQ(copy.incarnation, (Incarnation{"ben", kNoonNumber + 1}));
  EXPECT_EQ(copy.counter, 0U);
}

TEST_F(AppliedTest, StoresWithTheCallersTransactionOrNotAtAll) {
  Applied applied(*database_);
  const Incarnation ana = applied.Begin("ana", kNoon).incarnation;
  {
    SQLite::Transaction transaction(*database_);
    applied.Store(SomeState(), 5);
  }  // not committed
  EXPECT_EQ(applied.Read().chain, ChainState());
  {
    SQLite::Transaction transaction(*database_);
    applied.Store(SomeState(), 5);
    transaction.commit();
  }
  Open();
  const Applied::State state = Applied(*database_).Read();
  EXPECT_EQ(state.chain, SomeState());
  EXPECT_EQ(state.incarnation, ana);
  EXPECT_EQ(state.counter, 5U);
}

// An older version, or a server without a cluster, still opens the file.
TEST_F(AppliedTest, LogOpensWithTheTableAndWithoutIt) {
  database_.reset();
  const auto file = folder_.path() / "log.db";
  Waker waker;
  std::string error;
  std::vector<RoomSettings> rooms;
  ASSERT_TRUE(SqliteLog::Open(file, 10, Durability::kNormal, waker, {}, rooms, error)) << error;
  database_.emplace(file.string(), SQLite::OPEN_READWRITE);
  EXPECT_FALSE(database_->tableExists("cluster_applied"));
  Applied(*database_).Begin("ana", kNoon);
  database_.reset();
  EXPECT_TRUE(SqliteLog::Open(file, 10, Durability::kNormal, waker, {}, rooms, error)) << error;
}

}  // namespace
}  // namespace parley::cluster
