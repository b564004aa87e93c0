// A shell script takes the place of ffmpeg.

#include "server/export/ffmpeg.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "server/data/data_folder.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class FfmpegTest : public testing::Test {
 protected:
  bool Run(const std::string& script, const std::vector<std::string>& arguments = {}) {
    const auto program = folder_.path() / "ffmpeg";
    std::ofstream(program) << "#!/bin/sh\n" << script;
    ::chmod(program.c_str(), 0700);
    return RunFfmpeg(
        program, arguments, folder_.path(), interruption_, [this](milliseconds time) { Progress(time); },
        error_);
  }
  virtual void Progress(milliseconds time) { times_.push_back(time); }

  test::TemporaryFolder folder_;
  Interruption interruption_;
  std::vector<milliseconds> times_;
  std::string error_;
};

TEST_F(FfmpegTest, TellsHowFarItIs) {
  EXPECT_TRUE(Run("echo frame=3; echo out_time_us=1500000; echo out_time_us=N/A; echo out_time_us=2500000"))
      << error_;
  EXPECT_THAT(times_, ElementsAre(milliseconds(1500), milliseconds(2500)));
}

TEST_F(FfmpegTest, RunsInItsFolderWithItsArgumentsAtTheLowestPriority) {
  EXPECT_TRUE(Run("pwd > where; printf '%s|' \"$@\" > words; nice > priority", {"a b", "$(c)", "'"}))
      << error_;
  EXPECT_EQ(ReadFile(folder_.path() / "where"), std::filesystem::canonical(folder_.path()).string() + "\n");
  EXPECT_EQ(ReadFile(folder_.path() / "words"), "a b|$(c)|'|");
  EXPECT_EQ(ReadFile(folder_.path() / "priority"), "19\n");
}

TEST_F(FfmpegTest, AFailureHasItsLastWords) {
  EXPECT_FALSE(Run("echo first >&2; echo No space left on device >&2; exit 1"));
  EXPECT_EQ(error_, "No space left on device");
  EXPECT_FALSE(Run("exit 3"));
  EXPECT_EQ(error_, "it ended with status 3");
}

class InterruptedFfmpeg : public FfmpegTest {
 protected:
  void Progress(milliseconds) override { ::raise(SIGINT); }
};

TEST_F(InterruptedFfmpeg, AnInterruptionEndsIt) {
  EXPECT_FALSE(Run("echo out_time_us=1; exec sleep 1000"));
  EXPECT_EQ(error_, "it was interrupted");
}

TEST(FindFfmpegTest, IsLookedForInPath) {
  const test::TemporaryFolder folder;
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder.path().c_str(), 1);
  EXPECT_FALSE(FindFfmpeg());
  std::ofstream(folder.path() / "ffmpeg") << "";
  ::chmod((folder.path() / "ffmpeg").c_str(), 0700);
  EXPECT_EQ(FindFfmpeg(), folder.path() / "ffmpeg");
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace parley
