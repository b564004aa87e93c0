#include "server/recordings/recording_manifest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string Manifest(const std::string& id, const std::string& room, const std::string& begin,
                     const std::string& tracks = "") {
  return R"({"id":")" + id + R"(","room":"Lab","room_key":")" + room + R"(","begin":")" + begin +
         R"(","tracks":[)" + tracks + "]}";
}
std::string Track(const std::string& file, const std::string& kind, const std::string& start) {
  return R"({"file":")" + file + R"(","kind":")" + kind + R"(","name":"Ana","author":"a","start_ms":)" +
         start + "}";
}
constexpr const char* kTime = "2026-01-31T09:05:07.042Z";

TEST(RecordingManifestTest, IsReadAsItWasWritten) {
  const auto manifest = ParseRecordingManifest(
      Manifest("rec-1", "lab", kTime,
               Track("001-voice.webm", "voice", "15") + "," + Track("002-screen.webm", "screen", "-3")));
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->room, "Lab");
  EXPECT_EQ(FormatTime(manifest->begin), kTime);
  EXPECT_FALSE(manifest->end);
  ASSERT_EQ(manifest->tracks.size(), 2U);
  EXPECT_EQ(manifest->tracks[0].start, milliseconds(15));
  EXPECT_EQ(manifest->tracks[1].kind, MediaKind::kScreen);
  EXPECT_EQ(manifest->tracks[1].start, milliseconds(-3));
  EXPECT_EQ(manifest->tracks[1].name, "Ana");
}

TEST(RecordingManifestTest, AFileElsewhereIsRefused) {
  for (const std::string file :
       {"../001-voice.webm", "/etc/passwd", "a/b.webm", ".webm", "-i.webm", "001-voice", "a.b.webm"}) {
    EXPECT_FALSE(ParseRecordingManifest(Manifest("rec-1", "lab", kTime, Track(file, "voice", "0")))) << file;
  }
}

TEST(RecordingManifestTest, WhatIsNoManifestIsRefused) {
  EXPECT_FALSE(ParseRecordingManifest(""));
  EXPECT_FALSE(ParseRecordingManifest("{}"));
  EXPECT_FALSE(ParseRecordingManifest(Manifest("../x", "lab", kTime)));
  EXPECT_FALSE(ParseRecordingManifest(Manifest("rec-1", "lab", "yesterday")));
  EXPECT_FALSE(ParseRecordingManifest(Manifest("rec-1", "lab", kTime, Track("001-x.webm", "smell", "0"))));
  EXPECT_FALSE(ParseRecordingManifest(Manifest("rec-1", "lab", kTime, Track("001-x.webm", "voice", "1.5"))));
  EXPECT_FALSE(
      ParseRecordingManifest(Manifest("rec-1", "lab", kTime, Track("001-x.webm", "voice", "\"1\""))));
}

TEST(RecordingManifestTest, ARoomHasItsRecordingsByTime) {
  const test::TemporaryFolder folder;
  const auto put = [&](const std::string& id, const std::string& text) {
    fs::create_directories(folder.path() / id);
    std::ofstream(folder.path() / id / "manifest.json") << text;
  };
  put("b", Manifest("b", "lab", "2026-01-31T09:00:00.000Z"));
  put("a", Manifest("a", "lab", "2026-02-01T09:00:00.000Z"));
  put("c", Manifest("c", "hall", kTime));
  put("d", Manifest("b", "lab", kTime));  // a copy
  put("e", "{");
  put("notes of somebody", Manifest("x", "lab", kTime));
  const auto found = RecordingsOf(folder.path(), "lab");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, "b");
  EXPECT_EQ(found[1].id, "a");
  EXPECT_TRUE(RecordingsOf(folder.path() / "nowhere", "lab").empty());
  EXPECT_GT(SizeOfFolder(folder.path() / "a"), 50U);
}

}  // namespace
}  // namespace parley
