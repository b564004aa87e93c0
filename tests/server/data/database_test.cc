#include "server/data/database.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace parley {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::array<const char*, 1> kFirst{"CREATE TABLE note (text TEXT)"};
constexpr std::array<const char*, 2> kSecond{kFirst[0], "ALTER TABLE note ADD COLUMN read INTEGER DEFAULT 7"};
constexpr std::array<const char*, 2> kBroken{kFirst[0],
                                             "ALTER TABLE nothing ADD COLUMN x; CREATE TABLE half (a)"};

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() { fs::create_directory(folder_); }
  ~DatabaseTest() override { fs::remove_all(folder_); }

  std::unique_ptr<SQLite::Database> Open(std::span<const char* const> migrations, int application = 1,
                                         Durability durability = Durability::kNormal) {
    error_.clear();
    return OpenDatabase(file_, {application, migrations}, durability, error_);
  }
  static int Number(SQLite::Database& database, const std::string& query) {
    return database.execAndGet(query).getInt();
  }

  const fs::path folder_ = testing::TempDir() + "parley-database-" + std::to_string(::getpid());
  const fs::path file_ = folder_ / "notes.db";
  std::string error_;
};

TEST_F(DatabaseTest, IsMadeWithItsSchemaForItsOwnerAlone) {
  const auto database = Open(kFirst);
  ASSERT_TRUE(database) << error_;
  database->exec("INSERT INTO note VALUES ('a')");
  EXPECT_EQ(Number(*database, "PRAGMA user_version"), 1);
  EXPECT_EQ(Number(*database, "PRAGMA application_id"), 1);
  for (const auto& file : fs::directory_iterator(folder_)) {
    struct stat facts {};
    ASSERT_EQ(::stat(file.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U) << file.path();
  }
}

TEST_F(DatabaseTest, WritesAheadAndWaitsForTheDiskAsTold) {
  auto database = Open(kFirst);
  EXPECT_EQ(database->execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_EQ(Number(*database, "PRAGMA synchronous"), 1) << "normal";
  database = Open(kFirst, 1, Durability::kFull);
  EXPECT_EQ(Number(*database, "PRAGMA synchronous"), 2) << "full";
}

TEST_F(DatabaseTest, AnOlderSchemaIsBroughtUpToDateWithWhatIsInIt) {
  Open(kFirst)->exec("INSERT INTO note VALUES ('kept')");
  const auto database = Open(kSecond);
  ASSERT_TRUE(database) << error_;
  EXPECT_EQ(Number(*database, "PRAGMA user_version"), 2);
  EXPECT_EQ(Number(*database, "SELECT read FROM note WHERE text = 'kept'"), 7);
  EXPECT_TRUE(Open(kSecond)) << "and is so once: " << error_;
}

TEST_F(DatabaseTest, AStepThatFailsChangesNothing) {
  Open(kFirst)->exec("INSERT INTO note VALUES ('kept')");
  EXPECT_FALSE(Open(kBroken));
  EXPECT_NE(error_, "");
  const auto database = Open(kFirst);
  ASSERT_TRUE(database) << error_;
  EXPECT_EQ(Number(*database, "PRAGMA user_version"), 1);
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM note"), 1);
}

TEST_F(DatabaseTest, ANewerSchemaIsLeftAlone) {
  Open(kSecond);
  EXPECT_FALSE(Open(kFirst));
  EXPECT_THAT(error_, HasSubstr("newer version"));
  EXPECT_TRUE(Open(kSecond)) << error_;
}

TEST_F(DatabaseTest, ADatabaseOfSomethingElseIsLeftAlone) {
  Open(kFirst, 2);
  EXPECT_FALSE(Open(kFirst, 1));
  EXPECT_THAT(error_, HasSubstr("another program"));
  EXPECT_TRUE(Open(kFirst, 2)) << error_;
}

TEST_F(DatabaseTest, ADamagedOneIsSaidToBe) {
  std::ofstream(file_) << std::string(8192, 'x');
  EXPECT_FALSE(Open(kFirst));
  EXPECT_THAT(error_, HasSubstr("damaged"));
}

TEST_F(DatabaseTest, AFolderThatIsNotThereIsSaid) {
  EXPECT_FALSE(OpenDatabase(folder_ / "deeper" / "notes.db", {1, kFirst}, Durability::kNormal, error_));
  EXPECT_THAT(error_, HasSubstr("No such file"));
}

TEST_F(DatabaseTest, TwoProgramsShareIt) {
  const auto one = Open(kFirst);
  const auto other = Open(kFirst);
  ASSERT_TRUE(one && other) << error_;
  one->exec("INSERT INTO note VALUES ('a')");
  other->exec("INSERT INTO note VALUES ('b')");
  EXPECT_EQ(Number(*one, "SELECT count(*) FROM note"), 2);
}

TEST_F(DatabaseTest, AFullDiskIsSaidToBeFull) {
  const auto database = Open(kFirst);
  database->exec("PRAGMA max_page_count = " + std::to_string(Number(*database, "PRAGMA page_count")));
  try {
    database->exec("INSERT INTO note VALUES (zeroblob(100000))");
    FAIL() << "nothing was full";
  } catch (const SQLite::Exception& full) {
    EXPECT_THAT(Explain(full), HasSubstr("disk is full"));
  }
}

}  // namespace
}  // namespace parley
