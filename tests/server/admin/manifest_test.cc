#include "server/admin/manifest.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

std::string ListOf(const std::string& file) {
  return R"({"version":"1","made":"2026-11-28T09:00:00.000Z","files":[)" + file + "]}";
}

TEST(ManifestTest, ReadsWhatWasWritten) {
  const Manifest manifest{.version = "1.2.3",
                          .made = "2026-11-28T09:00:00.000Z",
                          .files = {{"messages.db", 4096, "ab"}, {"files/a \"b\"", 7, "cd"}}};
  std::string error;
  const auto read = ParseManifest(ToText(manifest), error);
  ASSERT_TRUE(read) << error;
  EXPECT_EQ(read->version, manifest.version);
  EXPECT_EQ(read->made, manifest.made);
  EXPECT_EQ(read->files, manifest.files);
  EXPECT_EQ(read->bytes(), 4103U);
}

TEST(ManifestTest, APathStaysInTheBackup) {
  std::string error;
  for (const char* const path : {"../a", "a/../../b", "/etc/passwd", "", ".", "..", "a/", "a\\u0000b"}) {
    const std::string file = R"({"path":")" + std::string(path) + R"(","size":1,"sha256":"ab"})";
    EXPECT_FALSE(ParseManifest(ListOf(file), error)) << path;
  }
  EXPECT_TRUE(ParseManifest(ListOf(R"({"path":"a/b","size":1,"sha256":"ab"})"), error)) << error;
}

TEST(ManifestTest, AnythingElseIsRefused) {
  std::string error;
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}"), std::string("[]"), ListOf("1"),
        ListOf(R"({"path":"a","size":-1,"sha256":"ab"})"), ListOf(R"({"path":"a","size":1})")}) {
    error.clear();
    EXPECT_FALSE(ParseManifest(text, error)) << text;
    EXPECT_FALSE(error.empty()) << text;
  }
}

}  // namespace
}  // namespace parley
