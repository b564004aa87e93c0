#include "common/io/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/io/selector.h"
#include "tests/common/io/descriptors.h"

namespace parley {
namespace {

class SignalsTest : public testing::Test {
 protected:
  bool Awake() {
    Selector selector;
    selector.Watch(waker_.descriptor(), true, false);
    return !selector.Wait(Duration::zero()).empty();
  }

  Waker waker_;
  Signals signals_{waker_};
};

TEST_F(SignalsTest, NothingCameYet) {
  EXPECT_FALSE(Signals::TakeStop());
  EXPECT_FALSE(Signals::TakeReload());
  EXPECT_FALSE(Awake());
}

TEST_F(SignalsTest, TermAsksToStopOnceAndWakesTheLoop) {
  std::raise(SIGTERM);
  EXPECT_TRUE(Awake());
  EXPECT_TRUE(Signals::TakeStop());
  EXPECT_FALSE(Signals::TakeStop());
  EXPECT_FALSE(Signals::TakeReload());
}

TEST_F(SignalsTest, InterruptAsksToStop) {
  std::raise(SIGINT);
  EXPECT_TRUE(Awake());
  EXPECT_TRUE(Signals::TakeStop());
}

TEST_F(SignalsTest, HangUpAsksToReloadAsOftenAsItComes) {
  for (int i = 0; i < 3; ++i) {
    std::raise(SIGHUP);
    EXPECT_TRUE(Awake());
    waker_.Drain();
    EXPECT_TRUE(Signals::TakeReload());
    EXPECT_FALSE(Signals::TakeReload());
    EXPECT_FALSE(Signals::TakeStop());
  }
}

TEST_F(SignalsTest, BrokenPipeIsIgnored) {
  Pipe pipe;
  pipe.CloseReadEnd();
  EXPECT_EQ(::write(pipe.write_end(), "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_FALSE(Awake());
}

volatile std::sig_atomic_t former_calls = 0;

TEST(SignalHandlersTest, FormerOnesAreGivenBack) {
  former_calls = 0;
  struct sigaction mine {};
  mine.sa_handler = [](int) { former_calls = former_calls + 1; };
  struct sigaction before {};
  ::sigaction(SIGHUP, &mine, &before);
  {
    Waker waker;
    const Signals signals(waker);
    std::raise(SIGHUP);
    EXPECT_EQ(former_calls, 0);
  }
  std::raise(SIGHUP);
  EXPECT_EQ(former_calls, 1);
  ::sigaction(SIGHUP, &before, nullptr);
}

using SignalsDeathTest = SignalsTest;

TEST_F(SignalsDeathTest, SecondStopOfAnyKindEndsTheProcess) {
  for (const int first : {SIGTERM, SIGINT}) {
    for (const int second : {SIGTERM, SIGINT}) {
      const auto stop_twice = [&] {
        std::raise(first);
        std::raise(second);
      };
      EXPECT_EXIT(stop_twice(), testing::KilledBySignal(second), "") << first << " then " << second;
    }
  }
}

}  // namespace
}  // namespace parley
