#include "client/chat/mention.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

TEST(MentionTest, ANameIsFoundAsAWordOfItsOwn) {
  for (const char* const text : {"Ana", "ana?", "hello @Ana!", "anagram, Ana", "Ana: look", "see ANA."}) {
    EXPECT_TRUE(Mentions(text, "Ana")) << text;
  }
  for (const char* const text : {"", "banana", "Ana_2", "anagram", "An a"}) {
    EXPECT_FALSE(Mentions(text, "Ana")) << text;
  }
}

TEST(MentionTest, WritingWithoutSpacesHasNoOtherWords) {
  EXPECT_TRUE(Mentions("请小明回答", "小明"));
  EXPECT_FALSE(Mentions("请小红回答", "小明"));
}

TEST(MentionTest, NobodyHasNoName) {
  EXPECT_FALSE(Mentions("hello", ""));
}

}  // namespace
}  // namespace parley::client
