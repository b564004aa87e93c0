#include "common/io/selector.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ostream>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/common/buffer/heap_count.h"
#include "tests/common/io/descriptors.h"
#include "tests/common/io/spied_calls.h"

namespace parley {

bool operator==(const Selector::Ready& a, const Selector::Ready& b) {
  return std::tie(a.descriptor, a.readable, a.writable) == std::tie(b.descriptor, b.readable, b.writable);
}

void PrintTo(const Selector::Ready& ready, std::ostream* out) {
  *out << ready.descriptor << (ready.readable ? " readable" : "") << (ready.writable ? " writable" : "");
}

namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ReadyList = std::vector<Selector::Ready>;

constexpr Duration kLook = Duration::zero();

class SelectorTest : public testing::Test {
 protected:
  ReadyList Look() { return Wait(kLook); }
  ReadyList Wait(std::optional<Duration> timeout) {
    const auto ready = selector_.Wait(timeout);
    return {ready.begin(), ready.end()};
  }

  Selector selector_;
  Pipe pipe_;
};

TEST_F(SelectorTest, WatchingNothingReportsNothing) {
  EXPECT_EQ(Look(), ReadyList{});
}

TEST_F(SelectorTest, ReportsBytesThatCanBeRead) {
  selector_.Watch(pipe_.read_end(), true, false);
  EXPECT_EQ(Look(), ReadyList{});
  pipe_.Write();
  EXPECT_EQ(Wait(std::nullopt), (ReadyList{{pipe_.read_end(), true, false}}));
  pipe_.Read();
  EXPECT_EQ(Look(), ReadyList{});
}

TEST_F(SelectorTest, ReportsEndOfInputAsReadable) {
  selector_.Watch(pipe_.read_end(), true, false);
  pipe_.CloseWriteEnd();
  EXPECT_EQ(Look(), (ReadyList{{pipe_.read_end(), true, false}}));
}

TEST_F(SelectorTest, ReportsRoomToWrite) {
  selector_.Watch(pipe_.write_end(), false, true);
  EXPECT_EQ(Look(), (ReadyList{{pipe_.write_end(), false, true}}));
}

TEST_F(SelectorTest, ReportsADescriptorOnceWithAllThatItIsReadyFor) {
  Pipe other;
  other.Write();
  selector_.Watch(other.read_end(), true, true);
  selector_.Watch(pipe_.write_end(), true, true);
  const ReadyList ready = Look();
  ASSERT_EQ(ready.size(), 2u);
  EXPECT_TRUE(ready[0].writable);  // pipe_ was opened first
  EXPECT_EQ(ready[1].descriptor, other.read_end());
  EXPECT_TRUE(ready[1].readable);
}

TEST_F(SelectorTest, ReportsOnlyWhatIsWanted) {
  pipe_.Write();
  selector_.Watch(pipe_.read_end(), true, false);
  selector_.Watch(pipe_.write_end(), true, false);
  EXPECT_EQ(Look(), (ReadyList{{pipe_.read_end(), true, false}}));
  selector_.Watch(pipe_.write_end(), false, true);
  selector_.Watch(pipe_.read_end(), false, false);
  EXPECT_EQ(Look(), (ReadyList{{pipe_.write_end(), false, true}}));
}

TEST_F(SelectorTest, RemovedDescriptorIsNotReportedAndMayBeClosed) {
  Pipe other;
  selector_.Watch(other.read_end(), true, false);
  selector_.Watch(pipe_.read_end(), true, false);
  pipe_.Write();
  selector_.Remove(other.read_end());
  other.CloseReadEnd();
  EXPECT_EQ(Look(), (ReadyList{{pipe_.read_end(), true, false}}));
}

TEST_F(SelectorTest, RemovingWhatIsNotWatchedIsFine) {
  selector_.Remove(0);
  selector_.Remove(1'000'000);
  selector_.Watch(pipe_.write_end(), false, true);
  selector_.Remove(pipe_.read_end());
  selector_.Remove(1'000'000);
  EXPECT_EQ(Look().size(), 1u);
}

TEST_F(SelectorTest, ResultStaysValidWhileDescriptorsAreRemoved) {
  selector_.Watch(pipe_.write_end(), false, true);
  const auto ready = selector_.Wait(kLook);
  selector_.Remove(pipe_.write_end());
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].descriptor, pipe_.write_end());
}

TEST_F(SelectorTest, WaitsForTheWholeTimeout) {
  selector_.Watch(pipe_.read_end(), true, false);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Wait(milliseconds(20)), ReadyList{});
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
}

TEST_F(SelectorTest, PastTimeoutOnlyLooks) {
  selector_.Watch(pipe_.read_end(), true, false);
  EXPECT_EQ(Wait(-hours(1)), ReadyList{});
  EXPECT_EQ(Spy().select_timeout->tv_sec, 0);
  EXPECT_EQ(Spy().select_timeout->tv_usec, 0);
}

