#include "server/admin/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "server/data/data_folder.h"
#include "server/data/database.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::array<const char*, 1> kSchema{"CREATE TABLE note (text TEXT)"};

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    fs::create_directories(data_ / "files" / "ab");
    Put(data_ / "token.key", "secret key");
    Put(data_ / "files" / "ab" / "cd", "picture");
    Put(data_ / "lock", "");
    Put(data_ / "running", "key of the running server");
    Put(data_ / "server.crt.new", "half of");
    database_ = OpenDatabase(data_ / "messages.db", {1, kSchema}, Durability::kNormal, error_);
    database_->exec("INSERT INTO note VALUES ('a')");
  }
  ~BackupTest() override { fs::remove_all(base_); }

  static void Put(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  static unsigned Mode(const fs::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
  }
  static bool IsEmpty(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().filename() != "lock") return false;
    }
    return true;
  }
  void MakeBackup() { ASSERT_TRUE(BackUp({data_}, backup_, error_)) << error_; }
  // What is wrong with restoring it.
  std::string Refusal() {
    error_.clear();
    EXPECT_FALSE(Restore(backup_, {other_}, error_));
    return error_;
  }

  const fs::path base_ = testing::TempDir() + "parley-backup-" + std::to_string(::getpid());
  const fs::path data_ = base_ / "data";
  const fs::path backup_ = base_ / "backups" / "monday";
  const fs::path other_ = base_ / "other";
  std::string error_;
  std::unique_ptr<SQLite::Database> database_;
};

TEST_F(BackupTest, ComesBackAsItWasForItsOwnerAlone) {
  MakeBackup();
  database_->exec("INSERT INTO note VALUES ('too late')");
  ASSERT_TRUE(Restore(backup_, {other_}, error_)) << error_;
  EXPECT_EQ(ReadFile(other_ / "token.key"), "secret key");
  EXPECT_EQ(ReadFile(other_ / "files" / "ab" / "cd"), "picture");
  const auto restored = OpenDatabase(other_ / "messages.db", {1, kSchema}, Durability::kNormal, error_);
  ASSERT_TRUE(restored) << error_;
  EXPECT_EQ(restored->execAndGet("SELECT count(*) FROM note").getInt(), 1);
  for (const fs::path& folder : {backup_, other_}) {
    EXPECT_EQ(Mode(folder), 0700U);
    EXPECT_EQ(Mode(folder / "files"), 0700U);
    EXPECT_EQ(Mode(folder / "token.key"), 0600U);
    EXPECT_EQ(Mode(folder / "messages.db"), 0600U);
  }
}

TEST_F(BackupTest, LeavesOutWhatOnlyTheRunningServerNeeds) {
  MakeBackup();
  for (const char* const name : {"lock", "running", "server.crt.new", "messages.db-wal", "messages.db-shm"}) {
    EXPECT_FALSE(fs::exists(backup_ / name)) << name;
  }
}

TEST_F(BackupTest, ReplacesNothing) {
  fs::create_directories(backup_);
  Put(backup_ / "thesis", "mine");
  EXPECT_FALSE(BackUp({data_}, backup_, error_));
  EXPECT_THAT(error_, HasSubstr("not an empty folder"));
  EXPECT_EQ(ReadFile(backup_ / "thesis"), "mine");
  fs::remove(backup_ / "thesis");
  MakeBackup();
  fs::create_directories(other_);
  Put(other_ / "thesis", "mine");
  EXPECT_THAT(Refusal(), HasSubstr("not empty"));
  EXPECT_EQ(ReadFile(other_ / "thesis"), "mine");
  EXPECT_FALSE(fs::exists(other_ / "token.key"));
}

TEST_F(BackupTest, IsRefusedInTheDataFolderAndWithoutOne) {
  EXPECT_FALSE(BackUp({data_}, data_ / "backup", error_));
  EXPECT_THAT(error_, HasSubstr("in the data folder"));
  EXPECT_FALSE(fs::exists(data_ / "backup"));
  EXPECT_FALSE(BackUp({base_ / "nowhere"}, backup_, error_));
  EXPECT_THAT(error_, HasSubstr("--data DIR"));
  fs::create_directories(base_ / "empty");
  EXPECT_FALSE(BackUp({base_ / "empty"}, backup_, error_));
  EXPECT_THAT(error_, HasSubstr("no databases"));
}

