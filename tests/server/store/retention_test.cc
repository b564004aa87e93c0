// Messages are deleted when they are kept no longer, and are then gone from the files, too.

#include "server/model/retention.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr seconds kDay = hours(24);

TEST(RetentionTest, IsLookedAfterOftenEnoughForTheShortestTime) {
  EXPECT_EQ(Retention{}.Period(), std::nullopt);
  EXPECT_EQ(Retention{.keep = 30 * kDay}.Period(), limits::kExpirePeriod);
  EXPECT_EQ((Retention{.keep = kDay, .rooms = {{"lab", seconds(10)}}}).Period(), limits::kExpireLeastPeriod);
  EXPECT_EQ((Retention{.keep = {}, .rooms = {{"lab", seconds(600)}}}).Period(), seconds(10));
  EXPECT_EQ((Retention{.keep = {}, .rooms = {{"lab", Retention::Keep()}}}).Period(), std::nullopt);
}

class RetentionLogTest : public testing::TestWithParam<bool> {
 protected:
  void Open(Retention retention) {
    log_.reset();
    if (GetParam()) {
      std::vector<RoomSettings> rooms;
      std::string error;
      log_ = SqliteLog::Open(folder_.path() / "messages.db", kKept, Durability::kNormal, waker_, {}, rooms,
                             error, {}, std::move(retention));
    } else {
      log_ = std::make_unique<MemoryLog>(kKept, std::move(retention));
    }
  }
  void Say(std::vector<std::string> texts, const std::string& room = "lab") {
    std::vector<LogEntry> entries;
    for (std::string& text : texts) {
      LogEntry entry;
      entry.room_key = room;
      entry.author_key = "guest:1";
      entry.message = {
          .room = "", .time = now_.wall, .from = {"m1", "Ana"}, .text = std::move(text), .id = {}};
      entries.push_back(std::move(entry));
    }
    log_->Append(std::move(entries));
    log_->Wait();
    ASSERT_TRUE(log_->Take());
  }
  void Pass(Duration time) {
    now_.monotonic += time;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  }
  // All that is due at this time is done.
  void Upkeep() {
    log_->Tick(now_);
    Settle();
  }
  void Settle() {
    // What is done may make more to do: as many rounds as any test here can need.
    for (int round = 0; round < 20; ++round) {
      log_->Wait();
      EXPECT_FALSE(log_->Take());
    }
  }
  protocol::Page Read(const std::string& room = "lab") {
    log_->Read({.room_key = room, .limit = limits::kMaxHistory});
    log_->Wait();
    return std::get<MessageLog::Loaded>(*log_->Take()).page;
  }
  std::vector<std::string> Texts(const std::string& room = "lab") {
    std::vector<std::string> texts;
    for (const auto& message : Read(room).messages) texts.push_back(message.text);
    return texts;
  }

