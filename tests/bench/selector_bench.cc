// What select() costs by the number of descriptors: a look (time-out of zero), and a sleep that one of them
// ends.

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "common/io/selector.h"

namespace parley {
namespace {

// Socket pairs of which one end each is watched.
class Pairs {
 public:
  explicit Pairs(std::size_t count) {
    RaiseDescriptorLimit();
    for (std::size_t i = 0; i < count; ++i) {
      std::array<int, 2> ends{};
      if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) break;
      ends_.push_back(ends);
      selector.Watch(ends[0], true, false);
    }
  }
  Pairs(const Pairs&) = delete;
  Pairs& operator=(const Pairs&) = delete;
  ~Pairs() {
    for (const auto& ends : ends_) {
      close(ends[0]);
      close(ends[1]);
    }
  }

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool MakeLastReadable() const { return write(ends_.back()[1], "x", 1) == 1; }

  Selector selector;

 private:
  std::vector<std::array<int, 2>> ends_;
};

void BM_Look(benchmark::State& state) {
  Pairs pairs(static_cast<std::size_t>(state.range(0)));
  if (pairs.size() != static_cast<std::size_t>(state.range(0))) {
    state.SkipWithError("the descriptor limit is too low");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(pairs.selector.Wait(Duration::zero()).size());
}
// Two descriptors a pair: 9,900 pairs fit below a limit of 20,000.
BENCHMARK(BM_Look)->Arg(100)->Arg(1000)->Arg(9900)->Unit(benchmark::kMicrosecond);

void BM_SleepEndedByOne(benchmark::State& state) {
  Pairs pairs(static_cast<std::size_t>(state.range(0)));
  if (pairs.size() != static_cast<std::size_t>(state.range(0)) || !pairs.MakeLastReadable()) {
    state.SkipWithError("the descriptor limit is too low");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(pairs.selector.Wait(std::nullopt).size());
}
BENCHMARK(BM_SleepEndedByOne)->Arg(100)->Arg(1000)->Arg(9900)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parley
