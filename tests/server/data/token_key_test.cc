#include "server/data/token_key.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace parley {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class TokenKeyTest : public testing::Test {
 protected:
  TokenKeyTest() { fs::create_directory(folder_); }
  ~TokenKeyTest() override { fs::remove_all(folder_); }

  const fs::path folder_ = testing::TempDir() + "parley-token-key-" + std::to_string(::getpid());
  const fs::path file_ = folder_ / "token.key";
  std::string error_;
};

TEST_F(TokenKeyTest, IsMadeOnceAndForItsOwnerAlone) {
  const auto key = ReadTokenKey(folder_, error_);
  ASSERT_TRUE(key) << error_;
  EXPECT_EQ(key->size(), 32U);
  EXPECT_EQ(ReadTokenKey(folder_, error_), key);
  struct stat facts {};
  ASSERT_EQ(::stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(TokenKeyTest, EachKeyIsDifferent) {
  const auto first = ReadTokenKey(folder_, error_);
  fs::remove(file_);
  EXPECT_NE(ReadTokenKey(folder_, error_), first);
}

TEST_F(TokenKeyTest, ThoseWhoAskAtOnceGetTheSame) {
  std::vector<std::optional<std::string>> keys(8);
  {
    std::vector<std::jthread> threads;
    for (auto& key : keys) {
      threads.emplace_back([this, &key] {
        std::string error;
        key = ReadTokenKey(folder_, error);
      });
    }
  }
  ASSERT_TRUE(keys.front());
  for (const auto& key : keys) EXPECT_EQ(key, keys.front());
}

TEST_F(TokenKeyTest, ADamagedOneIsNotUsed) {
  std::ofstream(file_) << "short";
  EXPECT_FALSE(ReadTokenKey(folder_, error_));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  EXPECT_THAT(error_, HasSubstr("token.key"));
}

TEST_F(TokenKeyTest, SaysWhyItCannotBeMade) {
  EXPECT_FALSE(ReadTokenKey("/dev/null", error_));
  EXPECT_THAT(error_, HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace parley
