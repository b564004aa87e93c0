#include "common/base/boxed.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace parley {
namespace {

TEST(BoxedTest, IsEmptyUntilItGetsAValue) {
  Boxed<std::string> box;
  EXPECT_FALSE(box);
  box = std::string("rare");
  ASSERT_TRUE(box);
  EXPECT_EQ(*box, "rare");
  EXPECT_EQ(box->size(), 4U);
}

TEST(BoxedTest, ACopyHasAValueOfItsOwn) {
  Boxed<std::string> box = std::string("rare");
  const Boxed<std::string> copy = box;
  *box = "changed";
  EXPECT_EQ(*copy, "rare");
  box = copy;
  EXPECT_EQ(*box, "rare");
  EXPECT_NE(&*box, &*copy);
}

TEST(BoxedTest, IsEmptyAfterAMoveAndAsSmallAsAPointer) {
  Boxed<std::string> box = std::string("rare");
  const Boxed<std::string> other = std::move(box);
  EXPECT_FALSE(box);  // NOLINT(bugprone-use-after-move): that is what is asked
  EXPECT_EQ(*other, "rare");
  EXPECT_EQ(sizeof(other), sizeof(void*));
}

}  // namespace
}  // namespace parley
