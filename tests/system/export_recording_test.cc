// Tests `chat_server export --recording` with the real ffmpeg, and checks the video with ffprobe and ffmpeg.
// The pictures and voices of the recording are test sources of ffmpeg.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/json.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kId = "20260131-090507-k3mx7a2q";
// A name that would be a command, or an option, in many places.
constexpr const char* kHostileName = R"({\\fs90}'A': \"%{n}\", [b];)";

// Waits for a program that needs much processor time, perhaps at the lowest priority.
Ending Finish(Process& process) {
  process.CloseStdin();
  constexpr int kPatienceOfOthers = 6;  // times kPatience
  for (int i = 1;; ++i) {
    try {
      const int status = process.WaitForExit();
      return {status, process.out().TakeAll(), process.err().TakeAll()};
    } catch (const Failure&) {
      if (i == kPatienceOfOthers) throw;
    }
  }
}

Ending RunTool(std::vector<std::string> command) {
  command.insert(command.begin(), "/usr/bin/env");
  Process process(command);
  return Finish(process);
}

Ending Ffmpeg(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"ffmpeg", "-hide_banner", "-nostdin", "-y", "-nostats"});
  return RunTool(arguments);
}

// The number after the first `what` in a text; -1 if the text has no `what`.
double NumberAfter(const std::string& text, const std::string& what) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? -1 : std::stod(text.substr(at + what.size()));
}

class ExportRecording : public testing::Test {
 protected:
  ExportRecording() { fs::create_directories(recording_); }

  void MakePicture(const std::string& file, const std::string& source, const std::string& length) {
    const Ending made = Ffmpeg({"-f", "lavfi", "-i", source, "-t", length, "-c:v", "libvpx", "-deadline",
                                "realtime", "-cpu-used", "8", "-f", "webm", (recording_ / file).string()});
    ASSERT_EQ(made.status, 0) << made.err;
  }
  void MakeVoice(const std::string& file, const std::string& source, const std::string& length) {
    const Ending made = Ffmpeg({"-f", "lavfi", "-i", source, "-t", length, "-c:a", "libopus", "-f", "webm",
                                (recording_ / file).string()});
    ASSERT_EQ(made.status, 0) << made.err;
  }
  // `tracks`: file, kind, name, author, start_ms.
  void WriteManifest(const std::string& begin, const std::vector<std::vector<std::string>>& tracks) {
    std::ofstream out(recording_ / "manifest.json");
    out << R"({"id":")" << kId << R"(","room":"Lab","room_key":"lab","begin":")" << begin
        << R"(","tracks":[)";
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      out << (i == 0 ? "" : ",") << R"({"file":")" << tracks[i][0] << R"(","kind":")" << tracks[i][1]
          << R"(","name":")" << tracks[i][2] << R"(","author":")" << tracks[i][3] << R"(","start_ms":)"
          << tracks[i][4] << '}';
    }
    out << "]}\n";
  }
  Ending Export(const std::vector<std::string>& more) {
    std::vector<std::string> command{ChatServerPath(), "export", "--data", data_, "--room", "Lab"};
    command.insert(command.end(), more.begin(), more.end());
    Process process(command);
    return Finish(process);
  }
  // The average brightness of a part of the video at a time, from 0 to 255.
  double Brightness(const std::string& time, const std::string& crop) {
    const std::string picture = folder_.path() / "part.gray";
    const Ending made =
        Ffmpeg({"-ss", time, "-i", video_, "-frames:v", "1", "-vf", "crop=" + crop + ",scale=1:1", "-pix_fmt",
                "gray", "-f", "rawvideo", picture});
    EXPECT_EQ(made.status, 0) << made.err;
    return std::ifstream(picture, std::ios::binary).get();
  }
  Json Probe() {
    const Ending probed =
        RunTool({"ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", video_});
    EXPECT_EQ(probed.status, 0) << probed.err;
    return Json::Parse(probed.out);
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
  fs::path recording_ = fs::path(data_) / "recordings" / kId;
  std::string video_ = folder_.path() / "lesson's video.mp4";
};