  static constexpr std::size_t kKept = 10'000;
  Now now_{MonotonicTime(hours(1)), WallTime(hours(500'000))};
  test::TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<MessageLog> log_;
};

INSTANTIATE_TEST_SUITE_P(Logs, RetentionLogTest, testing::Bool(),
                         [](const auto& which) { return which.param ? "Disk" : "Memory"; });

TEST_P(RetentionLogTest, OlderMessagesAreDeletedAndNumbersGoOn) {
  Open({.keep = kDay});
  Say({"old", "older than a day"});
  Read();  // held in memory from now on
  Pass(hours(12));
  Say({"newer"});
  Pass(hours(12));
  Upkeep();
  EXPECT_THAT(Texts(), ElementsAre("old", "older than a day", "newer"));  // exactly a day
  Pass(minutes(1));
  Upkeep();
  EXPECT_THAT(Texts(), ElementsAre("newer"));
  EXPECT_EQ(Read().first, 3U);
  Pass(hours(12));
  Upkeep();
  EXPECT_THAT(Texts(), IsEmpty());
  EXPECT_EQ(Read().first, 4U);
  EXPECT_EQ(Read().last, 3U);
  Say({"next"});
  EXPECT_EQ(Read().last, 4U);
}

TEST_P(RetentionLogTest, ARoomsOwnSettingOverridesTheDefault) {
  Open({.keep = kDay, .rooms = {{"short", hours(1)}, {"long", Retention::Keep()}}});
  for (const char* const room : {"lab", "short", "long"}) Say({"said"}, room);
  Pass(hours(2));
  Upkeep();
  EXPECT_THAT(Texts("lab"), ElementsAre("said"));
  EXPECT_THAT(Texts("short"), IsEmpty());
  Pass(hours(24));
  Upkeep();
  EXPECT_THAT(Texts("lab"), IsEmpty());
  EXPECT_THAT(Texts("long"), ElementsAre("said"));
}

TEST_P(RetentionLogTest, WithoutItNothingIsDeleted) {
  Open({});
  Say({"said"});
  Pass(hours(24 * 4'000));
  Upkeep();
  EXPECT_THAT(Texts(), ElementsAre("said"));
}

TEST_P(RetentionLogTest, ItIsLookedAfterOncePerPeriod) {
  Open({.keep = kDay});
  Upkeep();
  Pass(limits::kExpirePeriod - seconds(1));
  Say({"said"});
  now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(hours(25));
  Upkeep();
  EXPECT_THAT(Texts(), ElementsAre("said"));
  Pass(seconds(1));
  Upkeep();
  EXPECT_THAT(Texts(), IsEmpty());
}

TEST_P(RetentionLogTest, ManyOldMessagesInManyRoomsAreAllDeleted) {
  Open({.keep = kDay});
  Say(std::vector<std::string>(limits::kDeletedAtOnce * 2 + 1, "old"));
  for (std::size_t room = 0; room < limits::kExpiredAtOnce; ++room) {
    Say({"old"}, "room " + std::to_string(room));
  }
  Pass(2 * kDay);
  Upkeep();
  EXPECT_THAT(Texts(), IsEmpty());
  EXPECT_THAT(Texts("room " + std::to_string(limits::kExpiredAtOnce - 1)), IsEmpty());
}

TEST_P(RetentionLogTest, AnExpiredMessageIsNotFoundBySearch) {
  Open({.keep = kDay});
  Say({"old"});
  Pass(2 * kDay);
  Upkeep();
  log_->Read({.room_key = "lab", .limit = 50, .words = "old"});
  log_->Wait();
  EXPECT_THAT(std::get<MessageLog::Loaded>(*log_->Take()).page.messages, IsEmpty());
}

TEST_P(RetentionLogTest, TheFilesOfWhatIsDeletedAreGivenOut) {
  Open({.keep = kDay});
  LogEntry entry{.room_key = "lab", .author_key = "guest:1", .message = {}};
  entry.message.time = now_.wall;
  entry.message.file =
      std::make_shared<const protocol::File>(protocol::File{"f-1", "a.txt", 3, "text/plain", "00"});
  log_->Append({std::move(entry)});
  log_->Wait();
  ASSERT_TRUE(log_->Take());
  EXPECT_THAT(log_->TakeGoneFiles(), IsEmpty());
  Pass(2 * kDay);
  Upkeep();
  EXPECT_THAT(log_->TakeGoneFiles(), ElementsAre("f-1"));
}

TEST_P(RetentionLogTest, AnExpiredMessageCannotBeChanged) {
  Open({.keep = kDay});
  Say({"old"});
  const auto react = [&] {
    LogEntry entry{.room_key = "lab", .author_key = "guest:2", .message = {}};
    entry.change = Change{.seq = 1, .what = Change::React{"\U0001F44D", true}};
    log_->Append({std::move(entry)});
    log_->Wait();
    return std::get<MessageLog::Appended>(*log_->Take()).entries.front();
  };
  EXPECT_TRUE(react().stored());
  Pass(2 * kDay);
  Upkeep();
  EXPECT_EQ(react().refused, ErrorCode::kNoSuchMessage);
  log_->Read({.room_key = "lab", .limit = 50, .changes = LogQuery::Changes{}});
  log_->Wait();
  EXPECT_THAT(std::get<MessageLog::Loaded>(*log_->Take()).page.changed, IsEmpty());
}

class ErasedTest : public RetentionLogTest {
 protected:
  // All files of the data folder, one behind the other.
  std::string Disk() const {
    std::string all;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!file.is_regular_file()) continue;
      std::ifstream in(file.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return all;
  }
  void Scrub() {
    ASSERT_TRUE(log_->NeedsScrub());
    log_->Scrub();
    Settle();
    EXPECT_FALSE(log_->NeedsScrub());
  }
  bool OnDisk(const std::string& text) const { return Disk().find(text) != std::string::npos; }
};

INSTANTIATE_TEST_SUITE_P(Logs, ErasedTest, testing::Values(true), [](const auto&) { return "Disk"; });

TEST_P(ErasedTest, AnExpiredMessageIsGoneFromEveryFile) {
  Open({.keep = kDay});
  Scrub();  // what an earlier server may have left
  // Messages of several rooms lie between one another; long ones have pages of their own.
  const auto secret = [](int number) { return "secret" + std::to_string(number) + "."; };
  constexpr int kMessages = 400;
  for (int i = 0; i < kMessages; ++i) {
    Say({secret(i) + std::string(i % 50 == 0 ? limits::kTextBytes / 2 : 20, 'x')},
        "room" + std::to_string(i % 7));
  }
  EXPECT_TRUE(OnDisk(secret(kMessages - 1)));
  Pass(2 * kDay);
  Say({"a newer one stays"}, "room0");
  Upkeep();
  Scrub();
  const std::string disk = Disk();
  for (int i = 0; i < kMessages; ++i) {
    EXPECT_EQ(disk.find(secret(i)), std::string::npos) << i;
  }
  EXPECT_TRUE(OnDisk("a newer one stays"));
}

TEST_P(ErasedTest, AMessageThatAKilledServerLeftInTheFilesIsGoneAfterTheNextStart) {
  Open({.keep = kDay});
  Say({"secret"});
  Pass(2 * kDay);
  Upkeep();
  // A copy, as a server that is killed now leaves it.
  const auto copy = folder_.path() / "copy";
  std::filesystem::create_directory(copy);
  for (const char* const file : {"messages.db", "messages.db-wal"}) {
    std::filesystem::copy(folder_.path() / file, copy / file);
  }
  log_.reset();
  std::filesystem::remove(folder_.path() / "messages.db");
  for (const char* const file : {"messages.db", "messages.db-wal"}) {
    std::filesystem::rename(copy / file, folder_.path() / file);
  }
  ASSERT_TRUE(OnDisk("secret"));
  Open({.keep = kDay});
  Scrub();
  EXPECT_FALSE(OnDisk("secret"));
}

}  // namespace
}  // namespace parley
