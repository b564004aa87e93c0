#include "tests/server/media/wire_watch.h"

#include <functional>
#include <iterator>

#include "common/codec/rtp.h"

namespace parley {
namespace {

constexpr std::uint8_t kFirstOfMedia = 128;
constexpr std::uint8_t kRepairType = 97;
// Numbers that are lost before the server leave holes. More than so many at once are never lost here.
constexpr std::uint64_t kLargestHole = 60;
constexpr std::size_t kRememberedPackets = 512;
constexpr std::uint64_t kRound = 65536;

}  // namespace

WireWatch::Key WireWatch::KeyOf(const MediaPath& path) {
  std::string key(path.remote.ip.begin(), path.remote.ip.end());
  return key + ":" + std::to_string(path.remote.port) + "/" + std::to_string(path.stream);
}

void WireWatch::Received(const MediaPath& path, std::string_view datagram) {
  if (!datagram.empty() && static_cast<std::uint8_t>(datagram.front()) < 4)
    asked_[KeyOf(path)] = datagram.size();
}

void WireWatch::Sent(const MediaPath& path, std::string_view datagram) {
  const Key key = KeyOf(path);
  if (datagram.empty()) return Blame("an empty datagram");
  const auto first = static_cast<std::uint8_t>(datagram.front());
  if (first < 4) {
    const auto asked = asked_.extract(key);
    if (asked.empty() || asked.mapped() < datagram.size())
      Blame("an answer that nobody asked for, or too large");
    return;
  }
  if (!proved_.contains(key)) return Blame("a datagram for an address that nobody has proved");
  if (first >= kFirstOfMedia && !IsRtcp(datagram)) CheckMedia(key, datagram);
}

void WireWatch::CheckMedia(const Key& key, std::string_view datagram) {
  const auto rtp = ReadRtp(datagram);
  if (!rtp) return Blame("a packet that is malformed");
  const RtpHeader& header = rtp->header;
  Stream& packets = streams_[{key, header.ssrc}];
  const Packet packet{header.timestamp, std::hash<std::string_view>()(datagram)};
  if (packets.empty()) {
    packets[kRound + header.sequence] = packet;
    return;
  }
  const std::uint64_t newest = packets.rbegin()->first;
  const auto sequence = newest + static_cast<std::uint64_t>(std::int64_t{
                                     SequenceDistance(static_cast<std::uint16_t>(newest), header.sequence)});
  const std::string name = std::to_string(header.ssrc) + ", number " + std::to_string(header.sequence);
  if (sequence > newest + (header.payload_type == kRepairType ? 1 : kLargestHole))
    return Blame("a hole in " + name);
  const auto [place, is_new] = packets.emplace(sequence, packet);
  if (!is_new) {
    // Sound is repeated on lines that lose much: the very same datagram.
    if (place->second.hash != packet.hash) Blame("a number twice: " + name);
    return;
  }
  // Repairs have the timestamps of what they repeat.
  if (header.payload_type != kRepairType) {
    const auto before = [](std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a) > 0; };
    const auto next = std::next(place);
    if ((place != packets.begin() && !before(std::prev(place)->second.timestamp, packet.timestamp)) ||
        (next != packets.end() && !before(packet.timestamp, next->second.timestamp))) {
      Blame("a timestamp out of order: " + name + " of type " + std::to_string(header.payload_type));
    }
  }
  if (packets.size() > kRememberedPackets) packets.erase(packets.begin());
}

}  // namespace parley
