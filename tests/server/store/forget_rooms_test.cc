// Rooms that nobody uses any more, and what becomes of their messages.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "tests/server/store/sqlite_log_fixture.h"

namespace parley {
namespace {

class ForgetTest : public SqliteLogTest {
 protected:
  // A room as it is kept, unused for so many days.
  void Make(const std::string& key, int days, bool hosted = false) {
    Append({In(key, "first"), In(key, "second")});
    if (hosted) log_->Save({.name = {.shown = key, .key = key}, .hosted = true});
    log_->Touch({key}, DaysAgo(days));
  }
  static LogEntry In(const std::string& key, const std::string& text) {
    LogEntry entry = Entry(text);
    entry.room_key = key;
    return entry;
  }
  static WallTime DaysAgo(int days) { return ReadSystemClock().wall - std::chrono::days(days); }
  // Until nothing is left to do.
  void Forget(int days) {
    log_->Forget(DaysAgo(days));
    for (int i = 0; i < 20; ++i) {
      log_->Wait();
      log_->Take();
    }
  }
  protocol::Page ReadAll(const std::string& key) { return Read({key, {}, {}, 50}).page; }
  std::size_t Kept(const std::string& key) { return ReadAll(key).messages.size(); }
};

TEST_F(ForgetTest, ALongUnusedRoomIsGoneWithItsMessages) {
  Open();
  Make("old", 31);
  Make("young", 29);
  Make("of an account", 31, true);
  Forget(30);
  EXPECT_EQ(Kept("old"), 0U);
  EXPECT_EQ(Kept("young"), 2U);
  EXPECT_EQ(Kept("of an account"), 2U);
  Append({In("old", "anew")});
  EXPECT_EQ(ReadAll("old").last, 1U) << "it begins again";
}

TEST_F(ForgetTest, ARoomThatSomebodyJoinedMeanwhileStaysAndIsReadAsItIs) {
  Open();
  Make("old", 31);
  Make("joined", 31);
  const LogQuery join{.room_key = "joined", .before = {}, .after = {}, .limit = 50, .with_room = true};
  EXPECT_EQ(Read(join).page.messages.size(), 2U);
  Forget(30);
  EXPECT_EQ(Kept("old"), 0U);
  EXPECT_EQ(Kept("joined"), 2U);
  log_->Touch({}, DaysAgo(0));  // nobody is there any more
  Forget(30);
  EXPECT_EQ(Read(join).page.messages.size(), 0U) << "nor is it remembered in memory";
  EXPECT_EQ(Kept("joined"), 0U);
}

TEST_F(ForgetTest, ItIsDoneInPiecesAndGoesOnAfterARestart) {
  Open(10'000);
  std::vector<LogEntry> entries;
  for (std::size_t i = 0; i < 2 * limits::kDeletedAtOnce + 1; ++i) entries.push_back(In("old", "x"));
  Append(std::move(entries));
  log_->Touch({"old"}, DaysAgo(31));
  log_->Forget(DaysAgo(30));  // the first piece: nobody finds it any more
  log_->Wait();
  EXPECT_EQ(Kept("old"), 0U);
  Open(10'000);
  Forget(30);
  SQLite::Database now(file_.string());
  EXPECT_EQ(now.execAndGet("SELECT count(*) FROM messages").getInt(), 0);
  EXPECT_EQ(now.execAndGet("SELECT count(*) FROM rooms").getInt(), 0);
}

}  // namespace
}  // namespace parley
