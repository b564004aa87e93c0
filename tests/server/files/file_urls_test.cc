#include "server/files/file_urls.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace parley {
namespace {

constexpr WallTime kNow{std::chrono::seconds(1'000'000)};
constexpr std::chrono::minutes kLife{10};
const std::string kUploadId(32, 'a');

TEST(FileUrls, AnUploadIsFoundByItsUrl) {
  const FileUrls urls("secret");
  const auto target = urls.Read(urls.Upload(kUploadId), kNow);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->id, kUploadId);
  EXPECT_FALSE(target->download);
}

TEST(FileUrls, ADownloadWorksForItsTimeOnly) {
  const FileUrls urls("secret");
  const std::string url = urls.Download(kUploadId, kNow + kLife);
  const auto target = urls.Read(url, kNow + kLife - std::chrono::milliseconds(1));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->id, kUploadId);
  EXPECT_TRUE(target->download);
  EXPECT_FALSE(urls.Read(url, kNow + kLife));
}

TEST(FileUrls, NoByteOfAUrlCanBeChanged) {
  const FileUrls urls("secret");
  for (const std::string& url : {urls.Upload(kUploadId), urls.Download(kUploadId, kNow + kLife)}) {
    for (std::size_t i = 0; i < url.size(); ++i) {
      std::string other = url;
      other[i] = other[i] == '1' ? '2' : '1';
      EXPECT_FALSE(urls.Read(other, kNow)) << other;
    }
    EXPECT_FALSE(urls.Read(url + "1", kNow));
    EXPECT_FALSE(urls.Read(url.substr(0, url.size() - 1), kNow));
  }
  EXPECT_FALSE(urls.Read("", kNow));
  EXPECT_FALSE(urls.Read("/files/u/.", kNow));
}

TEST(FileUrls, AnotherServerCannotMakeThem) {
  EXPECT_FALSE(FileUrls("secret").Read(FileUrls("other").Upload(kUploadId), kNow));
  EXPECT_TRUE(FileUrls("secret").Read(FileUrls("secret").Upload(kUploadId), kNow));
}

}  // namespace
}  // namespace parley
