#include "server/media/packet_ring.h"

namespace parley {

void PacketRing::Keep(std::uint16_t sequence, std::string_view packet) {
  if (entries_.empty()) {
    const std::size_t bytes = packets_ * sizeof(Entry);
    if (!kept_.MayTake(bytes)) return;
    entries_.resize(packets_);
    kept_.Change(0, bytes);
  }
  Entry& entry = entries_[sequence % packets_];
  const std::size_t before = entry.bytes.capacity();
  if (packet.size() > before && !kept_.MayTake(packet.size() - before)) {
    entry.bytes.clear();
    return;
  }
  entry.sequence = sequence;
  entry.bytes.assign(packet);  // in the memory that the entry has already
  kept_.Change(before, entry.bytes.capacity());
}

void PacketRing::Clear() {
  const std::size_t of_empty = std::string().capacity();
  for (const Entry& entry : entries_) kept_.Change(entry.bytes.capacity(), of_empty);
  kept_.Change(entries_.size() * sizeof(Entry), 0);
  entries_ = std::vector<Entry>();
}

std::optional<std::string_view> PacketRing::Find(std::uint16_t sequence) const {
  if (entries_.empty()) return std::nullopt;
  const Entry& entry = entries_[sequence % packets_];
  if (entry.bytes.empty() || entry.sequence != sequence) return std::nullopt;
  return entry.bytes;
}

}  // namespace parley