TEST_F(BackupTest, ADamagedDatabaseMakesNoBackup) {
  Put(data_ / "accounts.db", std::string(10'000, 'x'));
  EXPECT_FALSE(BackUp({data_}, backup_, error_));
  EXPECT_THAT(error_, HasSubstr("accounts.db"));
  EXPECT_TRUE(IsEmpty(backup_));
}

TEST_F(BackupTest, ABackupWithAChangedOrMissingFileIsNotRestored) {
  MakeBackup();
  Put(backup_ / "token.key", "another key");
  EXPECT_THAT(Refusal(), HasSubstr("token.key: its checksum differs from the manifest"));
  EXPECT_TRUE(IsEmpty(other_));
  fs::remove(backup_ / "token.key");
  EXPECT_THAT(Refusal(), HasSubstr("token.key: it is missing"));
  EXPECT_TRUE(IsEmpty(other_));
  fs::remove(backup_ / "manifest.json");
  EXPECT_THAT(Refusal(), HasSubstr("not a whole backup"));
}

TEST_F(BackupTest, AFileThatTheManifestDoesNotListIsNotRestored) {
  MakeBackup();
  Put(backup_ / "stranger", "x");
  ASSERT_TRUE(Restore(backup_, {other_}, error_)) << error_;
  EXPECT_FALSE(fs::exists(other_ / "stranger"));
  EXPECT_FALSE(fs::exists(other_ / "manifest.json"));
  EXPECT_FALSE(fs::exists(other_ / "restore.partial"));
}

TEST_F(BackupTest, FilesThatLieElsewhereAreBackedUpAndRestoredElsewhere) {
  const fs::path files = base_ / "big disk";
  fs::create_directories(files);
  Put(files / "f00d", "report");
  Put(files / "owner", "text of the data folder");
  Put(files / "lock", "");
  ASSERT_TRUE(BackUp({data_, files}, backup_, error_)) << error_;
  EXPECT_EQ(ReadFile(backup_ / "files" / "f00d"), "report");
  EXPECT_FALSE(fs::exists(backup_ / "files" / "ab")) << "of the data folder, where the server does not look";
  EXPECT_FALSE(fs::exists(backup_ / "files" / "lock"));

  const fs::path other_files = base_ / "other disk";
  ASSERT_TRUE(Restore(backup_, {other_, other_files}, error_)) << error_;
  EXPECT_EQ(ReadFile(other_files / "f00d"), "report");
  EXPECT_EQ(ReadFile(other_files / "owner"), "text of the data folder");
  EXPECT_EQ(ReadFile(other_ / "token.key"), "secret key");
  EXPECT_FALSE(fs::exists(other_ / "files"));
  EXPECT_FALSE(fs::exists(other_files / "restore.partial"));

  // Without a folder of their own they are where a server looks for them by itself.
  ASSERT_TRUE(Restore(backup_, {base_ / "third"}, error_)) << error_;
  EXPECT_EQ(ReadFile(base_ / "third" / "files" / "f00d"), "report");
}

TEST_F(BackupTest, AFolderOfFilesThatIsMissingOrInUseIsSaid) {
  EXPECT_FALSE(BackUp({data_, base_ / "nowhere"}, backup_, error_));
  EXPECT_THAT(error_, HasSubstr("--files DIR"));
  MakeBackup();
  const fs::path files = base_ / "files";
  fs::create_directories(files);
  Put(files / "thesis", "mine");
  EXPECT_FALSE(Restore(backup_, {other_, files}, error_));
  EXPECT_THAT(error_, HasSubstr("another folder with --files DIR"));
  EXPECT_EQ(ReadFile(files / "thesis"), "mine");
  EXPECT_TRUE(IsEmpty(other_));
}

TEST_F(BackupTest, RecordingsOfTheDataFolderAreBackedUpUnlessTheyAreLeftOut) {
  fs::create_directories(data_ / "recordings" / "rec-1");
  Put(data_ / "recordings" / "rec-1" / "001-voice.webm", "voice");
  Put(data_ / "recordings" / "rec-1" / "manifest.json", "{}");
  Put(data_ / "recordings" / "lock", "");
  MakeBackup();
  EXPECT_EQ(ReadFile(backup_ / "recordings" / "rec-1" / "001-voice.webm"), "voice");
  EXPECT_FALSE(fs::exists(backup_ / "recordings" / "lock"));
  ASSERT_TRUE(Restore(backup_, {other_}, error_)) << error_;
  EXPECT_EQ(ReadFile(other_ / "recordings" / "rec-1" / "manifest.json"), "{}");
  const ServerFolders without{.data = base_ / "without", .with_recordings = false};
  const auto restored = Restore(backup_, without, error_);
  ASSERT_TRUE(restored) << error_;
  EXPECT_FALSE(fs::exists(base_ / "without" / "recordings"));
  EXPECT_EQ(ReadFile(base_ / "without" / "token.key"), "secret key");

  const fs::path small = base_ / "backups" / "tuesday";
  ASSERT_TRUE(BackUp({.data = data_, .with_recordings = false}, small, error_)) << error_;
  EXPECT_FALSE(fs::exists(small / "recordings"));
}

TEST_F(BackupTest, RecordingsThatLieElsewhereAreBackedUpAndRestoredElsewhere) {
  const fs::path recordings = base_ / "big disk";
  fs::create_directories(recordings / "rec-1");
  fs::create_directories(data_ / "recordings" / "old");
  Put(recordings / "rec-1" / "001-voice.webm", "voice");
  Put(data_ / "recordings" / "old" / "001-voice.webm", "where the server does not look");
  ASSERT_TRUE(BackUp({.data = data_, .recordings = recordings}, backup_, error_)) << error_;
  EXPECT_EQ(ReadFile(backup_ / "recordings" / "rec-1" / "001-voice.webm"), "voice");
  EXPECT_FALSE(fs::exists(backup_ / "recordings" / "old"));

  const fs::path other = base_ / "other disk";
  ASSERT_TRUE(Restore(backup_, {.data = other_, .recordings = other}, error_)) << error_;
  EXPECT_EQ(ReadFile(other / "rec-1" / "001-voice.webm"), "voice");
  EXPECT_FALSE(fs::exists(other_ / "recordings"));
  EXPECT_EQ(ReadFile(other_ / "files" / "ab" / "cd"), "picture");
  EXPECT_FALSE(fs::exists(other / "restore.partial"));

  EXPECT_FALSE(BackUp({.data = data_, .recordings = base_ / "nowhere"}, base_ / "backups" / "x", error_));
  EXPECT_THAT(error_, HasSubstr("--recordings DIR"));
}

TEST_F(BackupTest, ADataFolderInUseIsNotRestoredTo) {
  MakeBackup();
  const auto server = DataFolder::Open(other_, error_);
  ASSERT_TRUE(server) << error_;
  EXPECT_THAT(Refusal(), HasSubstr("another server is running on it"));
  EXPECT_TRUE(IsEmpty(other_));
}

}  // namespace
}  // namespace parley
