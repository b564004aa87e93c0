// What the log does while the disk takes no more, and once it has space again.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/store/sqlite_log_fixture.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

TEST_F(SqliteLogTest, RoomSettingsThatAFullDiskRefusedAreSavedOnceItHasSpace) {
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
