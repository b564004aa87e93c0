#include "client/chat/seen_sequences.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

TEST(SeenSequencesTest, KnowsWhatWasSeen) {
  SeenSequences seen;
  EXPECT_TRUE(seen.Add(1));
  EXPECT_FALSE(seen.Add(1));
  EXPECT_TRUE(seen.Add(2));
  EXPECT_EQ(seen.contiguous(), 2U);
}

TEST(SeenSequencesTest, WhatComesAheadIsSeenAndCountsOnceTheHoleIsFilled) {
  SeenSequences seen;
  EXPECT_TRUE(seen.Add(3));
  EXPECT_TRUE(seen.Add(2));
  EXPECT_EQ(seen.contiguous(), 0U);
  EXPECT_FALSE(seen.Add(3));
  EXPECT_TRUE(seen.Add(1));
  EXPECT_EQ(seen.contiguous(), 3U);
  EXPECT_FALSE(seen.Add(2));
}

TEST(SeenSequencesTest, SkippingTakesWhatIsAheadAlongAndNeverGoesBack) {
  SeenSequences seen;
  seen.Add(4);
  seen.Add(6);
  seen.SkipTo(3);
  EXPECT_EQ(seen.contiguous(), 4U);
  seen.SkipTo(1);
  EXPECT_EQ(seen.contiguous(), 4U);
  EXPECT_FALSE(seen.Add(6));
  seen.SkipTo(10);
  EXPECT_FALSE(seen.Add(6));
  EXPECT_TRUE(seen.Add(11));
}

TEST(SeenSequencesTest, BeginsAnew) {
  SeenSequences seen;
  seen.SkipTo(9);
  seen.Add(12);
  seen.Clear();
  EXPECT_EQ(seen.contiguous(), 0U);
  EXPECT_TRUE(seen.Add(12));
}

TEST(SeenSequencesTest, AHoleThatIsNeverFilledDoesNotGrowWithoutEnd) {
  SeenSequences seen;
  for (protocol::Sequence sequence = 2; sequence <= 4097; ++sequence) EXPECT_TRUE(seen.Add(sequence));
  EXPECT_EQ(seen.contiguous(), 0U);
  EXPECT_TRUE(seen.Add(4098));
  EXPECT_EQ(seen.contiguous(), 4098U);
}

}  // namespace
}  // namespace parley::client
