#include "server/media/resend_budget.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::duration;

constexpr double kSmoothing = 0.5;  // of each second, in the rate
// A receiver that gets next to nothing can still have a few packets again.
constexpr double kLeastAllowance = 16 * 1024;

double Seconds(Duration time) {
  return duration<double>(time).count();
}

}  // namespace

void ResendBudget::Refill(MonotonicTime now) {
  if (!started_) {
    started_ = true;
    since_ = refilled_ = now;
    allowance_ = kLeastAllowance;
  }
  if (now - since_ >= std::chrono::seconds(1)) {
    rate_ += kSmoothing * (counted_ / Seconds(now - since_) - rate_);
    counted_ = 0;
    since_ = now;
  }
  const double share = std::max(rate_ * limits::kResendShare / 100, kLeastAllowance);
  allowance_ = std::min(allowance_ + share * Seconds(now - refilled_), share);
  refilled_ = now;
}

void ResendBudget::Sent(std::size_t size, MonotonicTime now) {
  Refill(now);
  counted_ += static_cast<double>(size);
}

bool ResendBudget::Allow(std::uint64_t key, std::size_t size, Duration round_trip, MonotonicTime now) {
  Refill(now);
  const auto known = resent_.find(key);
  if (known != resent_.end() && now - known->second < round_trip) return false;
  if (allowance_ < static_cast<double>(size)) return false;
  if (known == resent_.end() && resent_.size() >= limits::kResendsRemembered) {
    // What is older than a second is of no use: pages ask again sooner.
    std::erase_if(resent_, [now](const auto& entry) { return now - entry.second > std::chrono::seconds(1); });
    if (resent_.size() >= limits::kResendsRemembered) return false;
  }
  allowance_ -= static_cast<double>(size);
  resent_[key] = now;
  return true;
}

bool ResendBudget::MayLook(MonotonicTime now) const {
  return looked_ < limits::kNackedPerSecond || now - looked_since_ >= std::chrono::seconds(1);
}

std::size_t ResendBudget::Look(std::size_t count, MonotonicTime now) {
  if (now - looked_since_ >= std::chrono::seconds(1)) {
    looked_since_ = now;
    looked_ = 0;
  }
  const std::size_t may = std::min(count, limits::kNackedPerSecond - looked_);
  looked_ += may;
  return may;
}

}  // namespace parley
