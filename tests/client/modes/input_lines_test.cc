#include "client/modes/input_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::client {
namespace {

// Every line as "number:text", or "number!" for one that is too long.
std::vector<std::string> ReadAll(InputLines& lines) {
  std::vector<std::string> read;
  while (const auto line = lines.Next()) {
    read.push_back(std::to_string(line->number) + (line->too_long ? "!" : ":" + line->text));
  }
  return read;
}

std::vector<std::string> Split(std::string_view input, std::size_t max, std::size_t piece) {
  InputLines lines(max);
  std::vector<std::string> read;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    lines.Append(input.substr(at, piece));
    for (std::string& line : ReadAll(lines)) read.push_back(std::move(line));
  }
  lines.End();
  for (std::string& line : ReadAll(lines)) read.push_back(std::move(line));
  EXPECT_TRUE(lines.finished());
  return read;
}

TEST(InputLinesTest, TheSameLinesHoweverTheBytesCome) {
  const std::string input =
      "one\n\ntwo\r\n12345678\n123456789\n12345678\r\n" + std::string(300, 'x') + "\nlast";
  const std::vector<std::string> expected = {"1:one", "2:",         "3:two", "4:12345678",
                                             "5!",    "6:12345678", "7!",    "8:last"};
  for (std::size_t piece = 1; piece <= input.size(); ++piece) {
    EXPECT_EQ(Split(input, 8, piece), expected) << "in pieces of " << piece;
  }
}

TEST(InputLinesTest, ALineWithoutEndIsTooLongAtTheEnd) {
  EXPECT_EQ(Split(std::string(100, 'x'), 8, 7), (std::vector<std::string>{"1!"}));
  EXPECT_EQ(Split("12345678\r", 8, 100), (std::vector<std::string>{"1!"}));
}

TEST(InputLinesTest, EmptyInputHasNoLines) {
  InputLines lines(8);
  EXPECT_FALSE(lines.finished());
  lines.End();
  EXPECT_TRUE(lines.finished());
  EXPECT_FALSE(lines.Next());
}

TEST(InputLinesTest, IsNotFinishedBeforeTheLastLineIsTaken) {
  InputLines lines(8);
  lines.Append("last");
  lines.End();
  EXPECT_FALSE(lines.finished());
  EXPECT_EQ(lines.Next()->text, "last");
  EXPECT_TRUE(lines.finished());
}

}  // namespace
}  // namespace parley::client
