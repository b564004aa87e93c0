#include "common/codec/red.h"

#include <cassert>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

// Section 3: each older block has a header of 4 bytes, whose first bit is set. The newest has one of a byte.
constexpr unsigned kMore = 0x80;
constexpr std::size_t kOlderHeader = 4;
constexpr std::size_t kNewestHeader = 1;
constexpr unsigned kSizeBits = 10;

bool IsOlder(std::string_view header) {
  return (ReadU8(header, 0) & kMore) != 0;
}

std::size_t SizeOf(std::string_view header) {
  return ReadU24(header, 1) & kRedBlockBytes;
}

}  // namespace

RedReader::RedReader(std::string_view payload) {
  std::size_t size = 0;   // of the headers
  std::size_t older = 0;  // bytes of the blocks before the newest
  std::string_view rest = payload;
  while (!rest.empty() && IsOlder(rest)) {
    if (rest.size() < kOlderHeader) return;
    older += SizeOf(rest);
    size += kOlderHeader;
    rest.remove_prefix(kOlderHeader);
  }
  if (rest.size() < kNewestHeader + older) return;
  headers_ = payload.substr(0, size + kNewestHeader);
  data_ = payload.substr(headers_.size());
  broken_ = false;
}

RedReader::Step RedReader::Next() {
  if (broken_) return {Status::kBroken, {}};
  if (headers_.empty()) return {Status::kEnd, {}};
  RedBlock block;
  block.payload_type = static_cast<std::uint8_t>(ReadU8(headers_, 0) & ~kMore);
  const bool older = IsOlder(headers_);
  if (older) block.age = ReadU24(headers_, 1) >> kSizeBits;
  block.data = data_.substr(0, older ? SizeOf(headers_) : data_.size());
  headers_.remove_prefix(older ? kOlderHeader : kNewestHeader);
  data_.remove_prefix(block.data.size());
  return {Status::kBlock, block};
}

std::optional<RedBlock> NewestRedBlock(std::string_view payload) {
  RedReader reader(payload);
  std::optional<RedBlock> newest;
  for (auto step = reader.Next(); step.status == RedReader::Status::kBlock; step = reader.Next()) {
    newest = step.block;
  }
  return newest;
}

void AppendRed(std::string& out, std::uint8_t type, std::span<const RedBlock> older,
               std::string_view newest) {
  for (const RedBlock& block : older) {
    assert(block.age <= kRedAge && block.data.size() <= kRedBlockBytes);
    AppendU8(out, kMore | type);
    AppendU24(out, block.age << kSizeBits | static_cast<std::uint32_t>(block.data.size()));
  }
  AppendU8(out, type);
  for (const RedBlock& block : older) out += block.data;
  out += newest;
}

void RewriteRed(std::span<char> payload, std::uint8_t type) {
  std::size_t at = 0;
  for (; (static_cast<std::uint8_t>(payload[at]) & kMore) != 0; at += kOlderHeader) {
    WriteU8(payload, at, kMore | type);
  }
  WriteU8(payload, at, type);
}

}  // namespace parley
