#include "common/io/quiet_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "tests/common/io/spied_calls.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Two ends of a connection.
class Pair {
 public:
  Pair() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0)
      throw std::runtime_error("no sockets");
  }
  ~Pair() {
    Close();
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  [[nodiscard]] int here() const { return ends_[0]; }
  void Speak() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void Hear() const {
    char byte = 0;
    EXPECT_EQ(::read(ends_[0], &byte, 1), 1);
  }
  void HangUp() { ::close(std::exchange(ends_[1], -1)); }
  void Close() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

class QuietWatchTest : public testing::Test {
 protected:
  // As the loop does it: sleeps until it is woken.
  std::vector<int> Next() {
    while (true) {
      pollfd woken{.fd = loop_.descriptor(), .events = POLLIN, .revents = 0};
      if (::poll(&woken, 1, 30'000) != 1) throw std::runtime_error("nothing came");
      loop_.Drain();
      if (auto readable = watch_.TakeReadable(); !readable.empty()) return readable;
    }
  }
  void SetUp() override { EXPECT_FALSE(watch_.Prepare(QuietWatch::kShare)); }
  void Add(const Pair& pair) { watch_.Add(std::array{pair.here()}); }
  void Remove(const Pair& pair) { watch_.Remove(std::array{pair.here()}); }

  Waker loop_;
  QuietWatch watch_{loop_};
};

TEST_F(QuietWatchTest, HandsOutWhatBecomesReadable) {
  const Pair one, two;
  Add(one);
  Add(two);
  two.Speak();
  EXPECT_THAT(Next(), ElementsAre(two.here()));
  one.Speak();
  EXPECT_THAT(Next(), ElementsAre(one.here()));
}

TEST_F(QuietWatchTest, HandsOutWhatWasReadableBefore) {
  const Pair one;
  one.Speak();
  Add(one);
  EXPECT_THAT(Next(), ElementsAre(one.here()));
}

TEST_F(QuietWatchTest, HandsOutWhoHasGone) {
  Pair one;
  Add(one);
  one.HangUp();
  EXPECT_THAT(Next(), ElementsAre(one.here()));
}

TEST_F(QuietWatchTest, AReturnedDescriptorIsNotWatchedUntilItIsAddedAgain) {
  const Pair one, two;
  Add(one);
  one.Speak();
  EXPECT_THAT(Next(), ElementsAre(one.here()));
  Add(two);
  two.Speak();
  EXPECT_THAT(Next(), ElementsAre(two.here())) << "one is still readable";
  Add(one);
  EXPECT_THAT(Next(), ElementsAre(one.here()));
}

TEST_F(QuietWatchTest, ARemovedDescriptorCanBeClosedAndIsNotReturned) {
  Pair one;
  const Pair two;
  Add(one);
  Add(two);
  one.Speak();
  Remove(one);
  one.Close();
  two.Speak();
  EXPECT_THAT(Next(), ElementsAre(two.here()));
  Remove(two);
  EXPECT_THAT(watch_.TakeReadable(), IsEmpty());
}

TEST_F(QuietWatchTest, ANumberThatIsUsedAgainIsAnotherConnection) {
  auto one = std::make_unique<Pair>();
  const int number = one->here();
  Add(*one);
  one->Speak();
  Remove(*one);
  one.reset();
  const Pair other;
  ASSERT_EQ(other.here(), number);
  Add(other);
  const Pair last;
  Add(last);
  last.Speak();
  EXPECT_THAT(Next(), ElementsAre(last.here())) << "the other has said nothing";
  Remove(other);  // it is closed before the watch ends
}

TEST_F(QuietWatchTest, LosesNobodyAmongMany) {
  constexpr int kPairs = 300;
  std::vector<Pair> pairs(kPairs);
  std::vector<int> numbers;
  for (const Pair& pair : pairs) numbers.push_back(pair.here());
  watch_.Add(numbers);
  std::ranges::sort(numbers);
  for (int round = 0; round < 3; ++round) {
    for (const Pair& pair : pairs) pair.Speak();
    std::vector<int> heard;
    while (heard.size() < numbers.size()) {
      const std::vector<int> more = Next();
      heard.insert(heard.end(), more.begin(), more.end());
    }
    std::ranges::sort(heard);
    EXPECT_EQ(heard, numbers);
    for (const Pair& pair : pairs) pair.Hear();
    watch_.Add(numbers);
  }
  watch_.Remove(numbers);
}

// Of another share than those that come first.
class Far {
 public:
  explicit Far(const Pair& pair) : descriptor_(::fcntl(pair.here(), F_DUPFD_CLOEXEC, QuietWatch::kShare)) {}
  ~Far() { ::close(descriptor_); }
  Far(const Far&) = delete;
  Far& operator=(const Far&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

TEST_F(QuietWatchTest, SharesAreWatchedEachByItself) {
  RaiseDescriptorLimit();
  const Pair near, other;
  const Far far(other);
  ASSERT_GE(far.descriptor(), QuietWatch::kShare);
  EXPECT_FALSE(watch_.Prepare(far.descriptor() + 1));
  watch_.Add(std::array{near.here(), far.descriptor()});
  other.Speak();
  EXPECT_THAT(Next(), ElementsAre(far.descriptor()));
  near.Speak();
  EXPECT_THAT(Next(), ElementsAre(near.here()));
  watch_.Add(std::array{near.here(), far.descriptor()});
  watch_.Remove(std::array{near.here(), far.descriptor()});
  EXPECT_THAT(watch_.TakeReadable(), IsEmpty());
}

TEST_F(QuietWatchTest, SaysWhereThereIsNoDescriptorForIt) {
  QuietWatch watch(loop_);
  Spy().next_pipe_error = EMFILE;
  EXPECT_EQ(watch.Prepare(1), std::errc::too_many_files_open);
  EXPECT_FALSE(watch.Prepare(1)) << "later there may be one";
}

TEST_F(QuietWatchTest, EndsWhileItRests) {
  std::vector<Pair> pairs(200);
  std::vector<int> numbers;
  for (const Pair& pair : pairs) numbers.push_back(pair.here());
  watch_.Add(numbers);
  pairs.front().Speak();
  Next();
  watch_.Remove(numbers);
}

}  // namespace
}  // namespace parley
