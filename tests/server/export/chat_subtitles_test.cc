#include "server/export/chat_subtitles.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kHour{3'600'000};

TEST(ChatSubtitlesTest, AMessageIsShownAsLongAsItTakesToReadIt) {
  EXPECT_EQ(ChatSubtitles({{milliseconds(61'500), "Ana", "hello"}}, kHour),
            "WEBVTT\n\n00:01:01.500 --> 00:01:05.500\nAna: hello\n");
  EXPECT_THAT(ChatSubtitles({{milliseconds(0), "Ana", std::string(150, 'x')}}, kHour),
              HasSubstr("00:00:00.000 --> 00:00:12.000\n"));
}

TEST(ChatSubtitlesTest, MessagesAtTheSameTimeStandBelowEachOther) {
  EXPECT_EQ(ChatSubtitles({{milliseconds(1000), "Ana", "1"}, {milliseconds(2000), "Ben", "2"}}, kHour),
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAna: 1\n"
            "\n00:00:02.000 --> 00:00:05.000\nAna: 1\nBen: 2\n"
            "\n00:00:05.000 --> 00:00:06.000\nBen: 2\n");
  std::vector<ChatLine> many;
  for (int i = 0; i < 10; ++i) many.push_back({milliseconds(i * 10), "Ana", std::to_string(i)});
  EXPECT_THAT(ChatSubtitles(many, kHour),
              HasSubstr("\n00:00:00.090 --> 00:00:04.000\nAna: 7\nAna: 8\nAna: 9\n\n"));
}

TEST(ChatSubtitlesTest, OnlyWhatWasSaidMeanwhileIsShown) {
  EXPECT_EQ(ChatSubtitles({{milliseconds(-1), "Ana", "early"}, {kHour, "Ana", "late"}}, kHour), "");
  EXPECT_THAT(ChatSubtitles({{kHour - milliseconds(100), "Ana", "end"}}, kHour),
              HasSubstr("00:59:59.900 --> 01:00:00.000\n"));
}

TEST(ChatSubtitlesTest, NothingInATextIsATag) {
  EXPECT_EQ(EscapeForWebVtt("<b>&amp;</b>"), "&lt;b&gt;&amp;amp;&lt;/b&gt;");
  EXPECT_EQ(EscapeForWebVtt("one\n\n00:00:00.000 --> 00:00:09.000\ntwo"),
            "one  00:00:00.000 --&gt; 00:00:09.000 two");
}

TEST(ChatSubtitlesTest, ALongTextIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "好";
  const std::string cut = EscapeForWebVtt(text);
  EXPECT_EQ(cut.size(), 66U * 3 + 3);
  EXPECT_TRUE(cut.ends_with("好…"));
}

}  // namespace
}  // namespace parley
