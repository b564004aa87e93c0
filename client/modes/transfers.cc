#include "client/modes/transfers.h"

#include <algorithm>
#include <utility>

#include "common/codec/visible.h"

namespace parley::client {

Transfers::Running::Running(FileOrder given, Selector& selector, const Endpoint& server,
                            const Connecting& connecting)
    : order(std::move(given)),
      transfer(selector, server, connecting.random, connecting.trust,
               {.upload = order.upload,
                .url = order.url,
                .path = order.path,
                .size = order.size,
                .sha256 = order.sha256}) {
}

void Transfers::Start(FileOrder order) {
  running_.emplace_back(std::move(order), *selector_, server_, connecting_);
}

void Transfers::OnReady(const Selector::Ready& ready, MonotonicTime now) {
  for (Running& one : running_) one.transfer.OnReady(ready, now);
}

std::optional<MonotonicTime> Transfers::deadline() const {
  std::optional<MonotonicTime> first;
  for (const Running& one : running_) {
    const auto deadline = one.transfer.deadline();
    if (deadline) first = first ? std::min(*first, *deadline) : *deadline;
  }
  return first;
}

std::vector<Transfers::Ended> Transfers::Turn(MonotonicTime now) {
  std::vector<Ended> ended;
  for (auto one = running_.begin(); one != running_.end();) {
    one->transfer.Turn(now);
    if (!one->transfer.ended()) {
      ++one;
      continue;
    }
    ended.push_back({std::move(one->order), one->transfer.error()});
    one = running_.erase(one);
  }
  return ended;
}

std::string Transfers::Bar(std::size_t waiting) const {
  if (running_.empty()) return {};
  constexpr std::uint64_t kWidth = 20;
  std::uint64_t done = 0;
  std::uint64_t size = 0;
  for (const Running& one : running_) {
    done += one.transfer.done();
    size += one.order.size;
  }
  const std::uint64_t full = size == 0 ? 0 : done * kWidth / size;
  const std::uint64_t percent = size == 0 ? 0 : done * 100 / size;
  std::string bar = "[" + std::string(full, '#') + std::string(kWidth - full, '.') + "] " +
                    std::to_string(percent) + " % " + Visible(running_.front().order.name);
  const std::size_t more = running_.size() - 1 + waiting;
  if (more > 0) bar += " and " + std::to_string(more) + " more";
  return bar;
}

}  // namespace parley::client
