#include "common/protocol/names.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/limits.h"

namespace parley::protocol {
namespace {

using std::string_view_literals::operator""sv;

std::string Shown(std::string_view text) {
  const auto name = PersonName(text);
  return name ? name->shown : "(refused)";
}

std::string Key(std::string_view text) {
  const auto name = PersonName(text);
  return name ? name->key : "(refused)";
}

std::string Times(std::size_t count, std::string_view text) {
  std::string many;
  for (std::size_t i = 0; i < count; ++i) many += text;
  return many;
}

TEST(Names, AreShownAsTheyWereWritten) {
  for (const std::string_view name : {"Ana"sv, "a"sv, "ana maria"sv, "O'Brien"sv, "小明"sv, "Жанна"sv,
                                      "مريم"sv, "-_.:;!?"sv, "<b>"sv, "😀"sv}) {
    EXPECT_EQ(Shown(name), name);
  }
}

TEST(Names, AreComposed) {
  EXPECT_EQ(Shown("Jose\u0301"), "José");
  EXPECT_EQ(Shown("\u1112\u1161\u11AB"), "한");
  EXPECT_EQ(Shown("A\u030A"), "Å");
}

TEST(Names, KeepCompatibilityCharactersAsTheyAre) {
  EXPECT_EQ(Shown("Ａｎａ"), "Ａｎａ");
  EXPECT_EQ(Shown("ﬁn"), "ﬁn");
}

TEST(Names, AreComparedWithoutCase) {
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{{"Ana", "aNA"},
                                                                                   {"STRASSE", "Straße"},
                                                                                   {"ΣΊΣΥΦΟΣ", "Σίσυφος"},
                                                                                   {"ЖАННА", "жанна"},
                                                                                   {"José", "JOSE\u0301"}}) {
    EXPECT_EQ(Key(one), Key(other)) << one;
    EXPECT_EQ(*PersonName(one), *PersonName(other));
  }
  EXPECT_NE(Key("Ana"), Key("Anna"));
}

TEST(Names, AreComparedWithoutCompatibilityForms) {
  EXPECT_EQ(Key("Ａｎａ"), "ana");
  EXPECT_EQ(Key("ﬁn"), "fin");
  EXPECT_EQ(Key("①"), "1");
}

TEST(Names, AreComparedWithoutWhatCanNotBeSeen) {
  EXPECT_EQ(Key("An\u200Da"), "ana");  // joiner
  EXPECT_EQ(Key("An\u00ADa"), "ana");  // soft hyphen
  EXPECT_EQ(Key("Ana\uFE0F"), "ana");  // variation selector
}

TEST(Names, MayJoinEmoji) {
  EXPECT_EQ(Shown("👩\u200D💻"), "👩\u200D💻");
}

TEST(Names, MayNotBeEmpty) {
  EXPECT_FALSE(PersonName(""));
  EXPECT_FALSE(RoomName(""));
}

TEST(Names, MayNotBeMadeOnlyOfWhatCanNotBeSeen) {
  for (const char* name : {"\u200D", "\u00AD", "\u200D\uFE0F", "\u2060", "\u3164"}) {
    EXPECT_FALSE(PersonName(name)) << testing::PrintToString(name);
  }
}

TEST(Names, OfPeopleHave32CodePointsAtMost) {
  EXPECT_TRUE(PersonName(std::string(32, 'a')));
  EXPECT_FALSE(PersonName(std::string(33, 'a')));
  EXPECT_TRUE(PersonName(Times(32, "小")));
  EXPECT_FALSE(PersonName(Times(33, "小")));
  EXPECT_TRUE(PersonName(Times(32, "😀")));
}

TEST(Names, OfRoomsHave64CodePointsAtMost) {
  EXPECT_TRUE(RoomName(std::string(64, 'a')));
  EXPECT_FALSE(RoomName(std::string(65, 'a')));
}

TEST(Names, AreCountedAfterTheyWereComposed) {
  EXPECT_TRUE(PersonName(Times(32, "e\u0301")));
  EXPECT_TRUE(PersonName(Times(32, "\u1112\u1161\u11AB")));
  EXPECT_TRUE(PersonName(Times(32, "\u03B1\u0313\u0300\u0345")));  // the longest decomposition there is
  EXPECT_FALSE(PersonName(Times(33, "e\u0301")));
  EXPECT_FALSE(PersonName("e" + Times(33, "\u0323")));
}

TEST(Names, HaveNoControlCharacter) {
  for (char c = 0; c < 0x20; ++c)
    EXPECT_FALSE(PersonName("a" + std::string(1, c) + "b")) << static_cast<int>(c);
  EXPECT_FALSE(
      PersonName("a\x7F"
                 "b"));
  for (int c = 0x80; c <= 0x9F; ++c) {
    EXPECT_FALSE(PersonName("a\xC2" + std::string(1, static_cast<char>(c)) + "b")) << c;
  }
}

TEST(Names, HaveNoSeparatorOfLinesOrParagraphs) {
  EXPECT_FALSE(PersonName("a\u2028b"));
  EXPECT_FALSE(PersonName("a\u2029b"));
}

TEST(Names, HaveNoBidirectionalControl) {
  for (const char* control : {"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                              "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_FALSE(PersonName(std::string("a") + control + "b")) << testing::PrintToString(control);
  }
}

TEST(Names, HaveNoZeroWidthSpaceNonJoinerOrBom) {
  for (const char* invisible : {"\u200B", "\u200C", "\uFEFF"}) {
    EXPECT_FALSE(PersonName(std::string("a") + invisible + "b")) << testing::PrintToString(invisible);
  }
}

TEST(Names, HaveNoSpaceOfAnyKindAtAnEnd) {
  for (const char* space :
       {" ", "\u00A0", "\u1680", "\u2000", "\u2003", "\u200A", "\u202F", "\u205F", "\u3000"}) {
    EXPECT_FALSE(PersonName(std::string(space) + "a")) << testing::PrintToString(space);
    EXPECT_FALSE(PersonName(std::string("a") + space)) << testing::PrintToString(space);
    EXPECT_FALSE(PersonName(space)) << testing::PrintToString(space);
    EXPECT_TRUE(PersonName(std::string("a") + space + "b")) << testing::PrintToString(space);
  }
}

TEST(Names, OfRoomsHaveNoSlash) {
  EXPECT_FALSE(RoomName("a/b"));
  EXPECT_FALSE(RoomName("/"));
  EXPECT_TRUE(PersonName("a/b"));
}

TEST(Names, AreUtf8) {
  for (const std::string_view bytes : {"\xFF"sv, "a\xC3"sv, "\xED\xA0\x80"sv})
    EXPECT_FALSE(PersonName(bytes));
}

TEST(Names, StayTheSameWhenTheyAreMadeAgain) {
  for (const std::string_view text : {"Ana"sv, "Jose\u0301"sv, "Ａｎａ"sv, "STRAßE"sv,
                                      "\u03B1\u0313\u0300\u0345"sv, "👩\u200D💻"sv, "\u1112\u1161\u11AB"sv}) {
    const auto name = PersonName(text);
    ASSERT_TRUE(name);
    const auto again = PersonName(name->shown);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->shown, name->shown);
    EXPECT_EQ(again->key, name->key);
  }
}

// Marks are put in order when a text is normalised, in a time that grows with the square of their number: as
// many as fit into a message would take it several seconds.
TEST(Names, AreRefusedBeforeTheirMarksAreSorted) {
  const std::string marks =
      Times(limits::kMessageBytes / 4, "\u0301") + Times(limits::kMessageBytes / 4, "\u0323");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(PersonName("a" + marks));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace parley::protocol
