#include "client/chat/seen_sequences.h"

#include <algorithm>
#include <cstddef>

namespace parley::client {
namespace {

// A server that leaves holes must not make this grow without end: then the oldest hole counts as seen.
constexpr std::size_t kMostAhead = 4096;

}  // namespace

bool SeenSequences::Add(protocol::Sequence sequence) {
  if (sequence <= contiguous_ || !ahead_.insert(sequence).second) return false;
  if (ahead_.size() > kMostAhead) contiguous_ = *ahead_.begin() - 1;
  Absorb();
  return true;
}

void SeenSequences::SkipTo(protocol::Sequence sequence) {
  contiguous_ = std::max(contiguous_, sequence);
  ahead_.erase(ahead_.begin(), ahead_.upper_bound(contiguous_));
  Absorb();
}

void SeenSequences::Clear() {
  contiguous_ = 0;
  ahead_.clear();
}

void SeenSequences::Absorb() {
  while (!ahead_.empty() && *ahead_.begin() == contiguous_ + 1) {
    contiguous_ = *ahead_.begin();
    ahead_.erase(ahead_.begin());
  }
}

}  // namespace parley::client
