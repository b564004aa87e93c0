#include "server/export/spans.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::milliseconds;

Span Of(int begin, int end) {
  return {milliseconds(begin), milliseconds(end)};
}

TEST(SpansTest, StretchesThatOverlapOrTouchBecomeOne) {
  EXPECT_EQ(ToSpans({Of(50, 60), Of(0, 10), Of(5, 20), Of(20, 30), Of(40, 40)}),
            (Spans{Of(0, 30), Of(50, 60)}));
  EXPECT_EQ(ToSpans({Of(0, 100), Of(10, 20)}), (Spans{Of(0, 100)}));
}

TEST(SpansTest, BothHasWhatIsInEach) {
  EXPECT_EQ(Both({Of(0, 10), Of(20, 30)}, {Of(5, 25)}), (Spans{Of(5, 10), Of(20, 25)}));
  EXPECT_EQ(Both({Of(0, 10)}, {Of(10, 20)}), Spans{});
}

TEST(SpansTest, WithoutCutsSpans) {
  EXPECT_EQ(Without({Of(0, 100)}, {Of(10, 20), Of(30, 40)}), (Spans{Of(0, 10), Of(20, 30), Of(40, 100)}));
  EXPECT_EQ(Without({Of(0, 10), Of(20, 30)}, {Of(5, 25)}), (Spans{Of(0, 5), Of(25, 30)}));
  EXPECT_EQ(Without({Of(5, 10)}, {Of(0, 20)}), Spans{});
}

TEST(SpansTest, TimesAreWrittenInSeconds) {
  EXPECT_EQ(InSeconds(milliseconds(12'005)), "12.005");
  EXPECT_EQ(InSeconds(milliseconds(-3)), "-0.003");
  EXPECT_EQ(TotalOf({Of(0, 5), Of(10, 20)}), milliseconds(15));
}

}  // namespace
}  // namespace parley
