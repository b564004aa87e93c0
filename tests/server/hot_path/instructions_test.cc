// How many instructions a delivery, a message and a flush take, counted by callgrind: the same on every
// machine, but for the compiler.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace parley::test {
namespace {

constexpr std::uint64_t kMessages = 100;  // of a turn

std::uint64_t Count(const std::vector<std::string>& program) {
  std::vector<std::string> command{"/usr/bin/valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"};
  command.insert(command.end(), program.begin(), program.end());
  Process counted(command);
  const std::string report = counted.err().TakeAll();
  EXPECT_EQ(counted.WaitForExit(), 0) << report;
  const std::size_t at = report.find("Collected : ");
  return at == std::string::npos ? 0 : std::stoull(report.substr(at + 12));
}

std::uint64_t Instructions(std::size_t members, std::size_t turns) {
  return Count({PARLEY_FAN_OUT, std::to_string(members), std::to_string(turns)});
}

// Of a turn, once everything is set up.
std::uint64_t InstructionsOfATurn(std::size_t members) {
  return (Instructions(members, 30) - Instructions(members, 10)) / 20;
}

TEST(InstructionsTest, ADeliveryTakesAFewDozen) {
  const std::uint64_t few = InstructionsOfATurn(50);
  const std::uint64_t many = InstructionsOfATurn(150);
  const std::uint64_t delivery = (many - few) / (100 * kMessages);
  const std::uint64_t message = (few - 50 * kMessages * delivery) / kMessages;
  RecordProperty("delivery", std::to_string(delivery));
  RecordProperty("message", std::to_string(message));
  std::printf("%lu instructions a delivery, %lu a message\n", delivery, message);
  EXPECT_LE(delivery, 60U);
  EXPECT_LE(message, 15'500U);
}

TEST(InstructionsTest, AFlushTakesAFewHundred) {
  constexpr std::size_t kMembers = 20;
  // Those within Loop::Flush alone.
  const auto flushing = [](std::size_t messages) {
    return Count({"--toggle-collect=parley::Loop::Flush()", PARLEY_FLUSHES, std::to_string(kMembers),
                  std::to_string(messages)});
  };
  const std::uint64_t flush = (flushing(150) - flushing(50)) / (100 * kMembers);
  RecordProperty("flush", std::to_string(flush));
  std::printf("%lu instructions a flush\n", flush);
  EXPECT_GE(flush, 100U) << "they are counted";
  EXPECT_LE(flush, 620U);
}

}  // namespace
}  // namespace parley::test
