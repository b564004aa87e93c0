#include "client/chat/catch_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/client/chat/conversation.h"
#include "tests/support/json.h"

namespace parley::client {
namespace {

using parley::test::Json;
using test::JoinedTo;
using test::NumberedMessage;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

std::vector<protocol::MessageEvent> Messages(const Json& sequences) {
  std::vector<protocol::MessageEvent> messages;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    messages.push_back(NumberedMessage(static_cast<protocol::Sequence>(sequences[i].Number())));
  }
  return messages;
}

// As the vectors write it.
std::string Describe(const CatchUp::Step& step) {
  if (std::holds_alternative<CatchUp::Restarted>(step)) return "restarted";
  if (std::holds_alternative<CatchUp::Gap>(step)) return "gap";
  if (const auto* const show = std::get_if<CatchUp::Show>(&step)) {
    return "show " + std::to_string(show->message.seq);
  }
  return "history after " + std::to_string(std::get<CatchUp::AskAfter>(step).sequence);
}

std::vector<std::string> Describe(const CatchUp::Steps& steps) {
  std::vector<std::string> texts;
  for (const CatchUp::Step& step : steps) texts.push_back(Describe(step));
  return texts;
}

std::vector<std::string> DescribeJoin(const CatchUp& catch_up) {
  const auto since = catch_up.since();
  return {since ? "join since " + std::to_string(*since) : "join"};
}

std::vector<std::string> Replay(CatchUp& catch_up, const Json& input) {
  const std::string type = input["type"].Text();
  if (type == "join") return DescribeJoin(catch_up);
  if (type == "joined") {
    protocol::Joined joined = JoinedTo("lobby", static_cast<protocol::Sequence>(input["last"].Number()),
                                       Messages(input["messages"]));
    joined.more = input["more"].Flag();
    joined.gap = input["gap"].Flag();
    return Describe(catch_up.Joined(joined));
  }
  if (type == "message" || type == "ok") {
    return Describe(catch_up.Live(NumberedMessage(static_cast<protocol::Sequence>(input["seq"].Number()))));
  }
  if (type == "history") {
    return Describe(catch_up.Page({"lobby", Messages(input["messages"]), input["more"].Flag()}));
  }
  if (type == "history_refused") return Describe(catch_up.PageFailed());
  EXPECT_EQ(type, "lost");
  catch_up.Lost();
  return {};
}

TEST(CatchUp, DoesWhatTheVectorsSay) {
  std::ifstream in(PARLEY_VECTORS "/resume.jsonl");
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const Json vector = Json::Parse(line);
    CatchUp catch_up;
    for (std::size_t i = 0; i < vector["steps"].size(); ++i) {
      SCOPED_TRACE(vector["name"].Text() + ", step " + std::to_string(i));
      const Json step = vector["steps"][i];
      std::vector<std::string> expected;
      for (std::size_t j = 0; j < step["output"].size(); ++j) expected.push_back(step["output"][j].Text());
      EXPECT_THAT(Replay(catch_up, step["input"]), ElementsAreArray(expected));
    }
  }
  EXPECT_GT(count, 30);
}

TEST(CatchUp, FetchesWhatItHadNoRoomToHoldBack) {
  CatchUp catch_up;
  catch_up.Joined(JoinedTo("lobby", 0));
  const protocol::Sequence last = CatchUp::kMaxHeld + 2;
  for (protocol::Sequence sequence = 2; sequence <= last; ++sequence)
    catch_up.Live(NumberedMessage(sequence));
  const std::vector<std::string> filled = Describe(catch_up.Page({"lobby", {NumberedMessage(1)}, false}));
  ASSERT_EQ(filled.size(), last);
  EXPECT_EQ(filled[last - 2], "show " + std::to_string(last - 1));
  EXPECT_EQ(filled[last - 1], "history after " + std::to_string(last - 1));
}

// A server of ours numbers from 1. Whatever another one sends, this ends.
TEST(CatchUp, SequencesAtTheEndsOfTheirRangeDoNoHarm) {
  constexpr protocol::Sequence kLargest = ~protocol::Sequence{0};
  CatchUp catch_up;
  catch_up.Joined(JoinedTo("lobby", 0));
  EXPECT_THAT(catch_up.Live(NumberedMessage(0)), IsEmpty());
  catch_up.Live(NumberedMessage(kLargest));
  catch_up.Page({"lobby", {NumberedMessage(0), NumberedMessage(kLargest)}, false});
  EXPECT_EQ(catch_up.since(), kLargest);
  EXPECT_THAT(catch_up.Live(NumberedMessage(1)), IsEmpty());
}

}  // namespace
}  // namespace parley::client