TEST_F(ExportRecording, IsOneVideoWithPicturesVoicesAndTheChat) {
  std::string begin;
  {
    ServerProcess server({"--data", data_, "--tls", "off"});
    LinePeer ana(server.port(), "Ana");
    ana.Join("Lab");
    begin = ana.Say("Lab", "<b>look</b> at {this}")["time"].Text();
    EXPECT_EQ(server.Stop(), 0);
  }
  // The camera and the voice have a flash and a tone after one second. The screen is at the end.
  const std::string flash = "drawbox=t=fill:color=white:enable='gte(t,1)'";
  MakePicture("001-camera.webm", "color=black:s=320x180:r=20," + flash, "2");
  MakeVoice("002-voice.webm", "sine=f=440:r=48000,volume=0:enable='lt(t,1)'", "2");
  MakePicture("003-screen.webm", "color=gray:s=640x480:r=5", "1");
  WriteManifest(begin,
                {{"001-camera.webm", "camera", kHostileName, "a", "1000"},
                 {"002-voice.webm", "voice", kHostileName, "a", "1000"},
                 {"003-screen.webm", "screen", "Ben", "b", "4000"},
                 {"004-voice.webm", "voice", "Cyn", "c", "0"}});  // without a frame, and so without a file
  const Ending list = Export({"--recording", "list"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr(kId), HasSubstr("\tnot finished\t"), HasSubstr(", Ben, Cyn\n")));

  const Ending made = Export({"--recording", kId, "--output", video_});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("exported: 0:00:0"));
  EXPECT_EQ(made.err, "");
  EXPECT_FALSE(fs::exists(video_ + ".partial"));
  EXPECT_EQ(fs::status(video_).permissions(), fs::perms::owner_read | fs::perms::owner_write);

  const Json probe = Probe();
  EXPECT_NEAR(std::stod(probe["format"]["duration"].Text()), 5.4, 0.3);
  EXPECT_EQ(probe["format"]["tags"]["title"], "Lab");
  ASSERT_EQ(probe["streams"].size(), 3U);
  std::string kinds;
  for (std::size_t i = 0; i < 3; ++i) kinds += probe["streams"][i]["codec_name"].Text() + ' ';
  EXPECT_THAT(kinds, AllOf(HasSubstr("h264"), HasSubstr("aac"), HasSubstr("mov_text")));

  // The tone and the flash begin at the same moment, two seconds after the beginning.
  const Ending sound = Ffmpeg({"-i", video_, "-af", "silencedetect=n=-40dB:d=0.5", "-vn", "-f", "null", "-"});
  EXPECT_NEAR(NumberAfter(sound.err, "silence_end: "), 2.0, 0.04);
  const Ending flashed = Ffmpeg({"-i", video_, "-an", "-t", "3", "-vf",
                                 "crop=1000:600:460:200,blackdetect=d=0.5:pix_th=0.2", "-f", "null", "-"});
  EXPECT_NEAR(NumberAfter(flashed.err, "black_end:"), 2.0, 0.05) << flashed.err;

  // The camera disappears when it ends. Then the screen is shown, with the place of the camera beside it.
  EXPECT_GT(Brightness("2.8", "200:200:860:400"), 200);
  EXPECT_LT(Brightness("3.8", "200:200:860:400"), 80);
  EXPECT_NEAR(Brightness("4.8", "200:200:668:400"), 126, 12);

  const Ending chat = Ffmpeg({"-i", video_, "-map", "0:s", "-f", "srt", folder_.path() / "chat.srt"});
  ASSERT_EQ(chat.status, 0) << chat.err;
  std::stringstream text;
  text << std::ifstream(folder_.path() / "chat.srt").rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("00:00:00,000 --> 00:00:04"));
  EXPECT_THAT(text.str(), HasSubstr("Ana: <b>look</b> at "));
}

