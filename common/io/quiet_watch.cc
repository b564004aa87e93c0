#include "common/io/quiet_watch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/limits.h"

namespace parley {

QuietWatch::QuietWatch(const Waker& loop) : loop_(loop) {
  selector_.Watch(orders_.descriptor(), true, false);
  thread_ = std::thread([this] { Work(); });
}

QuietWatch::~QuietWatch() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ordered_.notify_one();
  orders_.Wake();
  thread_.join();
}

void QuietWatch::Add(std::span<const int> descriptors) {
  {
    const std::scoped_lock lock(mutex_);
    to_add_.insert(to_add_.end(), descriptors.begin(), descriptors.end());
  }
  orders_.Wake();
}

void QuietWatch::Remove(std::span<const int> descriptors) {
  std::unique_lock lock(mutex_);
  to_remove_.insert(to_remove_.end(), descriptors.begin(), descriptors.end());
  ordered_.notify_one();
  orders_.Wake();
  obeyed_.wait(lock, [this] { return to_remove_.empty(); });
}

std::vector<int> QuietWatch::TakeReadable() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(readable_, {});
}

void QuietWatch::Work() {
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

void QuietWatch::TakeOrders() {
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

void QuietWatch::Collect(std::span<const Selector::Ready> ready) {
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

}  // namespace parley
