// How long one request can keep everybody else waiting: the instructions of a turn for each verb at its
// largest, counted by callgrind. A million is about a third of a millisecond.

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Turn {
  const char* name;
  std::uint64_t millions;  // at most so many instructions
  const char* answer;      // the type of the reply
};

class LongestTurnTest : public testing::TestWithParam<Turn> {};

// All that the command prints. The time-out of the whole test is the only one: to fill a server under
// valgrind takes half a minute, and several on a busy machine.
std::string OutputOf(const std::string& command) {
  FILE* const output = ::popen((command + " 2>&1").c_str(), "r");
  if (output == nullptr) return "";
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), output)) {
    text.append(piece.data(), size);
  }
  return ::pclose(output) == 0 ? text : "failed: " + text;
}

TEST_P(LongestTurnTest, StaysWithinItsBudget) {
  const std::string report = OutputOf(
      "/usr/bin/valgrind --tool=callgrind --callgrind-out-file=/dev/null --instr-atstart=no "
      "\"" PARLEY_LONGEST_TURN "\" " +
      std::string(GetParam().name));
  ASSERT_THAT(report, Not(StartsWith("failed")));
  EXPECT_THAT(report, HasSubstr(std::string(R"({"type":")") + GetParam().answer + "\""));
  const std::size_t at = report.find("Collected : ");
  ASSERT_NE(at, std::string::npos) << report;
  const std::uint64_t instructions = std::stoull(report.substr(at + 12));
  std::printf("%s: %lu instructions\n", GetParam().name, instructions);
  EXPECT_GT(instructions, 1'000U) << "something was counted";
  EXPECT_LE(instructions, GetParam().millions * 1'000'000);
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, LongestTurnTest,
    testing::Values(Turn{"rooms", 1, "rooms"}, Turn{"rooms_behind", 1, "rooms"},
                    Turn{"rooms_query", 10, "rooms"}, Turn{"history", 10, "history"},
                    Turn{"history_of_short_ones", 3, "history"}, Turn{"join_a_crowd", 15, "joined"},
                    Turn{"join_a_long_room", 3, "joined"}, Turn{"say_to_a_crowd", 15, "ok"},
                    Turn{"raise_a_hand_in_a_crowd", 15, "ok"}, Turn{"leave_a_crowd", 15, "ok"},
                    Turn{"moderate_with_a_thousand_bans", 2, "ok"}, Turn{"whisper", 2, "ok"},
                    Turn{"signal", 5, "ok"}),
    [](const auto& turn) { return std::string(turn.param.name); });

}  // namespace
}  // namespace parley::test
