#include "server/media/packet_ring.h"

namespace parley {

void PacketRing::Keep(std::uint16_t sequence, std::string_view packet) {
  Entry& entry = entries_[sequence % entries_.size()];
  entry.sequence = sequence;
  entry.bytes.assign(packet);  // in the memory that the entry has already
}

std::optional<std::string_view> PacketRing::Find(std::uint16_t sequence) const {
  const Entry& entry = entries_[sequence % entries_.size()];
  if (entry.bytes.empty() || entry.sequence != sequence) return std::nullopt;
  return entry.bytes;
}

}  // namespace parley
