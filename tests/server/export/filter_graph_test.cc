#include "server/export/filter_graph.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class FilterGraphTest : public testing::Test {
 protected:
  FilterGraphTest() {
    source_.title = "Physics";
    source_.length = seconds(100);
    source_.cameras.push_back(
        {"/r/002-camera.webm", "Ana", "a", milliseconds(-3), {{seconds(0), seconds(10)}}});
    source_.people.push_back({"Ana", "a", {{seconds(0), seconds(100)}}});
  }
  void AddScreen() {
    source_.screens.push_back({"/r/003-screen.webm", "Ana", "a", seconds(20), {{seconds(20), seconds(30)}}});
  }
  std::string Text() { return FilterGraph(source_, PlanVideo(source_)).text(); }
  std::vector<std::string> Arguments() {
    return FilterGraph(source_, PlanVideo(source_)).Arguments("/out/video.mp4");
  }
  // The arguments that follow each of these words.
  static std::vector<std::string> After(const std::vector<std::string>& words, const std::string& word) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == word) values.push_back(words[i + 1]);
    }
    return values;
  }
  VideoSource source_;
};

// ffmpeg refuses expressions of more than 100 levels.
TEST_F(FilterGraphTest, ACameraThatPausesOftenNeedsFewLevels) {
  source_.cameras[0].shown.clear();
  for (int i = 0; i < 1000; ++i)
    source_.cameras[0].shown.push_back({milliseconds(100 * i), milliseconds(100 * i + 50)});
  int level = 0, deepest = 0;
  for (const char c : Text()) {
    if (c == '(') deepest = std::max(deepest, ++level);
    if (c == ')') --level;
  }
  EXPECT_LT(deepest, 40);
  EXPECT_THAT(Text(), HasSubstr("gte(t,99.900)*lt(t,99.950)"));
}

TEST_F(FilterGraphTest, ACameraIsAtItsPlaceAndTime) {
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("[0:v]setpts=PTS+(-0.003)/TB[p0a];\n"));
  EXPECT_THAT(text, HasSubstr("[p0a]scale=1194:670:force_original_aspect_ratio=decrease"));
  EXPECT_THAT(text, HasSubstr("color=c=0x1B1D21:s=1280x720:r=25:d=100.000,format=yuv420p"));
  EXPECT_THAT(text, HasSubstr(":eof_action=pass:enable='gte(t,0.000)*lt(t,10.000)'[grid1];\n"));
  EXPECT_THAT(text, HasSubstr("[grid1]ass=names.ass[video]"));
  EXPECT_THAT(text, Not(HasSubstr("amix")));
}

TEST_F(FilterGraphTest, VoicesAreMixedAndTheChatIsATrack) {
  source_.voices = {"/w/voice-1.webm", "/w/voice-2.webm"};
  source_.chat = "/w/chat.vtt";
  EXPECT_THAT(Text(), HasSubstr("[1:a][2:a]amix=inputs=2:duration=longest:normalize=0,"));
  const auto words = Arguments();
  EXPECT_THAT(After(words, "-i"), testing::ElementsAre("file:/r/002-camera.webm", "file:/w/voice-1.webm",
                                                       "file:/w/voice-2.webm", "file:/w/chat.vtt"));
  EXPECT_THAT(After(words, "-map"), testing::ElementsAre("[video]", "[voices]", "3:s"));
  EXPECT_THAT(After(words, "-t"), testing::ElementsAre("100.000"));
  EXPECT_EQ(words.back(), "file:/out/video.mp4");
}

TEST_F(FilterGraphTest, ASharedScreenHasItsOwnLayout) {
  AddScreen();
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("[0:v]setpts=PTS+(-0.003)/TB,split=2[p0a][p0b];\n"));
  EXPECT_THAT(text, HasSubstr("[1:v]setpts=PTS+(20.000)/TB[p1a];\n"));
  EXPECT_THAT(text, HasSubstr("[grid1][screen2]overlay=enable='gte(t,20.000)*lt(t,30.000)'[all];\n"));
}

TEST_F(FilterGraphTest, AScreenAllTheTimeNeedsNoGrid) {
  source_.screens.push_back({"/r/003-screen.webm", "Ana", "a", seconds(0), {{seconds(0), seconds(100)}}});
  EXPECT_THAT(Text(), Not(HasSubstr("grid")));
  EXPECT_THAT(Text(), Not(HasSubstr("split")));
}

TEST_F(FilterGraphTest, NoFilterHasAWordThatPeopleChose) {
  const std::string hostile = "x':[v];movie=/etc/passwd,\\%{pts}";
  source_.title = hostile;
  source_.cameras[0].name = hostile;
  source_.people[0].name = hostile;
  AddScreen();
  source_.screens[0].name = hostile;
  EXPECT_THAT(Text(), Not(HasSubstr("passwd")));
  const auto words = Arguments();
  EXPECT_THAT(After(words, "-metadata"), testing::ElementsAre("title=" + hostile));
  EXPECT_EQ(std::count_if(words.begin(), words.end(),
                          [](const std::string& word) { return word.find("passwd") != word.npos; }),
            1);
}

TEST_F(FilterGraphTest, EachInputHasAKnownFormatAndIsAFile) {
  source_.voices = {"/w/voice-1.webm"};
  source_.chat = "/w/chat.vtt";
  const auto words = Arguments();
  EXPECT_THAT(After(words, "-protocol_whitelist"), testing::ElementsAre("file", "file", "file"));
  EXPECT_THAT(After(words, "-f"), testing::ElementsAre("matroska", "matroska", "webvtt", "mp4"));
  EXPECT_THAT(words, Contains("-nostdin"));
}

}  // namespace
}  // namespace parley
