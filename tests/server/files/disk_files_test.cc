// Files in a folder: whole or not there, also after a crash.

#include "server/files/disk_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

const std::string kId(32, 'a');

class DiskFilesTest : public testing::Test {
 protected:
  DiskFilesTest() { Open(); }
  void Open(bool sync = false) {
    files_.reset();
    std::string error;
    files_ = DiskFiles::Open(folder_.path() / "files", "me", sync, error);
    EXPECT_EQ(error, "");
  }
  static FileRecord Record(std::uint64_t size, const std::string& name = "../\"notes\".txt") {
    return {.id = kId,
            .room = "lab",
            .owner = "guest:1",
            .name = name,
            .size = size,
            .media_type = "text/plain",
            .expires = WallTime(std::chrono::milliseconds(1234567))};
  }
  [[nodiscard]] bool Exists(const std::string& name) const {
    return std::filesystem::exists(folder_.path() / "files" / name);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<DiskFiles> files_;
};

TEST_F(DiskFilesTest, AFileIsWrittenInPiecesAndReadAgain) {
  ASSERT_EQ(files_->Make(Record(6)), FileError::kNone);
  EXPECT_EQ(files_->Write(kId, 0, "ab").there, 2U);
  EXPECT_EQ(files_->Write(kId, 2, "cd").there, 4U);
  const FileStore::Written last = files_->Write(kId, 4, "ef");
  EXPECT_EQ(last.error, FileError::kNone);
  EXPECT_EQ(last.sha256, "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721");
  const FileStore::Opened opened = files_->Open(kId);
  EXPECT_EQ(opened.error, FileError::kNone);
  EXPECT_EQ(opened.record.name, "../\"notes\".txt");
  EXPECT_EQ(opened.record.size, 6U);
  EXPECT_EQ(opened.record.sha256, last.sha256);
  EXPECT_EQ(files_->Read(kId, 1, 4).bytes, "bcde");
  EXPECT_EQ(files_->Read(kId, 5, 4).error, FileError::kFailed);
}

TEST_F(DiskFilesTest, NothingPartialCanBeRead) {
  files_->Make(Record(6));
  files_->Write(kId, 0, "abc");
  EXPECT_EQ(files_->Open(kId).error, FileError::kGone);
  EXPECT_EQ(files_->Read(kId, 0, 3).error, FileError::kGone);
}

TEST_F(DiskFilesTest, OnlyTheNextByteIsTaken) {
  files_->Make(Record(6));
  files_->Write(kId, 0, "abc");
  for (const std::uint64_t offset : {0U, 2U, 4U}) {
    const FileStore::Written refused = files_->Write(kId, offset, "x");
    EXPECT_EQ(refused.error, FileError::kWrongOffset);
    EXPECT_EQ(refused.there, 3U);
  }
  EXPECT_EQ(files_->Write(kId, 3, "defg").error, FileError::kWrongOffset) << "more than was announced";
}

TEST_F(DiskFilesTest, AnUploadGoesOnInAnotherProcessWithTheSameHash) {
  files_->Make(Record(6));
  files_->Write(kId, 0, "abcd");
  Open();
  const DiskFiles::Found found = files_->Scan({});
  ASSERT_EQ(found.uploads.size(), 1U);
  EXPECT_EQ(found.uploads[0].offset, 4U);
  EXPECT_EQ(found.uploads[0].record.owner, "guest:1");
  EXPECT_EQ(found.uploads[0].record.expires, Record(6).expires);
  EXPECT_EQ(files_->Write(kId, 4, "ef").sha256,
            "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721");
}

TEST_F(DiskFilesTest, AFileThatNoMessageNamesIsFoundAsAnUpload) {
  files_->Make(Record(2));
  files_->Write(kId, 0, "ab");
  const DiskFiles::Found found = files_->Scan({});
  ASSERT_EQ(found.uploads.size(), 1U);
  EXPECT_FALSE(found.uploads[0].record.sha256.empty());
  const DiskFiles::Found named = files_->Scan({kId});
  EXPECT_TRUE(named.uploads.empty());
  ASSERT_EQ(named.kept.size(), 1U);
  EXPECT_EQ(named.kept[0].size, 2U);
}

// Killed after the last byte was written, and before the file had its name.
TEST_F(DiskFilesTest, AnUploadWhoseNameIsMissingAsksForItsLastByteAgain) {
  files_->Make(Record(6));
  files_->Write(kId, 0, "abcde");
  std::ofstream(folder_.path() / "files" / (kId + ".part"), std::ios::app) << "f";
  Open();
  const DiskFiles::Found found = files_->Scan({});
  ASSERT_EQ(found.uploads.size(), 1U);
  EXPECT_EQ(found.uploads[0].offset, 5U);
  EXPECT_EQ(files_->Write(kId, 5, "f").sha256,
            "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721");
}

TEST_F(DiskFilesTest, APartialFileWithoutARecordIsRemoved) {
  std::ofstream(folder_.path() / "files" / (kId + ".part")) << "{";
  EXPECT_TRUE(files_->Scan({}).uploads.empty());
  EXPECT_FALSE(Exists(kId + ".part"));
}

TEST_F(DiskFilesTest, OtherFilesInTheFolderAreLeftAlone) {
  for (const char* name : {"notes.txt", "aaaa.part", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    std::ofstream(folder_.path() / "files" / name) << "mine";
    files_->Scan({});
    EXPECT_TRUE(Exists(name)) << name;
  }
}

TEST_F(DiskFilesTest, ALinkIsNotFollowed) {
  std::ofstream(folder_.path() / "secret") << std::string(DiskFiles::kRecordBytes, ' ') << "secret";
  std::filesystem::create_symlink(folder_.path() / "secret", folder_.path() / "files" / kId);
  EXPECT_NE(files_->Read(kId, 0, 6).error, FileError::kNone);
  EXPECT_NE(files_->Open(kId).error, FileError::kNone);
}

TEST_F(DiskFilesTest, ARemovedFileIsGone) {
  files_->Make(Record(2));
  files_->Write(kId, 0, "a");
  files_->Remove(kId);
  EXPECT_EQ(files_->Write(kId, 1, "b").error, FileError::kGone);
  files_->Make(Record(2));
  files_->Write(kId, 0, "ab");
  files_->Remove(kId);
  EXPECT_EQ(files_->Open(kId).error, FileError::kGone);
  EXPECT_FALSE(Exists(kId));
}

TEST_F(DiskFilesTest, TheFolderIsForOneDataFolder) {
  files_.reset();
  std::string error;
  EXPECT_EQ(DiskFiles::Open(folder_.path() / "files", "somebody else", false, error), nullptr);
  EXPECT_THAT(error, testing::HasSubstr("another data folder"));
}

TEST_F(DiskFilesTest, TheFolderIsForOneServer) {
  std::string error;
  EXPECT_EQ(DiskFiles::Open(folder_.path() / "files", "me", false, error), nullptr);
  EXPECT_THAT(error, testing::HasSubstr("another server"));
}

TEST_F(DiskFilesTest, AFileThatIsSyncedIsWholeToo) {
  Open(true);
  files_->Make(Record(2));
  EXPECT_EQ(files_->Write(kId, 0, "ab").error, FileError::kNone);
  EXPECT_EQ(files_->Read(kId, 0, 2).bytes, "ab");
}

}  // namespace
}  // namespace parley
