#include "common/codec/visible.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(VisibleTest, OrdinaryTextOfAnyScriptStaysAsItIs) {
  for (const char* const text :
       {"", "hello, world", "h\u00e9", "\u4f60\u597d\uff0c\u4e16\u754c", "\u0645\u0631\u062d\u0628\u0627",
        "\U0001F469\u200D\U0001F4BB", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}) {
    EXPECT_EQ(Visible(text), text);
  }
}

TEST(VisibleTest, EscapeSequencesAndControlsShowAsText) {
  EXPECT_EQ(Visible("\033[2J"), "^[[2J");
  EXPECT_EQ(Visible("\033]0;title\a"), "^[]0;title^G");
  EXPECT_EQ(Visible(std::string("a\0b", 3)), "a^@b");
  EXPECT_EQ(Visible("a\tb\nc\rd\x7f"), "a^Ib^Jc^Md^?");
  EXPECT_EQ(Visible("\u009b31m"), "<U+009B>31m");
  EXPECT_EQ(Visible("\u0085"), "<U+0085>");
}

TEST(VisibleTest, BidirectionalControlsAndSeparatorsShowAsText) {
  EXPECT_EQ(Visible("a\u202eb"), "a<U+202E>b");
  EXPECT_EQ(Visible("\u202a\u202b\u202c\u202d"), "<U+202A><U+202B><U+202C><U+202D>");
  EXPECT_EQ(Visible("\u2066\u2067\u2068\u2069"), "<U+2066><U+2067><U+2068><U+2069>");
  EXPECT_EQ(Visible("\u2028\u2029\ufeff"), "<U+2028><U+2029><U+FEFF>");
}

TEST(VisibleTest, DirectionMarksAndZeroWidthSpacesOfHonestTextStayAsTheyAre) {
  for (const char* const text : {"\u05e9\u05dc\u05d5\u05dd (C++)\u200f!", "\u200eC++\u200e",
                                 "\u0661\u061c-\u0662", "\u0e2a\u0e27\u0e31\u0e2a\u200b\u0e14\u0e35",
                                 "\u0645\u06cc\u200c\u062e", "\U0001F469\u200D\U0001F4BB"}) {
    EXPECT_EQ(Visible(text), text);
    EXPECT_EQ(VisibleLines(text, "| "), text);
  }
}

TEST(VisibleTest, NoControlByteOfAnyKindIsLeft) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const char c : Visible(all)) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
}

TEST(VisibleTest, InvalidBytesAreReplaced) {
  EXPECT_EQ(Visible("a\xff"
                    "b"),
            "a\uFFFDb");
  EXPECT_EQ(Visible("a\xe4\xbd"), "a\uFFFD");
}

TEST(VisibleTest, FurtherLinesOfATextHaveAMargin) {
  EXPECT_EQ(VisibleLines("one\ntwo\n\nthree", "| "), "one\n| two\n| \n| three");
  EXPECT_EQ(VisibleLines("one\r\ntwo", "| "), "one^M\n| two");
}

TEST(VisibleStreamTest, CharactersAndLineEndsCutAnywhereAreWhole) {
  const std::string bytes = "\u4f60\r\n\033[2J\r\r\n\u009b\xff\tb\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    VisibleStream stream;
    const std::string first = stream.Feed(bytes.substr(0, cut));
    EXPECT_EQ(first + stream.Feed(bytes.substr(cut)), "\u4f60\n^[[2J^M\n<U+009B>\uFFFD^Ib\n") << cut;
  }
}

TEST(VisibleStreamTest, CompleteTextIsReturnedAtOnce) {
  VisibleStream stream;
  EXPECT_EQ(stream.Feed("a prompt: "), "a prompt: ");
  EXPECT_EQ(stream.Feed("\r"), "");
  EXPECT_EQ(stream.Feed("x"), "^Mx");
}

}  // namespace
}  // namespace parley
