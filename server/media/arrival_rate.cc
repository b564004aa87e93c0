#include "server/media/arrival_rate.h"

#include <algorithm>

namespace parley {
namespace {

constexpr std::chrono::milliseconds kRatePeriod{50};
constexpr std::size_t kFewPeriods = 3, kManyPeriods = 10;
// About ten packets. With fewer, a single packet would change the rate too much.
constexpr std::uint64_t kEnoughBytes = 6000;

}  // namespace

void ArrivalRate::Add(Duration arrived, std::size_t bytes) {
  if (arrived < Duration(0)) return;  // no page's clock says so
  const std::int64_t period = arrived / kRatePeriod;
  const auto size = static_cast<std::int64_t>(bytes_.size());
  if (!newest_ || period - *newest_ > size) {
    bytes_.fill(0);
    newest_ = period;
    if (!first_) first_ = period;
  }
  for (; *newest_ < period; ++*newest_) bytes_.at(static_cast<std::size_t>((*newest_ + 1) % size)) = 0;
  if (*newest_ - period < size)
    bytes_.at(static_cast<std::size_t>(period % size)) += static_cast<std::uint32_t>(bytes);
}

std::uint64_t ArrivalRate::BytesOf(std::size_t back) const {
  const std::int64_t period = *newest_ - static_cast<std::int64_t>(back);
  return period < 0 ? 0 : bytes_.at(static_cast<std::size_t>(period) % bytes_.size());
}

std::uint64_t ArrivalRate::Over(std::size_t periods) const {
  if (!newest_) return 0;
  // At first, fewer periods are known.
  const auto known = static_cast<std::size_t>(std::clamp<std::int64_t>(*newest_ - *first_, 1, kLongest));
  periods = std::min(periods, known);
  std::uint64_t bytes = 0;
  for (std::size_t back = 1; back <= periods; ++back) bytes += BytesOf(back);
  return bytes * 8 * (std::chrono::seconds(1) / kRatePeriod) / periods;
}

std::uint64_t ArrivalRate::Latest() const {
  if (!newest_) return 0;
  std::size_t periods = 0;
  std::uint64_t bytes = 0;
  while (periods < kFewPeriods || (periods < kManyPeriods && bytes < kEnoughBytes))
    bytes += BytesOf(++periods);
  return Over(periods);
}

}  // namespace parley
