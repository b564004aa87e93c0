#include "client/ui/charset.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

constexpr const char* kHelloGbk = "\xC4\xE3\xBA\xC3";  // 你好
constexpr const char* kHello = "\u4F60\u597D";

TEST(Charset, GbkIsConvertedBothWays) {
  const Charset gbk("GBK");
  EXPECT_EQ(gbk.ToUtf8(kHelloGbk), kHello);
  EXPECT_EQ(gbk.FromUtf8(kHello), kHelloGbk);
}

TEST(Charset, BytesOutsideOfTheSetBecomeTheReplacementCharacter) {
  EXPECT_EQ(Charset("GBK").ToUtf8("a\xFF\xC4\xE3"), "a\uFFFD\u4F60");
  EXPECT_EQ(Charset("GBK").ToUtf8("a\xC4"), "a\uFFFD");
}

TEST(Charset, CharactersThatTheSetLacksBecomeOneSign) {
  EXPECT_EQ(Charset("GBK").FromUtf8("a\U0001F600b"), "a?b");
  EXPECT_EQ(Charset("ISO-8859-1").FromUtf8("\u4F60 caf\u00E9"), "? caf\xE9");
}

TEST(Charset, Utf8PassesAsItIsButForInvalidBytes) {
  const Charset utf8("UTF-8");
  EXPECT_EQ(utf8.ToUtf8(kHello), kHello);
  EXPECT_EQ(utf8.FromUtf8(kHello), kHello);
  EXPECT_EQ(utf8.ToUtf8("caf\xE9"), "caf\uFFFD");
}

TEST(Charset, AnUnknownSetCountsAsUtf8) {
  EXPECT_EQ(Charset("no-such-set").ToUtf8(kHello), kHello);
}

TEST(Charset, LongTextsAreConvertedWhole) {
  std::string gbk, utf8;
  for (int i = 0; i < 5000; ++i) {
    gbk += kHelloGbk;
    utf8 += kHello;
  }
  EXPECT_EQ(Charset("GBK").ToUtf8(gbk), utf8);
  EXPECT_EQ(Charset("GBK").FromUtf8(utf8), gbk);
}

}  // namespace
}  // namespace parley::client
