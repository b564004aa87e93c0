#include "common/codec/utf8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace parley {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

constexpr std::string_view kBad = "\xEF\xBF\xBD";  // U+FFFD

// The first and last characters of each length, and around the surrogates.
const std::vector<std::string_view> kCharacters = {"\x01",
                                                   "\x7F",
                                                   "\xC2\x80",
                                                   "\xDF\xBF",
                                                   "\xE0\xA0\x80",
                                                   "\xED\x9F\xBF",
                                                   "\xEE\x80\x80",
                                                   "\xEF\xBF\xBF",
                                                   "\xF0\x90\x80\x80",
                                                   "\xF4\x8F\xBF\xBF",
                                                   "\xF1\x80\x80\x80",
                                                   "\xF3\xBF\xBF\xBF"};

struct Broken {
  std::string_view bytes;
  int replacements;  // maximal ill-formed parts, were it followed by ASCII
};
const std::vector<Broken> kBroken = {
    {"\x80", 1},              // a continuation alone
    {"\xBF\x80", 2},          //
    {"\xC0\xAF", 2},          // overlong
    {"\xC1\xBF", 2},          //
    {"\xE0\x80\xAF", 3},      //
    {"\xE0\x9F\xBF", 3},      //
    {"\xF0\x80\x80\xAF", 4},  //
    {"\xF0\x8F\xBF\xBF", 4},  //
    {"\xED\xA0\x80", 3},      // surrogates
    {"\xED\xBF\xBF", 3},      //
    {"\xF4\x90\x80\x80", 4},  // over U+10FFFF
    {"\xF5\x80\x80\x80", 4},  //
    {"\xFE", 1},              //
    {"\xFF", 1},              //
    {"\xC3", 1},              // cut off
    {"\xE4\xBD", 1},          //
    {"\xF0\x9F\x98", 1},      //
    {"\xF0\x9F\xE4\xBD", 2},  // two of them
    {"\xC3\xC3\xA9", 1},      // cut off, then a whole character
};

// Counts U+FFFD in `text`.
int CountReplacements(std::string_view text) {
  int count = 0;
  for (std::size_t at = text.find(kBad); at != std::string_view::npos; at = text.find(kBad, at + 1)) ++count;
  return count;
}

std::string Times(int count, std::string_view text) {
  std::string many;
  for (int i = 0; i < count; ++i) many += text;
  return many;
}

std::string Repair(std::initializer_list<std::string_view> chunks) {
  Utf8Repair repair;
  std::string text;
  for (const std::string_view chunk : chunks) text += repair.Feed(chunk);
  return text;
}

TEST(IsValidUtf8, AcceptsEveryLengthAtEveryPlace) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("\0"sv));
  for (const std::string_view character : kCharacters) {
    // Up to 20 characters before: the ASCII is looked at eight at a time.
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = std::string(before, 'a') + std::string(character);
      EXPECT_TRUE(IsValidUtf8(text)) << testing::PrintToString(text);
      EXPECT_TRUE(IsValidUtf8(text + "bcdefghijk")) << testing::PrintToString(text);
    }
  }
}

TEST(IsValidUtf8, RefusesWhatIsIllFormedAtEveryPlace) {
  for (const Broken& broken : kBroken) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = std::string(before, 'a') + std::string(broken.bytes);
      EXPECT_FALSE(IsValidUtf8(text)) << testing::PrintToString(text);
      EXPECT_FALSE(IsValidUtf8(text + "bcdefghijk")) << testing::PrintToString(text);
    }
  }
}

TEST(CountCodePoints, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0U);
  EXPECT_EQ(CountCodePoints("abc"), 3U);
  for (const std::string_view character : kCharacters) {
    EXPECT_EQ(CountCodePoints(std::string(character) + "x" + std::string(character)), 3U);
  }
}

TEST(CutUtf8, LeavesAShortTextWhole) {
  EXPECT_EQ(CutUtf8("", 4), "");
  EXPECT_EQ(CutUtf8("abcd", 4), "abcd");
  EXPECT_EQ(CutUtf8("\xF0\x9F\x98\x80", 4), "\xF0\x9F\x98\x80");
}

