#include "common/io/quiet_watch.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "common/base/limits.h"
#include "common/io/selector.h"

namespace parley {

// One thread and its share.
class QuietWatch::Sleeper {
 public:
  explicit Sleeper(const Waker& loop) : loop_(loop) {}
  ~Sleeper();
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  // Once, before all else.
  std::error_code Start();
  void Add(std::span<const int> descriptors);
  void Remove(std::span<const int> descriptors);
  std::vector<int> TakeReadable();

 private:
  void Work();
  void TakeOrders();
  void Collect(std::span<const Selector::Ready> ready);

  const Waker& loop_;
  Waker orders_;  // ends the thread's own select()

  std::mutex mutex_;
  std::condition_variable ordered_;
  std::condition_variable obeyed_;
  std::vector<int> to_add_;
  std::vector<int> to_remove_;
  std::vector<int> readable_;
  bool ending_ = false;

  Selector selector_;        // the thread's
  std::size_t watched_ = 0;  // likewise
  std::thread thread_;       // last: it uses all of the above
};

std::error_code QuietWatch::Sleeper::Start() {
  if (orders_.error()) return orders_.error();
  selector_.Watch(orders_.descriptor(), true, false);
  try {
    thread_ = std::thread([this] { Work(); });
  } catch (const std::system_error& no_thread) {
    return no_thread.code();
  }
  return {};
}

QuietWatch::Sleeper::~Sleeper() {
  if (!thread_.joinable()) return;  // it was not started
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ordered_.notify_one();
  orders_.Wake();
  thread_.join();
}

void QuietWatch::Sleeper::Add(std::span<const int> descriptors) {
  {
    const std::scoped_lock lock(mutex_);
    to_add_.insert(to_add_.end(), descriptors.begin(), descriptors.end());
  }
  orders_.Wake();
}

void QuietWatch::Sleeper::Remove(std::span<const int> descriptors) {
  std::unique_lock lock(mutex_);
  to_remove_.insert(to_remove_.end(), descriptors.begin(), descriptors.end());
  ordered_.notify_one();
  orders_.Wake();
  obeyed_.wait(lock, [this] { return to_remove_.empty(); });
}

std::vector<int> QuietWatch::Sleeper::TakeReadable() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(readable_, {});
}

void QuietWatch::Sleeper::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    TakeOrders();
    if (ending_) return;
    lock.unlock();
    const auto ready = selector_.Wait(std::nullopt);
    lock.lock();
    const std::size_t before = readable_.size();
    Collect(ready);
    if (readable_.size() == before) continue;
    loop_.Wake();
    ordered_.wait_for(lock, limits::kQuietRest * watched_, [this] { return ending_ || !to_remove_.empty(); });
  }
}

void QuietWatch::Sleeper::TakeOrders() {
  for (const int descriptor : to_add_) selector_.Watch(descriptor, true, false);
  watched_ += to_add_.size();
  to_add_.clear();
  if (to_remove_.empty()) return;
  std::ranges::sort(to_remove_);
  const auto is_removed = [this](int one) { return std::ranges::binary_search(to_remove_, one); };
  for (const int descriptor : to_remove_) selector_.Remove(descriptor);
  const std::size_t found = std::erase_if(readable_, is_removed);  // those were watched no longer
  watched_ -= std::min(watched_, to_remove_.size() - found);
  to_remove_.clear();
  obeyed_.notify_one();
}

void QuietWatch::Sleeper::Collect(std::span<const Selector::Ready> ready) {
  for (const Selector::Ready& one : ready) {
    if (one.descriptor == orders_.descriptor()) {
      orders_.Drain();
      continue;
    }
    selector_.Remove(one.descriptor);
    watched_ -= std::min<std::size_t>(watched_, 1);
    readable_.push_back(one.descriptor);
  }
}

// --- All of them ---

QuietWatch::QuietWatch(const Waker& loop) : loop_(loop) {
}

QuietWatch::~QuietWatch() = default;

std::error_code QuietWatch::Prepare(int end) {
  while (static_cast<int>(sleepers_.size()) * kShare < end) {
    auto sleeper = std::make_unique<Sleeper>(loop_);
    if (const auto error = sleeper->Start()) return error;
    sleepers_.push_back(std::move(sleeper));
  }
  return {};
}

template <typename Call>
void QuietWatch::ForEachShare(std::span<const int> descriptors, Call call) {
  std::vector<std::vector<int>> shares(sleepers_.size());
  for (const int descriptor : descriptors)
    shares[static_cast<std::size_t>(descriptor / kShare)].push_back(descriptor);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (!shares[i].empty()) call(*sleepers_[i], shares[i]);
  }
}

void QuietWatch::Add(std::span<const int> descriptors) {
  ForEachShare(descriptors, [](Sleeper& sleeper, const std::vector<int>& share) { sleeper.Add(share); });
}

void QuietWatch::Remove(std::span<const int> descriptors) {
  ForEachShare(descriptors, [](Sleeper& sleeper, const std::vector<int>& share) { sleeper.Remove(share); });
}

std::vector<int> QuietWatch::TakeReadable() {
  std::vector<int> readable;
  for (const auto& sleeper : sleepers_) {
    const std::vector<int> more = sleeper->TakeReadable();
    readable.insert(readable.end(), more.begin(), more.end());
  }
  return readable;
}

}  // namespace parley
