#include "common/base/counted.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Counted, OneHasTheSingularAndEveryOtherNumberThePlural) {
  EXPECT_EQ(Counted(0, "message was", "messages were"), "0 messages were");
  EXPECT_EQ(Counted(1, "message was", "messages were"), "1 message was");
  EXPECT_EQ(Counted(2, "message was", "messages were"), "2 messages were");
}

}  // namespace
}  // namespace parley
