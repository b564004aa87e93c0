#include "common/protocol/looks.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::protocol {
namespace {

std::string Look(const std::string& text) {
  const auto name = PersonName(text);
  return name ? LookOf(*name) : "(no name)";
}

bool Mixes(const std::string& text) {
  const auto name = PersonName(text);
  return name && MixesScripts(*name);
}

TEST(Looks, AreTheSameInAnotherAlphabet) {
  EXPECT_EQ(Look("A\u0441e"), Look("Ace"));                            // Cyrillic es
  EXPECT_EQ(Look("\u0440\u0430\u0443\u0440\u0430l"), Look("paypal"));  // Cyrillic but for the l
  EXPECT_EQ(Look("\u0410\u0412\u0421"), Look("ABC"));                  // Cyrillic alone
  EXPECT_EQ(Look("\u0391nna"), Look("Anna"));                          // Greek alpha
  EXPECT_EQ(Look("\uFF30\uFF41\uFF55\uFF4C"), Look("Paul"));           // full-width forms
}

TEST(Looks, AreTheSameWhereCharactersOfOneAlphabetAreAlike) {
  EXPECT_EQ(Look("PauI"), Look("Paul"));
  EXPECT_EQ(Look("Pau1"), Look("Paul"));
  EXPECT_EQ(Look("r00t"), Look("rOOt"));
}

TEST(Looks, KnowNoCase) {
  EXPECT_EQ(Look("PAVEL"), Look("Pavel"));
  EXPECT_EQ(Look("\u0410CE"), Look("ace"));
}

TEST(Looks, OfOtherNamesAreOthers) {
  EXPECT_NE(Look("Ana"), Look("Anna"));
  EXPECT_NE(Look("\u4E2D"), Look("\u56FD"));
  EXPECT_NE(Look("guest-1"), Look("guest-2"));
  EXPECT_NE(Look("Jose"), Look("Jos\u00E9"));
}

TEST(Scripts, MayNotBeMixedWithinAWord) {
  EXPECT_TRUE(Mixes("\u0440\u0430ypal"));
  EXPECT_TRUE(Mixes("Ann\u0430 Smith"));
  EXPECT_TRUE(Mixes("Eve \u0391nna"));
  EXPECT_TRUE(Mixes("g\u0585ogle"));  // Armenian
}

TEST(Scripts, MayDifferFromWordToWord) {
  EXPECT_FALSE(Mixes("\u0418\u0432\u0430\u043D Smith"));
  EXPECT_FALSE(Mixes("\u0418\u0432\u0430\u043D (Ivan)"));
}

TEST(Scripts, MayBeThoseThatPeopleMix) {
  EXPECT_FALSE(Mixes("Paul2"));
  EXPECT_FALSE(Mixes("guest-17"));
  EXPECT_FALSE(Mixes("\u738B\u5C0F\u660EAmy"));      // Chinese and Latin
  EXPECT_FALSE(Mixes("\u3055\u304F\u3089\u685CA"));  // Japanese and Latin
  EXPECT_FALSE(Mixes("\u0645\u062D\u0645\u062F"));   // Arabic
  EXPECT_FALSE(Mixes("\u0416\u0435\u043D\u044F"));   // Cyrillic
  EXPECT_FALSE(Mixes("\U0001F984 Eve"));
}

}  // namespace
}  // namespace parley::protocol
