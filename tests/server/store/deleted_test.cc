// What was deleted is gone from the files of a server that runs, and an older database is brought up to date.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "server/store/message_schema.h"
#include "server/store/message_table.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using protocol::Sequence;

class DeletedTest : public testing::Test {
 protected:
  void Open(std::size_t kept = 10'000) {
    log_.reset();
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ = SqliteLog::Open(file_, kept, Durability::kNormal, waker_, {}, rooms, error);
    ASSERT_TRUE(log_) << error;
  }
  std::vector<LogEntry> Append(std::vector<LogEntry> entries) {
    log_->Append(std::move(entries));
    log_->Wait();
    return std::get<MessageLog::Appended>(*log_->Take()).entries;
  }
  static LogEntry Message(const std::string& text) {
    LogEntry entry{.room_key = "lab", .author_key = "ana", .message = {}};
    entry.message.text = text;
    return entry;
  }
  static LogEntry Deletion(Sequence seq) {
    return {.room_key = "lab",
            .author_key = "ana",
            .message = {},
            .change = Change{.seq = seq, .what = Change::Delete{}}};
  }
  void Scrub() {
    ASSERT_TRUE(log_->NeedsScrub());
    log_->Scrub();
    FinishScrub();
  }
  void FinishScrub() {
    while (log_->scrubs()) {
      log_->Wait();
      EXPECT_FALSE(log_->Take());
    }
  }
  // More than two steps of the cleaning.
  void Fill() {
    constexpr std::size_t kPageBytes = 4096;
    std::vector<LogEntry> entries;
    for (std::size_t i = 0; i < 3 * MessageTable::kScrubbedPages; ++i) {
      entries.push_back(Message(std::string(kPageBytes, 'x')));
    }
    Append(std::move(entries));
  }
  bool FilesHave(const std::string& text) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "messages.db";
  Waker waker_;
  std::unique_ptr<SqliteLog> log_;
};

