#include "server/media/media_streams.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "common/base/media_limits.h"
#include "common/codec/framing.h"

namespace parley {
namespace {

constexpr std::size_t kReadAtOnce = 16 * 1024;

// Whether one page can easily have both addresses: a /64 of IPv6 is one.
bool AreOne(const SocketAddress& one, const SocketAddress& other) {
  constexpr std::ptrdiff_t kPrefix = 8;
  if (one.is_ipv6 != other.is_ipv6) return false;
  const auto end = one.is_ipv6 ? one.ip.begin() + kPrefix : one.ip.end();
  return std::equal(one.ip.begin(), end, other.ip.begin());
}

}  // namespace

MediaStreams::~MediaStreams() {
  for (auto& [number, connection] : connections_) selector_.Remove(connection.stream.descriptor());
}

void MediaStreams::Add(Stream stream, MonotonicTime now) {
  MediaPath path;
  path.remote = stream.remote_address();
  const auto from_there = std::count_if(connections_.begin(), connections_.end(), [&](const auto& entry) {
    return AreOne(entry.second.path.remote, path.remote);
  });
  if (connections_.size() >= limits::kMediaStreams ||
      static_cast<std::size_t>(from_there) >= limits::kMediaStreamsPerAddress) {
    return;
  }
  const std::uint64_t number = ++last_;
  path.stream = number;
  const int descriptor = stream.descriptor();
  selector_.Watch(descriptor, true, false);
  by_descriptor_[descriptor] = number;
  connections_.emplace(number, Connection{std::move(stream), path, now, {}, {}});
}

void MediaStreams::Serve(const Selector::Ready& ready) {
  const auto number = by_descriptor_.find(ready.descriptor);
  if (number == by_descriptor_.end()) return;
  Connection& connection = connections_.at(number->second);
  if (ready.readable) Read(connection);
  if (ready.writable) connection.waits = false;
}

// At most one recv(): the others have their turn.
void MediaStreams::Read(Connection& connection) {
  std::array<char, kReadAtOnce> buffer;
  const IoResult result = connection.stream.Read(buffer);
  if (result.status == IoStatus::kWouldBlock) return;
  if (result.status != IoStatus::kOk) {
    connection.broken = true;
    return;
  }
  connection.in.append(buffer.data(), result.bytes);
  if (!connection.is_ice) {
    const FramedStun opening = RecogniseFramedStun(connection.in);
    connection.broken = opening == FramedStun::kNo;
    connection.is_ice = opening == FramedStun::kYes;
    if (!connection.is_ice) return;
  }
  std::size_t used = 0;
  while (true) {
    const auto framed = ReadFramedPacket(std::string_view(connection.in).substr(used));
    if (framed.status == FramedPacket::Status::kNeedMore) break;
    if (framed.status == FramedPacket::Status::kTooLong) {
      connection.broken = true;
      return;
    }
    // libsrtp2 reads words, and a packet may begin at any byte of the stream.
    alignas(std::max_align_t) std::array<char, limits::kDatagramBytes> aligned;
    std::copy(framed.packet.begin(), framed.packet.end(), aligned.begin());
    used += framed.consumed;
    handlers_.receive(connection.path, std::span<char>(aligned).first(framed.packet.size()));
  }
  connection.in.erase(0, used);
}

void MediaStreams::Send(const MediaPath& path, std::string_view packet) {
  const auto found = connections_.find(path.stream);
  if (found == connections_.end()) return;
  std::string& out = found->second.out;
  const bool is_too_long = packet.size() > limits::kDatagramBytes;
  if (is_too_long || out.size() + packet.size() > limits::kMediaStreamBytes) {
    ++dropped_;
    return;
  }
  AppendFramedPacket(out, packet);
}

void MediaStreams::Write(Connection& connection) {
  const std::array<std::string_view, 1> views = {connection.out};
  const IoResult result = connection.stream.Write(views);
  if (result.status == IoStatus::kOk) {
    connection.out.erase(0, result.bytes);
  } else if (result.status != IoStatus::kWouldBlock) {
    connection.broken = true;
    return;
  }
  connection.waits = !connection.out.empty();
  selector_.Watch(connection.stream.descriptor(), true, connection.waits);
}

void MediaStreams::Flush() {
  for (auto& [number, connection] : connections_) {
    if (!connection.out.empty() && !connection.waits && !connection.broken) Write(connection);
  }
  CloseBroken();
}

void MediaStreams::Sweep(MonotonicTime now) {
  for (auto& [number, connection] : connections_) {
    const bool is_late = now - connection.since >= limits::kMediaStreamProof;
    if (is_late && !handlers_.is_proved(connection.path)) connection.broken = true;
  }
  CloseBroken();
}

void MediaStreams::CloseBroken() {
  for (auto entry = connections_.begin(); entry != connections_.end();) {
    auto& [number, connection] = *entry;
    if (!connection.broken) {
      ++entry;
      continue;
    }
    handlers_.ended(number);
    selector_.Remove(connection.stream.descriptor());
    by_descriptor_.erase(connection.stream.descriptor());
    entry = connections_.erase(entry);
  }
}

}  // namespace parley
