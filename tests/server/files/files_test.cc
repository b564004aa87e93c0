// What the parts of Files do together: with a folder, and without a thread.

#include "server/files/files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "server/files/disk_files.h"
#include "server/files/file_work.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

// The server was killed between the deletion of a message and that of its file. No message names it then, so
// that it looks like an upload.
TEST(FilesTest, TheFileOfADeletedMessageIsRemovedAlsoWhereARestartTookItForAnUpload) {
  const test::TemporaryFolder folder;
  const Now now{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  const FileRecord record{.id = std::string(32, 'a'),
                          .room = "lab",
                          .owner = "account:ana",
                          .name = "notes.txt",
                          .size = 3,
                          .media_type = "text/plain",
                          .expires = now.wall + std::chrono::hours(1)};
  std::string error;
  auto disk = DiskFiles::Open(folder.path(), "owner", false, error);
  ASSERT_NE(disk, nullptr) << error;
  ASSERT_EQ(disk->Make(record), FileError::kNone);
  ASSERT_EQ(disk->Write(record.id, 0, "abc").error, FileError::kNone);
  DiskFiles* const store = disk.get();
  Files files({}, "secret", std::make_unique<FileWork>(std::move(disk), nullptr));
  for (const auto& upload : store->Scan({}).uploads)
    files.uploads().Restore(upload.record, upload.offset, now);
  ASSERT_EQ(files.uploads().bytes(), 3U);
  files.Remove(record.id);
  EXPECT_EQ(files.uploads().bytes(), 0U);
  EXPECT_EQ(store->Open(record.id).error, FileError::kGone);
}

}  // namespace
}  // namespace parley
