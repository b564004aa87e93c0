#include "common/io/waker.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "common/io/selector.h"
#include "tests/common/io/descriptors.h"
#include "tests/common/io/spied_calls.h"

namespace parley {
namespace {

class WakerTest : public testing::Test {
 protected:
  void SetUp() override { selector_.Watch(waker_.descriptor(), true, false); }

  bool Awake() { return !selector_.Wait(Duration::zero()).empty(); }

  Waker waker_;
  Selector selector_;
};

TEST_F(WakerTest, SleepsUntilItIsWoken) {
  EXPECT_FALSE(Awake());
  waker_.Wake();
  EXPECT_TRUE(Awake());
  waker_.Drain();
  EXPECT_FALSE(Awake());
}

TEST_F(WakerTest, StaysAwakeUntilItIsDrained) {
  waker_.Wake();
  EXPECT_TRUE(Awake());
  EXPECT_TRUE(Awake());
}

TEST_F(WakerTest, OneDrainAnswersAnyNumberOfWakes) {
  for (const int wakes : {2, 255, 256, 257, 1'000}) {
    for (int i = 0; i < wakes; ++i) waker_.Wake();
    waker_.Drain();
    EXPECT_FALSE(Awake()) << wakes;
  }
}

TEST_F(WakerTest, WakingAFullPipeNeitherBlocksNorLosesTheWake) {
  const int saved = errno = EDOM;
  for (int i = 0; i < 200'000; ++i) waker_.Wake();  // a pipe holds 64 KiB
  EXPECT_EQ(errno, saved) << "a signal handler must leave errno as it was";
  EXPECT_TRUE(Awake());
  waker_.Drain();
  EXPECT_FALSE(Awake());
}

TEST_F(WakerTest, DrainingWhatWasNotWokenDoesNotBlock) {
  waker_.Drain();
  EXPECT_FALSE(Awake());
}

TEST_F(WakerTest, EndsTheWaitOfAnotherThread) {
  std::thread other([this] { waker_.Wake(); });
  const auto ready = selector_.Wait(std::nullopt);
  other.join();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].descriptor, waker_.descriptor());
}

TEST_F(WakerTest, IsNotInheritedByChildPrograms) {
  EXPECT_EQ(::fcntl(waker_.descriptor(), F_GETFD), FD_CLOEXEC);
}

TEST_F(WakerTest, SaysWhereThereAreNoDescriptorsLeft) {
  EXPECT_FALSE(waker_.error());
  Spy().next_pipe_error = EMFILE;
  EXPECT_EQ(Waker().error(), std::errc::too_many_files_open);
}

TEST(WakerDescriptorTest, ClosesBothEnds) {
  const int free = LowestFreeDescriptor();
  { const Waker waker; }
  EXPECT_EQ(LowestFreeDescriptor(), free);
  const Pipe both;
  EXPECT_EQ(both.read_end(), free);
  EXPECT_EQ(both.write_end(), free + 1);
}

}  // namespace
}  // namespace parley
