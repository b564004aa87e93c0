#include "server/data/database_copy.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "server/data/database.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::array<const char*, 1> kSchema{"CREATE TABLE note (text TEXT)"};

class DatabaseCopyTest : public testing::Test {
 protected:
  DatabaseCopyTest() { fs::create_directory(folder_); }
  ~DatabaseCopyTest() override { fs::remove_all(folder_); }

  std::unique_ptr<SQLite::Database> Open(const fs::path& file) {
    return OpenDatabase(file, {1, kSchema}, Durability::kNormal, error_);
  }
  static int Notes(SQLite::Database& database) {
    return database.execAndGet("SELECT count(*) FROM note").getInt();
  }
  static void Damage(const fs::path& file) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(4096);  // the second page, which is the table's
    bytes << std::string(3000, 'x');
  }

  const fs::path folder_ = testing::TempDir() + "parley-database-copy-" + std::to_string(::getpid());
  const fs::path source_ = folder_ / "notes.db";
  const fs::path copy_ = folder_ / "copy.db";
  std::string error_;
};

TEST_F(DatabaseCopyTest, HasWhatWasCommittedWhileAnotherProgramWrites) {
  const auto database = Open(source_);
  ASSERT_TRUE(database) << error_;
  database->exec("INSERT INTO note VALUES ('a')");  // in the write-ahead log alone
  SQLite::Transaction open(*database, SQLite::TransactionBehavior::IMMEDIATE);
  database->exec("INSERT INTO note VALUES ('b')");
  ASSERT_TRUE(CopyDatabase(source_, copy_, error_)) << error_;
  open.commit();
  const auto copy = Open(copy_);
  ASSERT_TRUE(copy) << error_;
  EXPECT_EQ(Notes(*copy), 1);
  EXPECT_EQ(Notes(*database), 2);
}

TEST_F(DatabaseCopyTest, IsOneFileForItsOwnerAlone) {
  const auto database = Open(source_);
  ASSERT_TRUE(CopyDatabase(source_, copy_, error_)) << error_;
  EXPECT_FALSE(fs::exists(folder_ / "copy.db-wal"));
  EXPECT_FALSE(fs::exists(folder_ / "copy.db-shm"));
  struct stat facts {};
  ASSERT_EQ(::stat(copy_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_TRUE(CheckDatabase(copy_, error_)) << error_;
}

TEST_F(DatabaseCopyTest, ReplacesNothing) {
  const auto database = Open(source_);
  std::ofstream(copy_) << "mine";
  EXPECT_FALSE(CopyDatabase(source_, copy_, error_));
  EXPECT_EQ(fs::file_size(copy_), 4U);
}

TEST_F(DatabaseCopyTest, ADamagedDatabaseIsTold) {
  {
    const auto database = Open(source_);
    for (int i = 0; i < 200; ++i) database->exec("INSERT INTO note VALUES (hex(randomblob(100)))");
  }
  Damage(source_);
  EXPECT_FALSE(CopyDatabase(source_, copy_, error_));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  EXPECT_FALSE(CheckDatabase(source_, error_));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  std::ofstream(source_) << std::string(10'000, 'x');
  EXPECT_FALSE(CheckDatabase(source_, error_));
  EXPECT_FALSE(CheckDatabase(folder_ / "nothing.db", error_));
}

}  // namespace
}  // namespace parley