TEST_F(ExportRecording, APictureThatChangesItsSizeKeepsItsTime) {
  // Two sizes in one track, as when the best layer of a camera changes.
  MakePicture("small.webm", "color=black:s=320x180:r=20", "1");
  MakePicture("large.webm", "color=white:s=640x360:r=20", "1");
  std::ofstream(folder_.path() / "both.txt") << "file '" << (recording_ / "small.webm").string()
                                             << "'\nfile '" << (recording_ / "large.webm").string() << "'\n";
  const Ending joined = Ffmpeg({"-f", "concat", "-safe", "0", "-i", folder_.path() / "both.txt", "-c", "copy",
                                "-f", "webm", (recording_ / "001-camera.webm").string()});
  ASSERT_EQ(joined.status, 0) << joined.err;
  MakePicture("002-camera.webm", "color=white:s=320x180:r=1", "3");
  WriteManifest("2026-01-31T09:05:07.000Z", {{"001-camera.webm", "camera", "Ana", "a", "500"},
                                             {"002-camera.webm", "camera", "Ben", "b", "0"}});
  const Ending made = Export({"--recording", kId, "--output", video_});
  ASSERT_EQ(made.status, 0) << made.err;
  const Ending changed =
      Ffmpeg({"-i", video_, "-vf", "crop=400:200:760:240,blackdetect=d=0.5:pix_th=0.2", "-f", "null", "-"});
  EXPECT_NEAR(NumberAfter(changed.err, "black_end:"), 1.5, 0.1) << changed.err;
  EXPECT_GT(Brightness("2.2", "400:200:760:240"), 200);
  // The other picture, which has one frame per second, is still there at the moment of the change.
  EXPECT_GT(Brightness("1.8", "400:200:120:240"), 200);
}

TEST_F(ExportRecording, ARecordingOfAnotherRoomOrNoneIsSaid) {
  WriteManifest("2026-01-31T09:05:07.000Z", {});
  for (const std::string id : {"20260131-090507-nothing", "../recordings", "..", ""}) {
    const Ending none = Export({"--recording", id, "--output", video_});
    EXPECT_EQ(none.status, 1) << id;
    EXPECT_THAT(none.err, HasSubstr("--recording list shows")) << id;
    EXPECT_TRUE(IsOneLine(none.err));
  }
  const Ending other = RunCommand({"export", "--data", data_, "--room", "Hall", "--recording", kId});
  EXPECT_EQ(other.status, 1);
  EXPECT_EQ(RunCommand({"export", "--data", data_, "--room", "Hall", "--recording", "list"}).out, "");
  EXPECT_THAT(Export({"--recording", kId, "--output", video_}).err, HasSubstr("no sound and no picture"));
  EXPECT_FALSE(fs::exists(video_));
  EXPECT_FALSE(fs::exists(video_ + ".partial"));
}

TEST_F(ExportRecording, NothingIsOverwritten) {
  MakeVoice("001-voice.webm", "sine=f=440:r=48000", "1");
  WriteManifest("2026-01-31T09:05:07.000Z", {{"001-voice.webm", "voice", "Ana", "a", "0"}});
  std::ofstream(video_) << "mine";
  EXPECT_THAT(Export({"--recording", kId, "--output", video_}).err, HasSubstr("nothing is overwritten"));
  fs::remove(video_);
  fs::create_directory(video_ + ".partial");
  EXPECT_THAT(Export({"--recording", kId, "--output", video_}).err, HasSubstr("remove it"));
  EXPECT_TRUE(fs::exists(video_ + ".partial"));
}

TEST_F(ExportRecording, WithoutFfmpegItNamesThePackage) {
  WriteManifest("2026-01-31T09:05:07.000Z", {{"001-voice.webm", "voice", "Ana", "a", "0"}});
  Process process(
      {ChatServerPath(), "export", "--data", data_, "--room", "Lab", "--recording", kId, "--output", video_},
      {{"PATH", folder_.path()}});
  EXPECT_EQ(process.WaitForExit(), 1);
  EXPECT_THAT(process.err().TakeAll(), HasSubstr("install Debian's package ffmpeg"));
}

TEST_F(ExportRecording, AFailureOrAnInterruptionLeavesNothing) {
  MakePicture("001-camera.webm", "color=black:s=320x180:r=5", "60");
  WriteManifest("2026-01-31T09:05:07.000Z", {{"001-camera.webm", "camera", "Ana", "a", "0"}});
  Process process(
      {ChatServerPath(), "export", "--data", data_, "--room", "Lab", "--recording", kId, "--output", video_});
  const Deadline deadline;
  while (!fs::exists(video_ + ".partial/video.mp4") && deadline.MillisecondsLeft() > 0)
    std::this_thread::yield();
  process.Signal(SIGINT);
  EXPECT_EQ(process.WaitForExit(), 1);
  EXPECT_THAT(process.err().TakeAll(), HasSubstr("it was interrupted"));
  EXPECT_FALSE(fs::exists(video_ + ".partial"));
  EXPECT_FALSE(fs::exists(video_));

  const Ending nowhere = Export({"--recording", kId, "--output", folder_.path() / "no" / "video.mp4"});
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("can't make the folder"));
}

}  // namespace
}  // namespace parley::test
