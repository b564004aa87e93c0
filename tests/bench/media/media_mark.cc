#include "tests/bench/media/media_mark.h"

#include <chrono>

namespace parley::bench {
namespace {

constexpr std::string_view kMagic = "mark";
constexpr std::size_t kRounds = 256;

// What follows a mark: a piece of this, which begins where the number says.
const std::string& Filling() {
  static const std::string made = [] {
    std::string bytes;
    for (std::size_t i = 0; i < kLongestMark + kRounds; ++i) bytes += static_cast<char>(i * 7 % 251);
    return bytes;
  }();
  return made;
}

void AppendNumber(std::string& out, std::uint64_t number, unsigned bytes) {
  for (unsigned i = bytes; i > 0; --i) out += static_cast<char>(number >> 8U * (i - 1) & 0xFFU);
}

std::uint64_t TakeNumber(std::string_view& in, std::size_t bytes) {
  std::uint64_t number = 0;
  for (const char byte : in.substr(0, bytes)) number = number << 8U | static_cast<unsigned char>(byte);
  in.remove_prefix(bytes);
  return number;
}

}  // namespace

std::string WriteMediaMark(const MediaMark& mark, std::size_t size) {
  std::string bytes(kMagic);
  bytes.reserve(size);
  AppendNumber(bytes, mark.publisher, 2);
  AppendNumber(bytes, mark.is_picture ? 1 : 0, 1);
  AppendNumber(bytes, mark.number, 4);
  AppendNumber(bytes, static_cast<std::uint64_t>(mark.sent.time_since_epoch().count()), 8);
  bytes.append(Filling(), mark.number % kRounds, size - kMediaMarkBytes);
  return bytes;
}

std::optional<MediaMark> ReadMediaMark(std::string_view bytes) {
  if (bytes.size() < kMediaMarkBytes || bytes.size() > kLongestMark) return std::nullopt;
  if (bytes.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  bytes.remove_prefix(kMagic.size());
  MediaMark mark;
  mark.publisher = static_cast<unsigned>(TakeNumber(bytes, 2));
  const std::uint64_t kind = TakeNumber(bytes, 1);
  mark.is_picture = kind == 1;
  mark.number = static_cast<std::uint32_t>(TakeNumber(bytes, 4));
  mark.sent = MonotonicTime(Duration(static_cast<std::int64_t>(TakeNumber(bytes, 8))));
  const std::string_view filling = Filling();
  if (kind > 1 || bytes != filling.substr(mark.number % kRounds, bytes.size())) return std::nullopt;
  return mark;
}

}  // namespace parley::bench
