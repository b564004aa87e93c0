#include "server/data/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace parley {
namespace {

namespace fs = std::filesystem;

class DataFolderTest : public testing::Test {
 protected:
  ~DataFolderTest() override { fs::remove_all(base_); }

  static unsigned Mode(const fs::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
  }

  fs::path base_ = testing::TempDir() + "parley-data-" + std::to_string(::getpid());
  std::string error_;
};

TEST_F(DataFolderTest, IsMadeForItsOwnerAlone) {
  const auto folder = DataFolder::Open(base_ / "deeper" / "data", error_);
  ASSERT_TRUE(folder) << error_;
  EXPECT_EQ(Mode(folder->path()), 0700U);
}

TEST_F(DataFolderTest, KeepsFilesForItsOwnerAlone) {
  const auto folder = DataFolder::Open(base_, error_);
  ASSERT_TRUE(folder) << error_;
  ASSERT_TRUE(folder->Write("secret", "first"));
  ASSERT_TRUE(folder->Write("secret", "second"));

  EXPECT_EQ(folder->Read("secret"), "second");
  EXPECT_EQ(Mode(folder->path() / "secret"), 0600U);
  EXPECT_EQ(folder->Read("nothing"), std::nullopt);
}

TEST_F(DataFolderTest, AFolderIsNotReadAsAFile) {
  fs::create_directories(base_ / "folder");
  EXPECT_EQ(ReadFile(base_ / "folder"), std::nullopt);
  EXPECT_EQ(ReadFile(base_ / "nothing"), std::nullopt);
  std::ofstream(base_ / "empty");
  EXPECT_EQ(ReadFile(base_ / "empty"), "");
}

TEST_F(DataFolderTest, AByteOrderMarkIsNotPartOfATextOrASecret) {
  fs::create_directories(base_);
  std::ofstream(base_ / "text") << "\xEF\xBB\xBFsecret\r\nmore\xEF\xBB\xBF\n";
  EXPECT_EQ(ReadText(base_ / "text"), "secret\r\nmore\xEF\xBB\xBF\n");
  EXPECT_EQ(ReadFirstLine(base_ / "text"), "secret");
  EXPECT_EQ(ReadFile(base_ / "text")->size(), 19U) << "which is all of it";
  EXPECT_EQ(ReadText(base_ / "nothing"), std::nullopt);
  EXPECT_EQ(ReadFirstLine(base_ / "nothing"), std::nullopt);
}

TEST_F(DataFolderTest, IsOneServersAtATime) {
  auto first = DataFolder::Open(base_, error_);
  ASSERT_TRUE(first) << error_;
  EXPECT_FALSE(DataFolder::Open(base_, error_));
  EXPECT_NE(error_.find("another server"), std::string::npos) << error_;

  first.reset();
  EXPECT_TRUE(DataFolder::Open(base_, error_)) << error_;
}

TEST_F(DataFolderTest, TellsWhetherItIsInUse) {
  EXPECT_FALSE(DataFolder::InUse(base_)) << "it does not exist";
  {
    const auto folder = DataFolder::Open(base_, error_);
    ASSERT_TRUE(folder) << error_;
    EXPECT_TRUE(DataFolder::InUse(base_));
    EXPECT_TRUE(DataFolder::InUse(base_)) << "asking changes nothing";
  }
  EXPECT_FALSE(DataFolder::InUse(base_));
  EXPECT_TRUE(DataFolder::Open(base_, error_)) << error_;
}

TEST_F(DataFolderTest, AFileCanBeRemoved) {
  const auto folder = DataFolder::Open(base_, error_);
  ASSERT_TRUE(folder) << error_;
  ASSERT_TRUE(folder->Write("running", "x"));
  folder->Remove("running");
  EXPECT_EQ(folder->Read("running"), std::nullopt);
  folder->Remove("running");  // and again
}

TEST_F(DataFolderTest, SaysWhyItCannotBeUsed) {
  EXPECT_FALSE(DataFolder::Open("/dev/null/data", error_));
  EXPECT_FALSE(error_.empty());
}

}  // namespace
}  // namespace parley
