#include "server/store/sqlite_log.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/store/sqlite_log_fixture.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(SqliteLogTest, KeepsMessagesWithAllThatBelongsToThem) {
  Open();
  Append({Entry("first \u00e9\U0001f600\n\x01", "x"), Entry("second")});
  Open();
  const protocol::Page page = Newest();
  ASSERT_EQ(page.messages.size(), 2u);
  const protocol::MessageEvent& first = page.messages.front();
  EXPECT_EQ(first.seq, 1u);
  EXPECT_EQ(first.time, WallTime(std::chrono::milliseconds(1'234)));
  EXPECT_EQ(first.from.id, "m1");
  EXPECT_EQ(first.from.name, "Ana");
  EXPECT_EQ(first.text, "first \u00e9\U0001f600\n\x01");
  EXPECT_EQ(first.id, "x");
  EXPECT_EQ(page.messages.back().id, std::nullopt);
}

TEST_F(SqliteLogTest, KnowsTheFilesThatMessagesName) {
  Open();
  LogEntry entry = Entry("");
  entry.message.file =
      std::make_shared<const protocol::File>(protocol::File{"f1", "n", 3, "text/plain", "s"});
  Append({entry, Entry("second")});
  Open();
  EXPECT_EQ(log_->NamedFiles(error_), std::set<std::string>{"f1"});
  EXPECT_EQ(error_, "");
}

TEST_F(SqliteLogTest, MessagesAreReadWithTheirAuthorKeys) {
  Open();
  LogEntry other = Entry("second");
  other.author_key = "account:ben";
  Append({Entry("first"), std::move(other)});
  Open();
  for (int i = 0; i < 2; ++i) {  // from the disk, then from memory
    const protocol::Page page = Newest();
    ASSERT_EQ(page.messages.size(), 2U);
    EXPECT_EQ(page.messages.front().from.author, "key of guest:1");
    EXPECT_EQ(page.messages.back().from.author, "key of account:ben");
  }
}

TEST_F(SqliteLogTest, GoesOnNumberingWhereItWas) {
  Open();
  Append({Entry("a"), Entry("b")});
  Open();
  EXPECT_EQ(Append({Entry("c")}).entries.front().message.seq, 3u);
}

TEST_F(SqliteLogTest, KnowsAnIdFromBefore) {
  Open();
  Append({Entry("a", "x"), Entry("b")});
  Open();
  const auto again = Append({Entry("a", "x")});
  EXPECT_TRUE(again.entries.front().duplicate);
  EXPECT_EQ(again.entries.front().message.seq, 1u);
}

TEST_F(SqliteLogTest, KeepsFewerAfterAStartWithLess) {
  Open();
  Append(std::vector<LogEntry>(30, Entry("m")));
  Open(10);
  const protocol::Page page = Newest(200);
  EXPECT_EQ(page.first, 21u);
  EXPECT_EQ(page.messages.size(), 10u);
  EXPECT_FALSE(page.more);
}

TEST_F(SqliteLogTest, HoldsTheNewestInMemoryOnceARoomIsInUse) {
  Open(1'000);
  Append(std::vector<LogEntry>(300, Entry("m")));
  Open(1'000);
  const LogQuery newest{"lab", {}, {}, 50};
  EXPECT_FALSE(ReadsAtOnce(newest));
  EXPECT_TRUE(ReadsAtOnce(newest));
  Append({Entry("n")});
  EXPECT_EQ(Newest().last, 301u);
  EXPECT_TRUE(ReadsAtOnce({"lab", {}, 301, 200}));
  EXPECT_TRUE(ReadsAtOnce({"lab", {}, 290, 200}));
  EXPECT_FALSE(ReadsAtOnce({"lab", 100, {}, 50})) << "what is older stays on disk";
}

TEST_F(SqliteLogTest, AnswersKeepTheirOrderThoughSomeAreInMemory) {
  Open();
  Append({Entry("a")});
  Newest();
  log_->Append({Entry("b")});
  log_->Read({"lab", {}, {}, 50});
  log_->Wait();
  EXPECT_TRUE(std::holds_alternative<MessageLog::Appended>(*log_->Take()));
  EXPECT_EQ(std::get<MessageLog::Loaded>(*log_->Take()).page.last, 2u);
}

TEST_F(SqliteLogTest, WakesTheLoopWhenSomethingIsDone) {
  Open();
  waker_.Drain();
  log_->Append({Entry("a")});
  log_->Wait();
  char byte = 0;
  EXPECT_EQ(::read(waker_.descriptor(), &byte, 1), 1);
}

TEST_F(SqliteLogTest, RoomsAreSetUpAsTheyWere) {
  const RoomSettings lab{
      .name = {.shown = "Lab", .key = "lab"},
      .topic = "today",
      .password = "secret",
      .locked = true,
      .waiting_room = true,
      .allow = {.microphone = false, .camera = true, .screen = false, .chat = true},
      .bans = {{{"Cy", "cy"}, "guest:7", "10.0.0.7", WallTime(std::chrono::milliseconds(5)), "Ana"},
               {{"Di", "di"}, "account:di"}},
      .known_hosts = {{"guest:1", HostBy::kBeingFirst, true}, {"account:ana", HostBy::kPromotion}},
      .muted_identities = {"guest:3"}};
  Open();
  EXPECT_THAT(rooms_, IsEmpty());
  Append({Entry("said")});
  RoomSettings before = lab;
  before.topic = "yesterday";
  before.bans.clear();
  log_->Save(before);
  log_->Save(lab);
  Open();
  EXPECT_THAT(rooms_, ElementsAre(lab));
  EXPECT_EQ(Newest().messages.size(), 1u);
}

TEST_F(SqliteLogTest, TheFileIsForItsOwnerAlone) {
  Open();
  Append({Entry("a")});
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    struct stat status {};
    ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << file.path();
  }
}

TEST_F(SqliteLogTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(ErrorOf(std::string(8192, 'x')), HasSubstr("damaged"));
  std::filesystem::remove(file_);
  {
    SQLite::Database other(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE t (x)");
  }
  Open();
  EXPECT_THAT(error_, HasSubstr("another program"));
}

TEST_F(SqliteLogTest, LeavesTheFileOfANewerVersionAlone) {
  Open();
  ASSERT_TRUE(log_);
  log_.reset();
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  Open();
  EXPECT_FALSE(log_);
  EXPECT_THAT(error_, HasSubstr("newer version"));
}

TEST_F(SqliteLogTest, AFolderThatIsNotThereIsAnError) {
  file_ = folder_.path() / "missing" / "messages.db";
  Open();
  EXPECT_FALSE(log_);
  EXPECT_THAT(error_, HasSubstr("No such file"));
}

}  // namespace
}  // namespace parley
