// Texts are folded without the tables of utf8proc where they can be. It must come to the same.

#include "common/protocol/fold.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/limits.h"

namespace parley::protocol {
namespace {

std::string ByTheTables(const std::string& text) {
  constexpr int kOptions =
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  std::uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const std::uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                 static_cast<utf8proc_option_t>(kOptions));
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  return size < 0 ? "" : std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

std::string CharacterAt(std::int32_t point) {
  std::array<std::uint8_t, 4> bytes{};
  const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

TEST(Fold, OfEveryCharacterIsTheSameAsByTheTables) {
  for (std::int32_t point = 1; point < 0x110000; ++point) {
    if (point >= 0xD800 && point < 0xE000) continue;  // surrogates
    const std::string text = "A" + CharacterAt(point) + " b";
    ASSERT_EQ(Folded(text), ByTheTables(text)) << std::hex << point;
  }
}

// Characters that change others, before and behind each other.
TEST(Fold, OfCharactersThatBelongTogetherIsTheSameAsByTheTables) {
  constexpr std::array<std::string_view, 34> kCharacters{
      "e",      "E",      "o",      " ",      "\u00c9", "\u00df",       "\u00a8",    "\u00ad", "\u0301",
      "\u0323", "\u0345", "\u0130", "\u0149", "\u03b1", "\u05d0",       "\u05bc",    "\u0627", "\u0653",
      "\u200b", "\u200d", "\ufe0f", "\u2019", "\u4f5c", "\u3002",       "\uff21",    "\uff9e", "\u304b",
      "\u3099", "\uac00", "\u1100", "\u1161", "\u11a8", "\u09c7\u09be", "\U0001F600"};
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> which(0, kCharacters.size() - 1), length(1, 12),
      long_length(200, 800);
  for (int round = 0; round < 101'000; ++round) {
    if (round == 100'000) length = long_length;  // of several pieces
    std::string text;
    for (std::size_t left = length(random); left > 0; --left) text += kCharacters.at(which(random));
    ASSERT_EQ(Folded(text), ByTheTables(text)) << text;
  }
}

// Half of them anywhere in Unicode; the others where scripts are that people write together.
TEST(Fold, OfAnyCharactersIsTheSameAsByTheTables) {
  constexpr std::array<std::array<std::int32_t, 2>, 12> kBlocks{{{0x20, 0x7E},
                                                                 {0x20, 0x7E},
                                                                 {0x80, 0x24F},     // European letters
                                                                 {0x300, 0x36F},    // marks
                                                                 {0x370, 0x52F},    // Greek, Cyrillic
                                                                 {0x900, 0x97F},    // Hindi
                                                                 {0x1100, 0x11FF},  // parts of Korean
                                                                 {0x2000, 0x2BFF},  // signs
                                                                 {0x3000, 0x9FFF},  // Japanese, Chinese
                                                                 {0xAC00, 0xD7A3},  // Korean
                                                                 {0xF900, 0xFFEF},  // compatible, and wide
                                                                 {0x1D400, 0x2FA1F}}};
  std::mt19937 random(1);
  const auto from = [&random](std::int32_t first, std::int32_t last) {
    return std::uniform_int_distribution<std::int32_t>(first, last)(random);
  };
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (int left = from(1, 40); left > 0; --left) {
      const auto& block = kBlocks.at(static_cast<std::size_t>(from(0, kBlocks.size() - 1)));
      const std::int32_t point = round % 2 == 0 ? from(1, 0x10FFFF) : from(block[0], block[1]);
      if (point < 0xD800 || point >= 0xE000) text += CharacterAt(point);  // no surrogates
    }
    ASSERT_EQ(Folded(text), ByTheTables(text)) << text;
  }
}

// ASCII is folded in pieces of 32, and of eight or fewer.
TEST(Fold, OfAsciiChangesCapitalLettersAloneWhereverTheyAre) {
  for (char c = 1; c > 0; ++c) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (std::size_t at = 0; at < 70; ++at) {
      std::string text(70, '@'), folded(70, '@');
      text[at] = c;
      folded[at] = lower;
      ASSERT_EQ(Folded(text), folded) << c << at;
    }
  }
  EXPECT_EQ(Folded("ABCDEFGH\u4f5cIJKLMNOPQR\u3002S"), "abcdefgh\u4f5cijklmnopqr\u3002s");
}

TEST(Fold, TakesTextsOneAfterTheOtherIntoTheSameString) {
  std::string folded;
  for (const std::string_view text :
       {"Long, and then short: \u00c9", "B", "", "e\u0301\u0323 IS LONG AGAIN"}) {
    Fold(text, folded);
    EXPECT_EQ(folded, ByTheTables(std::string(text)));
  }
}

TEST(Fold, LeavesInvalidUtf8AsItIs) {
  for (const std::string_view text :
       {"a\xff"
        "b",
        "\xe4\xb8", "\xc3", "\x80\x80", "\xf0\x9f\x98", "a\x80\x80\x80\x80\x80\x80\x80\x80"}) {
    EXPECT_EQ(Folded(text), text);
  }
}

// The tables sort marks in a time that grows with the square of their number.
TEST(Fold, OfManyMarksDoesNotTakeLong) {
  std::string marks = "a";
  while (marks.size() < limits::kMessageBytes / 2) marks += "\u0301";
  while (marks.size() < limits::kMessageBytes) marks += "\u0323";
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(Folded(marks).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Fold, OfCharactersThatNeedTheTablesByTurnsTakesNoLongerForEach) {
  std::string text;
  while (text.size() < std::size_t{8} * 1024 * 1024) text += "xyze\u0301";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(Folded(text).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(Fold, TellsHowManyBytesNeededTheTables) {
  std::string folded;
  EXPECT_EQ(Fold("Please open the book. \u00d6ffnet das Buch! \u4f5c\u4e1a", folded), 0U);
  EXPECT_EQ(Fold("0123456789e\u0323\u0302", folded), 5U);
  EXPECT_EQ(Fold("0123456789e\u0323\u0302xye\u0323\u0302z", folded), 12U);  // in one piece
  EXPECT_EQ(Fold("0123456789e\u0323\u0302wxyze\u0323\u0302z", folded), 10U);
}

}  // namespace
}  // namespace parley::protocol
