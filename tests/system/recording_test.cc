// A call is recorded by the real server: what is on the disk afterwards, read back.

#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "server/data/data_folder.h"
#include "tests/bench/media/media_load.h"
#include "tests/bench/media/media_mark.h"
#include "tests/bench/media/media_signaling.h"
#include "tests/support/json.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/webm_file.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using bench::MediaLoad;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint8_t kLoud = 20;

Json Record(LinePeer& peer, const std::string& value) {
  return peer.Ask("moderate", {{"room", "call"}, {"action", "record"}, {"value", value}});
}

// The first and last frame of a track: what its mark says, and when it was by the manifest.
struct Placed {
  unsigned publisher = 0;
  Duration first{0}, last{0};  // from sending it to its place in the recording
};

class RecordingTest : public testing::Test {
 protected:
  // The only recording.
  fs::path Folder() const {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(data_.path() / "recordings")) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
    return folders.size() == 1 ? folders.front() : fs::path();
  }
  // Checks each frame of a file: no number is missing, and times grow as they do in the marks.
  static Placed Check(const WebmFile& file, bool is_picture, milliseconds start) {
    Placed placed;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < file.blocks.size(); ++i) {
      const WebmBlock& block = file.blocks[i];
      const auto mark = bench::ReadMediaMark(std::string_view(block.bytes).substr(is_picture ? 1 : 0));
      if (!mark) {
        ADD_FAILURE() << "a frame is not as it was sent";
        return placed;
      }
      EXPECT_EQ(mark->is_picture, is_picture);
      if (i > 0) {
        EXPECT_EQ(mark->number, number + 1);
      }
      number = mark->number;
      placed.publisher = mark->publisher;
      const Duration delay = start + milliseconds(block.time) - mark->sent.time_since_epoch();
      if (i == 0) placed.first = delay;
      placed.last = delay;
    }
    return placed;
  }

  TemporaryFolder data_;
};

TEST_F(RecordingTest, ACallOfTwoIsRecordedWithEveryFrameInItsPlace) {
  ServerProcess server({"--media", "sfu", "--data", data_.path().string()});
  LinePeer host(server.port());
  EXPECT_THAT(host.Hello("Hana").raw(), HasSubstr(R"("record")"));
  EXPECT_FALSE(host.Join("call").Has("recording"));
  ASSERT_EQ(Outcome(Record(host, "on")), "ok");
  EXPECT_EQ(host.NextEvent("room_changed")["recording"], true);
  LinePeer late(server.port(), "Late");
  EXPECT_EQ(late.Join("call")["recording"], true);

  bench::ParleySignaling signaling(server.port());
  MediaLoad load("127.0.0.1", signaling);
  for (int i = 0; i < 2; ++i) load.Join({true, 4, 4}, {100, 1100, 50, kLoud});
  load.Connect();
  ASSERT_TRUE(load.Until(seconds(20), [&] { return load.Heard(0, 1, {}) && load.Heard(1, 0, {}); }));
  for (int second = 0; second < 3; ++second) {
    load.Report();
    load.Run(seconds(1));
  }
  load.Stop();
  ASSERT_EQ(Outcome(Record(host, "off")), "ok");
  EXPECT_EQ(server.Stop(), 0);

  const auto manifest = ReadFile(Folder() / "manifest.json");
  ASSERT_TRUE(manifest);
  const Json about = Json::Parse(*manifest);
  EXPECT_EQ(about["room"], "call");
  EXPECT_TRUE(about.Has("end"));
  const Json tracks = about["tracks"];
  ASSERT_EQ(tracks.size(), 4U);
  std::map<unsigned, std::vector<Placed>> people;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Json track = tracks[i];
    const auto bytes = ReadFile(Folder() / track["file"].Text());
    ASSERT_TRUE(bytes);
    const auto file = WebmReader::Read(*bytes);
    ASSERT_TRUE(file);
    const bool is_picture = track["kind"] == "camera";
    EXPECT_EQ(file->codec, is_picture ? "V_VP8" : "A_OPUS");
    // 50 a second, of which a busy machine leaves some out.
    EXPECT_GT(file->blocks.size(), 100U);
    EXPECT_EQ(static_cast<std::int64_t>(file->blocks.size()), track["frames"].Number());
    EXPECT_EQ(static_cast<double>(file->blocks.back().time), file->duration);
    const Placed placed = Check(*file, is_picture, milliseconds(track["start_ms"].Number()));
    EXPECT_EQ(track["name"], "load-" + std::to_string(placed.publisher));
    people[placed.publisher].push_back(placed);
  }
  // Voice and picture of a person fit together within 40 ms, at the beginning and at the end.
  ASSERT_EQ(people.size(), 2U);
  for (const auto& [publisher, placed] : people) {
    ASSERT_EQ(placed.size(), 2U);
    for (const auto part : {&Placed::first, &Placed::last}) {
      const auto apart = std::chrono::round<milliseconds>(placed[0].*part - placed[1].*part);
      EXPECT_LE(std::abs(apart.count()), 40);
    }
  }
}

TEST_F(RecordingTest, WithoutADiskNothingIsRecorded) {
  ServerProcess server({"--media", "sfu"});
  LinePeer host(server.port());
  EXPECT_THAT(host.Hello("Hana").raw(), Not(HasSubstr(R"("record")")));
  host.Join("call");
  EXPECT_EQ(Outcome(Record(host, "on")), "forbidden");
}

TEST_F(RecordingTest, OffMeansThatThereIsNoFolderAndNoFeature) {
  ServerProcess server({"--media", "sfu", "--data", data_.path().string(), "--recordings", "off"});
  LinePeer host(server.port());
  EXPECT_THAT(host.Hello("Hana").raw(), Not(HasSubstr(R"("record")")));
  EXPECT_FALSE(fs::exists(data_.path() / "recordings"));
}

}  // namespace
}  // namespace parley::test
