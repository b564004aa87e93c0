// Past the 1,024 descriptors that fd_set holds, where FD_SET would end a fortified program.

#include <gtest/gtest.h>
#include <sys/select.h>

#include <csignal>
#include <memory>
#include <vector>

#include "common/io/selector.h"
#include "tests/common/io/descriptors.h"

namespace parley {
namespace {

class SelectorDescriptorsTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    ASSERT_GE(DescriptorLimit::Hard(), 10'500u) << "this test needs a higher hard limit (ulimit -Hn)";
    limit_ = std::make_unique<DescriptorLimit>(DescriptorLimit::Hard());
    burnt_ = std::make_unique<BurntDescriptors>(GetParam());
  }

  std::unique_ptr<DescriptorLimit> limit_;
  std::unique_ptr<BurntDescriptors> burnt_;
  Selector selector_;
};

TEST_P(SelectorDescriptorsTest, WatchesDescriptorsBeyond) {
  Pipe pipe;
  ASSERT_GE(pipe.read_end(), GetParam());
  selector_.Watch(pipe.read_end(), true, false);
  EXPECT_TRUE(selector_.Wait(Duration::zero()).empty());
  pipe.Write();
  selector_.Watch(pipe.write_end(), false, true);
  const auto ready = selector_.Wait(std::nullopt);
  ASSERT_EQ(ready.size(), 2u);
  EXPECT_EQ(ready[0].descriptor, pipe.read_end());
  EXPECT_TRUE(ready[0].readable);
  EXPECT_FALSE(ready[0].writable);
  EXPECT_EQ(ready[1].descriptor, pipe.write_end());
  EXPECT_TRUE(ready[1].writable);
  EXPECT_FALSE(ready[1].readable);
}

TEST_P(SelectorDescriptorsTest, ReportsEachOfManyOnce) {
  std::vector<std::unique_ptr<Pipe>> pipes;
  std::vector<int> watched;
  for (int i = 0; i < 150; ++i) {
    pipes.push_back(std::make_unique<Pipe>());
    pipes.back()->Write();
    selector_.Watch(pipes.back()->read_end(), true, false);
    watched.push_back(pipes.back()->read_end());
  }
  std::vector<int> reported;
  for (const auto& ready : selector_.Wait(std::nullopt)) reported.push_back(ready.descriptor);
  EXPECT_EQ(reported, watched);
}

TEST_P(SelectorDescriptorsTest, FallsBackToLowDescriptorsWhenTheHighOnesAreRemoved) {
  Pipe pipe;
  selector_.Watch(pipe.read_end(), true, false);
  selector_.Watch(pipe.write_end(), false, true);
  ASSERT_EQ(selector_.Wait(Duration::zero()).size(), 1u);
  selector_.Remove(pipe.write_end());
  EXPECT_TRUE(selector_.Wait(Duration::zero()).empty());
  selector_.Remove(pipe.read_end());
  EXPECT_TRUE(selector_.Wait(Duration::zero()).empty());
}

INSTANTIATE_TEST_SUITE_P(Past, SelectorDescriptorsTest, testing::Values(1'024, 10'000));

#if defined(_FORTIFY_SOURCE) && _FORTIFY_SOURCE > 0
// Shows that the tests above run where the trap is set.
TEST(FortifiedDeathTest, FdSetPastItsEndEndsTheProcess) {
  const auto set_bit = [] {
    volatile int descriptor = 1'500;  // not known to the compiler, as in a program
    fd_set set;
    FD_ZERO(&set);
    FD_SET(descriptor, &set);
  };
  EXPECT_EXIT(set_bit(), testing::KilledBySignal(SIGABRT), "");
}
#endif

}  // namespace
}  // namespace parley
