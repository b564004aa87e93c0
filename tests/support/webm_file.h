// Reads a WebM file of one track back, apart from the code that writes it. Only what WebmWriter writes is
// known; anything else is malformed.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

struct WebmBlock {
  std::int64_t time = 0;  // in milliseconds
  bool key_frame = false;
  std::string bytes;

  bool operator==(const WebmBlock&) const = default;
};

struct WebmFile {
  std::string doc_type, codec;
  std::string private_data;
  unsigned width = 0, height = 0;
  std::optional<double> duration;  // in milliseconds
  std::vector<std::int64_t> clusters;
  std::vector<WebmBlock> blocks;
};

class WebmReader {
 public:
  // Nothing if the bytes are malformed. A last element that is cut off is left out.
  static std::optional<WebmFile> Read(std::string_view bytes) {
    WebmReader reader;
    if (!reader.ReadAll(bytes)) return std::nullopt;
    return reader.file_;
  }

 private:
  static std::optional<std::uint64_t> Take(std::string_view& bytes, std::size_t count) {
    if (bytes.size() < count || count > 8) return std::nullopt;
    std::uint64_t value = 0;
    for (const char byte : bytes.substr(0, count)) value = value << 8U | static_cast<unsigned char>(byte);
    bytes.remove_prefix(count);
    return value;
  }
  static std::optional<std::uint64_t> TakeId(std::string_view& bytes) {
    if (bytes.empty()) return std::nullopt;
    return Take(bytes, static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(bytes[0]))) + 1);
  }
  static std::optional<std::uint64_t> TakeSize(std::string_view& bytes, bool& unknown) {
    if (bytes.empty()) return std::nullopt;
    const auto length = static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(bytes[0]))) + 1;
    auto size = Take(bytes, length);
    if (!size) return std::nullopt;
    const std::uint64_t mask = (1ULL << (7 * length)) - 1;
    *size &= mask;
    unknown = *size == mask;
    return size;
  }
  static std::uint64_t Number(std::string_view value) {
    std::uint64_t number = 0;
    for (const char byte : value) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
  }

  bool ReadAll(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto id = TakeId(bytes);
      bool unknown = false;
      const auto size = id ? TakeSize(bytes, unknown) : std::nullopt;
      if (!size) return true;  // cut off
      const bool has_children = *id == 0x1A45DFA3 || *id == 0x18538067 || *id == 0x1549A966 ||
                                *id == 0x1654AE6B || *id == 0xAE || *id == 0xE0 || *id == 0xE1 ||
                                *id == 0x1F43B675;
      if (unknown && *id != 0x18538067 && *id != 0x1F43B675) return false;
      if (has_children) continue;  // the children follow
      if (bytes.size() < *size) return true;
      if (!ReadLeaf(*id, bytes.substr(0, *size))) return false;
      bytes.remove_prefix(*size);
    }
    return true;
  }

  bool ReadLeaf(std::uint64_t id, std::string_view value) {
    switch (id) {
      case 0x4282:
        file_.doc_type = value;
        return true;
      case 0x86:
        file_.codec = value;
        return true;
      case 0x63A2:
        file_.private_data = value;
        return true;
      case 0xB0:
        file_.width = static_cast<unsigned>(Number(value));
        return true;
      case 0xBA:
        file_.height = static_cast<unsigned>(Number(value));
        return true;
      case 0x4489:
        file_.duration = std::bit_cast<double>(Number(value));
        return value.size() == 8;
      case 0xE7:
        file_.clusters.push_back(static_cast<std::int64_t>(Number(value)));
        return true;
      case 0xA3:
        return ReadBlock(value);
      case 0x2AD7B1:
        return Number(value) == 1'000'000;
      default:
        return true;
    }
  }

  bool ReadBlock(std::string_view value) {
    if (value.size() < 4 || file_.clusters.empty() || value[0] != '\x81') return false;
    const auto offset = static_cast<std::int16_t>(Number(value.substr(1, 2)));
    const auto flags = static_cast<unsigned char>(value[3]);
    if (offset < 0 || (flags & 0x7FU) != 0) return false;
    file_.blocks.push_back({file_.clusters.back() + offset, flags != 0, std::string(value.substr(4))});
    return true;
  }

  WebmFile file_;
};

}  // namespace parley::test