TEST(CutUtf8, CutsBetweenCharactersAndAsLateAsItCan) {
  for (const std::string_view character : kCharacters) {
    for (std::size_t before = 4; before < 9; ++before) {
      const std::string text = std::string(before, 'a') + std::string(character) + "z";
      for (std::size_t max = 4; max < text.size(); ++max) {
        const bool fits = max >= before + character.size();
        const std::size_t expected = fits ? before + character.size() : std::min(max, before);
        EXPECT_EQ(CutUtf8(text, max).size(), expected) << testing::PrintToString(text) << " at " << max;
      }
    }
  }
}

TEST(Utf8Repair, LeavesValidTextAsItIs) {
  for (const std::string_view character : kCharacters) EXPECT_EQ(Repair({character}), character);
}

TEST(Utf8Repair, ReplacesEachMaximalIllFormedPart) {
  for (const Broken& broken : kBroken) {
    const std::string text = Repair({broken.bytes, "z"});
    EXPECT_TRUE(IsValidUtf8(text));
    EXPECT_EQ(CountReplacements(text), broken.replacements) << testing::PrintToString(broken.bytes);
    EXPECT_TRUE(text.ends_with('z'));
  }
}

TEST(Utf8Repair, FollowsTheExampleOfTheUnicodeStandard) {
  // Unicode 15, tables 3-8 and 3-11.
  EXPECT_EQ(Repair({"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"}), Times(8, kBad) + "A");
  EXPECT_EQ(Repair({"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"}), Times(4, kBad) + "A");
}

TEST(Utf8Repair, ReplacesNul) {
  EXPECT_EQ(Repair({"a\0b"sv}), "a" + std::string(kBad) + "b");
}

TEST(Utf8Repair, KeepsTheBeginningOfACharacterForTheNextChunk) {
  Utf8Repair repair;
  EXPECT_EQ(repair.Feed("a\xF0\x9F"), "a");
  EXPECT_TRUE(repair.pending());
  EXPECT_EQ(repair.Feed("\x98"), "");
  EXPECT_TRUE(repair.pending());
  EXPECT_EQ(repair.Feed(""), "");
  EXPECT_TRUE(repair.pending());
  EXPECT_EQ(repair.Feed("\x80!"), "\xF0\x9F\x98\x80!");
  EXPECT_FALSE(repair.pending());
}

TEST(Utf8Repair, ReplacesABeginningThatTheNextChunkDoesNotContinue) {
  EXPECT_EQ(Repair({"\xE4\xBD", "ab"}), std::string(kBad) + "ab");
  EXPECT_EQ(Repair({"\xE4", "\xE4\xBD\xA0"}), std::string(kBad) + "\xE4\xBD\xA0");
}

TEST(RepairUtf8, LeavesNothingUnfinished) {
  EXPECT_EQ(RepairUtf8("a\xE4\xBD"), "a" + std::string(kBad));
  EXPECT_EQ(RepairUtf8("\xE4\xBD\xA0"), "\xE4\xBD\xA0");
  EXPECT_EQ(RepairUtf8("\xFF"), kBad);
}

TEST(Utf8Repair, GivesTheSameTextHoweverTheBytesAreCut) {
  std::string bytes;
  for (const std::string_view character : kCharacters) bytes += character;
  for (const Broken& broken : kBroken) bytes += std::string(broken.bytes) + "-";
  bytes += "\0"s;
  const std::string whole = Repair({bytes});
  EXPECT_TRUE(IsValidUtf8(whole));
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    const std::string_view view = bytes;
    EXPECT_EQ(Repair({view.substr(0, first), view.substr(first)}), whole) << first;
  }
  Utf8Repair repair;
  std::string text;
  for (const char byte : bytes) text += repair.Feed({&byte, 1});
  EXPECT_EQ(text, whole);
}

}  // namespace
}  // namespace parley
