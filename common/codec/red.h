// Reads and writes RED (RFC 2198): a packet of a voice that repeats earlier packets. Sans I/O: what is read
// are views of the payload, which must outlive them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley {

// The largest age and size that fit into the header of a block.
inline constexpr std::uint32_t kRedAge = (1U << 14U) - 1;
inline constexpr std::size_t kRedBlockBytes = (1U << 10U) - 1;

struct RedBlock {
  std::uint8_t payload_type = 0;  // 0 to 127
  std::uint32_t age = 0;          // how far its timestamp is before the packet's, at most kRedAge
  std::string_view data;          // of an older block at most kRedBlockBytes
};

// Walks through the blocks of a payload, the oldest first. The last one is the newest: what the packet would
// carry without RED.
class RedReader {
 public:
  explicit RedReader(std::string_view payload);

  enum class Status { kBlock, kEnd, kBroken };
  struct Step {
    Status status;
    RedBlock block;  // with kBlock
  };
  // A malformed payload is kBroken from the first step on.
  Step Next();
  // How many blocks before the newest are to come.
  [[nodiscard]] std::size_t older() const { return headers_.size() / 4; }

 private:
  std::string_view headers_;  // of the blocks to come
  std::string_view data_;
  bool broken_ = true;
};

// The newest block; nothing if the payload is malformed.
std::optional<RedBlock> NewestRedBlock(std::string_view payload);

// Appends a whole payload. All blocks have the payload type `type`; that of each of `older` is not used.
// `older` begins with the oldest.
void AppendRed(std::string& out, std::uint8_t type, std::span<const RedBlock> older, std::string_view newest);

// Writes `type` over the payload type of each block of `payload`, which is not malformed. A receiver has
// other types than the sender.
void RewriteRed(std::span<char> payload, std::uint8_t type);

}  // namespace parley
