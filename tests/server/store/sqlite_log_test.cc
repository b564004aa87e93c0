#include "server/store/sqlite_log.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LogEntry Entry(std::string text, std::optional<std::string> id = {}) {
  LogEntry entry;
  entry.room_key = "lab";
  entry.author_key = "guest:1";
  entry.message = {.room = "Lab",
                   .time = WallTime(std::chrono::milliseconds(1'234)),
                   .from = {"m1", "Ana"},
                   .text = std::move(text),
                   .id = std::move(id)};
  return entry;
}

class SqliteLogTest : public testing::Test {
 protected:
  void Open(std::size_t kept = 100) {
    log_.reset();
    log_ = SqliteLog::Open(file_, kept, Durability::kNormal, waker_, {"lab"}, rooms_, error_,
                           [](std::string_view identity) { return "key of " + std::string(identity); });
  }
  MessageLog::Appended Append(std::vector<LogEntry> entries) {
    log_->Append(std::move(entries));
    log_->Wait();
    return std::get<MessageLog::Appended>(*log_->Take());
  }
  MessageLog::Loaded Read(LogQuery query) {
    log_->Read(std::move(query));
    log_->Wait();
    return std::get<MessageLog::Loaded>(*log_->Take());
  }
  protocol::Page Newest(std::size_t limit = 50) { return Read({"lab", {}, {}, limit}).page; }
  // Whether it is answered from memory: then no thread has anything to announce.
  bool ReadsAtOnce(const LogQuery& query) {
    waker_.Drain();
    log_->Read(query);
    log_->Wait();
    EXPECT_TRUE(log_->Take());
    pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&woken, 1, 0) == 0;
  }
  std::string ErrorOf(const std::string& contents) {
    std::ofstream(file_) << contents;
    Open();
    EXPECT_FALSE(log_);
    return error_;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "messages.db";
  Waker waker_;
  std::vector<RoomSettings> rooms_;
  std::string error_;
  std::unique_ptr<SqliteLog> log_;
};

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

TEST_F(SqliteLogTest, WhatIsReadHasTheAuthorKeysOfThoseWhoSaidIt) {
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

// --- Rooms that nobody uses ---

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

TEST_F(ForgetTest, WhatNobodyUsedForSoLongIsGoneWithItsMessages) {
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
  EXPECT_THAT(error_, HasSubstr("something else"));
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

// A disk that takes no more: no file of this process may grow.
class FullDisk {
 public:
  FullDisk() {
    former_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit none = limit_;
    none.rlim_cur = 4096;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, former_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit limit_{};
  void (*former_)(int) = nullptr;
};

TEST_F(SqliteLogTest, AFullDiskFailsTheBatchAsAWholeAndLeavesNoHole) {
  Open();
  Append({Entry("kept", "k")});
  {
    const FullDisk full;
    EXPECT_TRUE(Append({Entry(std::string(16'000, 'a'), "x"), Entry(std::string(16'000, 'b'))}).failed);
    EXPECT_EQ(Newest().last, 1u);
  }
  const auto later = Append({Entry("later", "x")});
  EXPECT_FALSE(later.failed);
  EXPECT_FALSE(later.entries.front().duplicate);
  EXPECT_EQ(later.entries.front().message.seq, 2u);
  Open();
  EXPECT_EQ(Newest().messages.size(), 2u);
}

TEST_F(SqliteLogTest, WhatAFullDiskDidNotSaveOfARoomIsSavedOnceItHasSpace) {
  Open();
  Append({Entry("kept", "k")});
  const auto lab = [](char topic) {
    return RoomSettings{.name = {.shown = "Lab", .key = "lab"}, .topic = std::string(16'000, topic)};
  };
  const auto save_on_a_full_disk = [&](const RoomSettings& settings) {
    const FullDisk full;
    log_->Save(settings);
    log_->Wait();
  };
  save_on_a_full_disk(lab('a'));
  save_on_a_full_disk(lab('b'));
  const std::filesystem::path copy = folder_.path() / "copy.db";
  const auto saved = [&] {  // as another would find it after kill -9
    std::vector<RoomSettings> rooms;
    SQLite::Database(file_.string()).exec("VACUUM INTO '" + copy.string() + "'");
    SqliteLog::Open(copy, 10, Durability::kNormal, waker_, {"lab"}, rooms, error_);
    std::filesystem::remove(copy);
    return rooms;
  };
  EXPECT_THAT(saved(), IsEmpty());
  EXPECT_FALSE(Append({Entry("later")}).failed);
  EXPECT_THAT(saved(), ElementsAre(lab('b')));
  save_on_a_full_disk(lab('c'));
  Open();
  EXPECT_THAT(rooms_, ElementsAre(lab('c')));
}

// Who came and went, as a database has it.
std::vector<std::string> VisitsIn(const std::filesystem::path& file) {
  std::vector<std::string> visits;
  const SQLite::Database database(file.string());
  SQLite::Statement rows(database, "SELECT name, reason IS NULL FROM visits ORDER BY rowid");
  while (rows.executeStep()) {
    visits.push_back((rows.getColumn(1).getInt() != 0 ? "+ " : "- ") + rows.getColumn(0).getString());
  }
  return visits;
}

Visit Came(const std::string& name) {
  const auto now = std::chrono::system_clock::now();
  return {"lab", "guest:" + name, name, std::chrono::floor<std::chrono::milliseconds>(now), {}};
}
Visit Left(const std::string& name) {
  Visit visit = Came(name);
  visit.left = "left";
  return visit;
}

TEST_F(SqliteLogTest, VisitsThatAFullDiskDidNotTakeAreWrittenInOrderOnceItHasSpace) {
  Open();
  Append({Entry("kept")});
  log_->Note({Came("Ana")});
  log_->Wait();
  {
    const FullDisk full;
    log_->Note({Came("Ben" + std::string(10'000, 'n'))});
    log_->Note({Left("Ana"), Came("Cyn")});
    log_->Wait();
  }
  EXPECT_EQ(VisitsIn(file_).size(), 1U);
  EXPECT_FALSE(Append({Entry("later")}).failed);
  EXPECT_THAT(VisitsIn(file_), ElementsAre("+ Ana", HasSubstr("+ Ben"), "- Ana", "+ Cyn"));
}

TEST_F(SqliteLogTest, OfTooManyUnwrittenVisitsWholeStaysAreLeftOut) {
  Open();
  log_->Note({Came("Ana")});
  log_->Wait();
  {
    const FullDisk full;
    std::vector<Visit> visits{Came("Ben"), Left("Ana")};
    while (visits.size() < limits::kUnwrittenVisits) {
      visits.push_back(Came("Cyn"));
      visits.push_back(Came("Cyn"));
      visits.push_back(Left("Cyn"));
      visits.push_back(Left("Cyn"));
    }
    visits.push_back(Came("Dan"));
    log_->Note(std::move(visits));
    log_->Wait();
  }
  log_->Note({Left("Ben")});
  log_->Wait();
  EXPECT_THAT(VisitsIn(file_), ElementsAre("+ Ana", "+ Ben", "- Ana", "+ Dan", "- Ben"));
}

}  // namespace
}  // namespace parley
