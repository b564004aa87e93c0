#include "common/net/channel.h"

#include <array>
#include <functional>
#include <numeric>
#include <string_view>

namespace parley {
namespace {

std::size_t SizeOf(std::span<const std::string_view> views) {
  return std::transform_reduce(views.begin(), views.end(), std::size_t{0}, std::plus<>(),
                               [](std::string_view view) { return view.size(); });
}

}  // namespace

Channel::FlushStatus Channel::Flush(OutQueue& out, std::size_t budget) {
  while (!out.empty()) {
    if (budget == 0) return FlushStatus::kBudget;
    std::array<std::string_view, Stream::kMostViews> views;
    const auto gathered = std::span(views).first(out.Gather(views, budget));
    const std::size_t offered = SizeOf(gathered);
    const IoResult result = stream_.Write(gathered);
    if (result.status == IoStatus::kError) return FlushStatus::kError;
    if (result.status == IoStatus::kWouldBlock) return FlushStatus::kBlocked;
    out.Consume(result.bytes);
    budget -= result.bytes;
    // The socket is full: another call would only say so.
    if (result.bytes < offered) return FlushStatus::kBlocked;
  }
  return FlushStatus::kDone;
}

}  // namespace parley