TEST_F(DeletedTest, NothingOfItIsLeftInTheFilesOnceTheyAreScrubbed) {
  Open();
  std::mt19937 random(7);
  std::vector<LogEntry> entries;
  for (int i = 0; i < 400; ++i) {
    entries.push_back(Message("secret " + std::string(random() % (i % 40 == 0 ? 12'000 : 200), 'x')));
    if (random() % 3 == 0) entries.push_back(Message("kept"));
    if (i % 20 == 0) Append(std::exchange(entries, {}));
  }
  Append(std::move(entries));
  EXPECT_TRUE(FilesHave("secret"));
  std::vector<LogEntry> deletions;
  for (Sequence seq = 1; seq <= 600; ++seq) deletions.push_back(Deletion(seq));
  std::ranges::shuffle(deletions, random);
  Append(std::move(deletions));
  Scrub();
  EXPECT_FALSE(log_->NeedsScrub());
  EXPECT_FALSE(FilesHave("secret"));
}

TEST_F(DeletedTest, MessagesDoNotWaitUntilAllIsScrubbed) {
  Open();
  Append({Message("secret")});
  Fill();
  Append({Deletion(1)});
  log_->Scrub();
  EXPECT_EQ(Append({Message("meanwhile")}).size(), 1U);
  EXPECT_TRUE(log_->scrubs());
}

TEST_F(DeletedTest, WritesDuringTheCleaningBringNothingBack) {
  Open();
  std::mt19937 random(7);
  const auto say = [&](const std::string& word, int count) {
    std::vector<LogEntry> entries;
    for (int i = 0; i < count; ++i) entries.push_back(Message(word + std::string(random() % 300, 'x')));
    Append(std::move(entries));
  };
  say("secret", 1000);
  Fill();
  say("secret", 1000);
  std::vector<LogEntry> deletions;
  for (Sequence seq = 1; seq <= 1000; ++seq) {
    deletions.push_back(Deletion(seq));
    deletions.push_back(Deletion(1000 + 3 * MessageTable::kScrubbedPages + seq));
  }
  std::ranges::shuffle(deletions, random);
  Append(std::move(deletions));
  log_->Scrub();
  // As many edits of messages all over the file as there are steps, and longer texts, which move rows.
  while (log_->scrubs()) {
    std::vector<LogEntry> edits;
    for (int i = 0; i < 50; ++i) {
      LogEntry edit{.room_key = "lab", .author_key = "ana", .message = {}};
      edit.change = Change{.seq = 1001 + random() % (3 * MessageTable::kScrubbedPages),
                           .what = Change::Edit{std::string(random() % 9000, 'y')}};
      edits.push_back(std::move(edit));
    }
    Append(std::move(edits));
  }
  EXPECT_FALSE(FilesHave("secret"));
}

TEST_F(DeletedTest, NothingOfAPollIsLeftEither) {
  Open();
  LogEntry poll = Message("a list");
  poll.message.state = std::make_shared<const protocol::MessageState>(protocol::MessageState{
      .poll = protocol::Poll{
          .question = "hidden question", .options = {"hidden yes", "hidden no"}, .counts = {0, 0}}});
  Append({poll});
  EXPECT_TRUE(FilesHave("hidden"));
  Append({Deletion(1)});
  Scrub();
  EXPECT_FALSE(FilesHave("hidden"));
}

TEST_F(DeletedTest, NothingOfAFileIsLeftEither) {
  Open();
  LogEntry entry = Message("see");
  entry.message.file = std::make_shared<const protocol::File>(
      protocol::File{"hidden-id", "hidden-name.txt", 3, "text/hidden", "hidden-digest"});
  Append({entry});
  EXPECT_TRUE(FilesHave("hidden-name"));
  Append({Deletion(1)});
  EXPECT_THAT(log_->TakeGoneFiles(), testing::ElementsAre("hidden-id"));
  Scrub();
  EXPECT_FALSE(FilesHave("hidden"));
}

// The same for what a room keeps no longer: cleaned soon, and not with each message.
TEST_F(DeletedTest, AMessageBeyondTheKeptOnesIsGoneSoon) {
  Open(2);
  Scrub();  // what an earlier server may have left
  const Duration wait = limits::kTrimScrubAfter + limits::kTrimScrubRest;  // the one before had one step
  Now now;
  const auto tick = [&](Duration time) {
    now.monotonic += time;
    log_->Tick(now);
    return log_->scrubs();
  };
  EXPECT_EQ(log_->NextDeadline(), std::nullopt);
  Append({Message("secret"), Message("a")});
  EXPECT_FALSE(tick(wait)) << "all are kept";
  Append({Message("b"), Message("c")});
  EXPECT_TRUE(FilesHave("secret"));
  ASSERT_TRUE(log_->NextDeadline());
  EXPECT_EQ(*log_->NextDeadline(), MonotonicTime()) << "at once, and later than what would overflow";
  EXPECT_FALSE(tick(Duration::zero()));
  EXPECT_EQ(log_->NextDeadline(), now.monotonic + wait);
  EXPECT_FALSE(tick(wait - std::chrono::milliseconds(1)));
  EXPECT_TRUE(tick(std::chrono::milliseconds(1)));
  FinishScrub();
  EXPECT_FALSE(FilesHave("secret"));
  EXPECT_EQ(log_->NextDeadline(), std::nullopt);
  Append({Message("d")});
  EXPECT_FALSE(tick(Duration::zero()));
  EXPECT_FALSE(tick(wait / 2)) << "it waits again";
  EXPECT_TRUE(tick(wait / 2));
  FinishScrub();
}

// Large files are cleaned more rarely: that must not keep the log busy.
TEST_F(DeletedTest, AfterALongCleaningTheNextOneWaitsLonger) {
  Open(3 * MessageTable::kScrubbedPages);
  Fill();
  Scrub();
  Append({Message("one more")});
  const Now now;
  log_->Tick(now);
  EXPECT_GE(*log_->NextDeadline(), now.monotonic + limits::kTrimScrubAfter + 4 * limits::kTrimScrubRest);
}

TEST_F(DeletedTest, AReaderOfTheDatabaseOnlyDelaysIt) {
  Open();
  Append({Message("secret")});
  SQLite::Database reader(file_.string(), SQLite::OPEN_READONLY);
  auto reading = std::make_unique<SQLite::Transaction>(reader);
  EXPECT_EQ(reader.execAndGet("SELECT count(*) FROM messages").getInt(), 1);
  Append({Deletion(1)});
  Scrub();
  EXPECT_TRUE(log_->NeedsScrub());
  reading.reset();
  Scrub();
  EXPECT_FALSE(log_->NeedsScrub());
  EXPECT_FALSE(FilesHave("secret"));
}

TEST_F(DeletedTest, ADeletionThatAKilledServerDidNotCleanIsGoneAfterTheStart) {
  {
    Open();
    Append({Message("secret")});
    Append({Deletion(1)});
    // As kill -9 leaves them.
    std::filesystem::create_directory(folder_.path() / "copy");
    for (const char* const name : {"messages.db", "messages.db-wal"}) {
      std::filesystem::copy_file(folder_.path() / name, folder_.path() / "copy" / name);
    }
    log_.reset();
    for (const char* const name : {"messages.db", "messages.db-wal"}) {
      std::filesystem::rename(folder_.path() / "copy" / name, folder_.path() / name);
    }
    std::filesystem::remove(folder_.path() / "copy");
  }
  EXPECT_TRUE(FilesHave("secret"));
  Open();
  Scrub();
  EXPECT_FALSE(FilesHave("secret"));
}

// --- A database of the version before messages could change ---

constexpr int kVersionBefore = 6;

TEST_F(DeletedTest, AnOlderDatabaseKeepsItsMessagesAndLetsThemChange) {
  {
    SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (int i = 0; i < kVersionBefore; ++i) old.exec(kMessageMigrations[static_cast<std::size_t>(i)]);
    old.exec("PRAGMA application_id = " + std::to_string(kMessagesId));
    old.exec("PRAGMA user_version = " + std::to_string(kVersionBefore));
    old.exec("INSERT INTO rooms (id, key, last) VALUES (1, 'lab', 2)");
    old.exec(
        "INSERT INTO messages (room, seq, time, author, member, name, text, id) VALUES"
        " (1, 1, 1000, 'ana', 'm1', 'Ana', 'hello', 'c-1'), (1, 2, 2000, 'ben', 'm2', 'Ben', 'hi', NULL)");
  }
  Open();
  LogEntry edit{.room_key = "lab", .author_key = "ana", .message = {}};
  edit.change = Change{.seq = 1, .what = Change::Edit{"hello you"}};
  EXPECT_TRUE(Append({edit}).front().stored());
  log_->Read({.room_key = "lab", .limit = 10, .changes = LogQuery::Changes{}});
  log_->Wait();
  const auto page = std::get<MessageLog::Loaded>(*log_->Take()).page;
  ASSERT_EQ(page.messages.size(), 2U);
  EXPECT_EQ(page.messages[0].text, "hello you");
  EXPECT_EQ(page.messages[0].id, "c-1");
  EXPECT_EQ(page.messages[1].text, "hi");
  EXPECT_EQ(page.messages[1].state, nullptr);
  EXPECT_EQ(page.rev, 1U);
  EXPECT_EQ(page.changed.size(), 1U);
  EXPECT_EQ(Append({Message("third")}).front().message.seq, 3U);
}

}  // namespace
}  // namespace parley