TEST_F(SelectorTest, RoundsTheTimeoutUpSoThatATimerIsDueAfterIt) {
  selector_.Watch(pipe_.write_end(), false, true);
  Wait(nanoseconds(1));
  EXPECT_EQ(Spy().select_timeout->tv_sec, 0);
  EXPECT_EQ(Spy().select_timeout->tv_usec, 1);
  Wait(std::chrono::seconds(2) + nanoseconds(3'000'001));
  EXPECT_EQ(Spy().select_timeout->tv_sec, 2);
  EXPECT_EQ(Spy().select_timeout->tv_usec, 3'001);
}

TEST_F(SelectorTest, LongestTimeoutIsOneThatEverySystemTakes) {
  selector_.Watch(pipe_.write_end(), false, true);
  EXPECT_EQ(Wait(Duration::max()).size(), 1u);
  EXPECT_LE(Spy().select_timeout->tv_sec, 100'000'000);
  Wait(std::nullopt);
  EXPECT_FALSE(Spy().select_timeout.has_value());
}

TEST_F(SelectorTest, LooksNoFurtherThanTheHighestWatchedDescriptor) {
  pipe_.MoveUp(127);
  Pipe low;
  low.MoveUp(63);
  selector_.Watch(low.read_end(), true, false);
  selector_.Watch(low.write_end(), false, true);
  selector_.Watch(pipe_.read_end(), true, false);
  Look();
  EXPECT_EQ(Spy().select_descriptors, pipe_.read_end() + 1);
  selector_.Remove(pipe_.read_end());
  Look();
  EXPECT_EQ(Spy().select_descriptors, low.write_end() + 1);  // another word
  selector_.Remove(low.write_end());
  Look();
  EXPECT_EQ(Spy().select_descriptors, low.read_end() + 1);
  selector_.Remove(low.read_end());
  Look();
  EXPECT_EQ(Spy().select_descriptors, 0);
}

TEST_F(SelectorTest, StopsScanningWhenTheCountIsUsedUp) {
  Pipe high;
  high.MoveUp(200);
  selector_.Watch(pipe_.write_end(), false, true);
  selector_.Watch(high.write_end(), false, true);
  ASSERT_EQ(Look().size(), 2u);
  Spy().next_select_count = 1;  // the set still holds both: only a scan that goes on finds the second
  EXPECT_EQ(Look(), (ReadyList{{pipe_.write_end(), false, true}}));
}

TEST_F(SelectorTest, CountsADescriptorThatIsReadyForBothTwice) {
  Pipe high;
  high.MoveUp(200);
  high.Write();
  pipe_.CloseReadEnd();  // the write end is then readable (an error) and writable
  selector_.Watch(pipe_.write_end(), true, true);
  selector_.Watch(high.read_end(), true, false);
  EXPECT_EQ(Look(), (ReadyList{{pipe_.write_end(), true, true}, {high.read_end(), true, false}}));
  Spy().next_select_count = 2;  // used up by the first, though the set still holds the second
  EXPECT_EQ(Look(), (ReadyList{{pipe_.write_end(), true, true}}));
}

TEST_F(SelectorTest, AllocatesNothingOnceItHasSeenAsMuch) {
  selector_.Watch(pipe_.write_end(), false, true);
  selector_.Watch(pipe_.read_end(), true, false);
  pipe_.Write();
  ASSERT_EQ(Look().size(), 2u);
  const std::size_t before = CountHeap().allocations;
  for (int i = 0; i < 10; ++i) selector_.Wait(kLook);
  EXPECT_EQ(CountHeap().allocations, before);
}

TEST_F(SelectorTest, InterruptedCallReportsNothing) {
  selector_.Watch(pipe_.write_end(), false, true);
  Spy().next_select_error = EINTR;
  EXPECT_EQ(Look(), ReadyList{});
  EXPECT_EQ(Look().size(), 1u);
}

TEST_F(SelectorTest, SignalEndsAWaitWithoutEnd) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;  // select() isn't restarted even so
  struct sigaction former {};
  ::sigaction(SIGUSR1, &action, &former);
  selector_.Watch(pipe_.read_end(), true, false);
  const pthread_t waiting = ::pthread_self();
  std::atomic<bool> done{false};
  std::thread sender([&] {
    while (!done) {
      ::pthread_kill(waiting, SIGUSR1);
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(Wait(std::nullopt), ReadyList{});
  done = true;
  sender.join();
  ::sigaction(SIGUSR1, &former, nullptr);
}

using SelectorDeathTest = SelectorTest;

TEST_F(SelectorDeathTest, ClosedDescriptorLeftInTheSetEndsTheProcessByName) {
  Pipe other;
  other.MoveUp(100);
  selector_.Watch(pipe_.read_end(), true, false);
  selector_.Watch(other.read_end(), true, false);
  const auto close_and_wait = [&] {
    other.CloseReadEnd();
    selector_.Wait(kLook);
  };
  EXPECT_DEATH(close_and_wait(), "descriptor 100 was closed while it was watched");
}

TEST_F(SelectorDeathTest, FailureOfTheSystemEndsTheProcessInsteadOfSpinning) {
  const auto fail = [&] {
    Spy().next_select_error = ENOMEM;
    selector_.Wait(kLook);
  };
  EXPECT_DEATH(fail(), "select\\(\\) failed: Cannot allocate memory");
}

}  // namespace
}  // namespace parley
