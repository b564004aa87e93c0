#include "tests/bench/media/stream_watch.h"

namespace parley::bench {
namespace {

// So that packets before the first one have numbers, too.
constexpr std::uint64_t kFirstRound = 65536;
constexpr unsigned kPictureMask = 0x7FFF;

}  // namespace

// Each packet is a whole frame, so pictures are counted as packets are.
bool StreamWatch::Fits(const Newest& before, const Newest& after) {
  if (static_cast<std::int32_t>(after.timestamp - before.timestamp) <= 0) return false;
  if (!before.picture || !after.picture) return true;
  const unsigned pictures = static_cast<unsigned>(*after.picture - *before.picture) & kPictureMask;
  return pictures == ((after.sequence - before.sequence) & kPictureMask);
}

void StreamWatch::Take(const RtpHeader& header, std::optional<std::uint16_t> picture) {
  ++received_;
  if (!newest_) {
    newest_ = Newest{kFirstRound + header.sequence, header.timestamp, picture};
    return;
  }
  const std::int16_t ahead =
      SequenceDistance(static_cast<std::uint16_t>(newest_->sequence & 0xFFFFU), header.sequence);
  const auto sequence = static_cast<std::uint64_t>(static_cast<std::int64_t>(newest_->sequence) + ahead);
  if (ahead <= 0) {
    if (missing_.erase(sequence) == 0) ++repeated_;
    return;
  }
  for (std::uint64_t hole = newest_->sequence + 1; hole < sequence; ++hole) missing_.insert(hole);
  const Newest next{sequence, header.timestamp, picture};
  if (!Fits(*newest_, next)) ++misplaced_;
  newest_ = next;
}

}  // namespace parley::bench
