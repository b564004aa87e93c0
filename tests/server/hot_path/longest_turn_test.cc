// How long one request can keep everybody else waiting: the instructions of a turn for each verb at its
// largest, counted by callgrind. A million is about a third of a millisecond.

#include <gmock/gmock.h>

#include <cstdint>
#include <string>

#include "tests/support/process.h"

namespace parley::test {
namespace {

using testing::HasSubstr;

struct Turn {
  const char* name;
  std::uint64_t millions;  // at most so many instructions
  const char* answer;      // the type of the reply
};

class LongestTurnTest : public testing::TestWithParam<Turn> {};

TEST_P(LongestTurnTest, StaysWithinItsBudget) {
  Process counted({"/usr/bin/valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                   "--instr-atstart=no", PARLEY_LONGEST_TURN, GetParam().name});
  const std::string said = counted.out().TakeAll();
  const std::string report = counted.err().TakeAll();
  ASSERT_EQ(counted.WaitForExit(), 0) << report;
  EXPECT_THAT(said, HasSubstr(std::string(R"({"type":")") + GetParam().answer + "\""));
  const std::size_t at = report.find("Collected : ");
  ASSERT_NE(at, std::string::npos) << report;
  const std::uint64_t instructions = std::stoull(report.substr(at + 12));
  std::printf("%s: %lu instructions\n", GetParam().name, instructions);
  EXPECT_GT(instructions, 1'000U) << "something was counted";
  EXPECT_LE(instructions, GetParam().millions * 1'000'000);
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, LongestTurnTest,
    testing::Values(Turn{"rooms", 2, "rooms"}, Turn{"rooms_behind", 2, "rooms"},
                    Turn{"rooms_query", 10, "rooms"}, Turn{"history", 10, "history"},
                    Turn{"history_of_short_ones", 5, "history"}, Turn{"join_a_crowd", 13, "joined"},
                    Turn{"join_a_long_room", 5, "joined"}, Turn{"say_to_a_crowd", 18, "ok"},
                    Turn{"raise_a_hand_in_a_crowd", 15, "ok"}, Turn{"leave_a_crowd", 13, "ok"},
                    Turn{"moderate_with_a_thousand_bans", 10, "ok"}, Turn{"whisper", 5, "ok"},
                    Turn{"signal", 5, "ok"}),
    [](const auto& turn) { return std::string(turn.param.name); });

}  // namespace
}  // namespace parley::test
