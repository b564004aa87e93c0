#include "common/base/byte_order_mark.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(ByteOrderMark, IsSkippedAtTheBeginningAlone) {
  EXPECT_EQ(WithoutByteOrderMark("\xEF\xBB\xBFtext"), "text");
  EXPECT_EQ(WithoutByteOrderMark("text\xEF\xBB\xBF"), "text\xEF\xBB\xBF");
  EXPECT_EQ(WithoutByteOrderMark("\xEF\xBB\xBF\xEF\xBB\xBF"), "\xEF\xBB\xBF");
}

TEST(ByteOrderMark, PartOfOneStays) {
  EXPECT_EQ(WithoutByteOrderMark(""), "");
  EXPECT_EQ(WithoutByteOrderMark("\xEF\xBB"), "\xEF\xBB");
  EXPECT_EQ(WithoutByteOrderMark("\xEF\xBB\xBE"), "\xEF\xBB\xBE");
}

}  // namespace
}  // namespace parley
