#include "common/codec/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace parley {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned char ByteAt(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// What a first byte asks for: how long the character is (0: it can't be first), and the range of the second
// byte, which rules out overlong forms, surrogates and what is over U+10FFFF (RFC 3629, section 4).
struct Lead {
  std::size_t length;
  unsigned char least = 0x80;
  unsigned char max = 0xBF;
};

Lead ClassifyLead(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// The character at the front of `bytes` (not empty), or the maximal ill-formed part there.
struct Part {
  enum class Kind { kCharacter, kIllFormed, kUnfinished } kind;
  std::size_t size;
};

Part FirstPart(std::string_view bytes) {
  const Lead lead = ClassifyLead(ByteAt(bytes, 0));
  if (lead.length == 0) return {Part::Kind::kIllFormed, 1};
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (i == bytes.size()) return {Part::Kind::kUnfinished, i};
    const unsigned char byte = ByteAt(bytes, i);
    const bool fits = i == 1 ? byte >= lead.least && byte <= lead.max : IsContinuation(bytes[i]);
    if (!fits) return {Part::Kind::kIllFormed, i};
  }
  return {Part::Kind::kCharacter, lead.length};
}

// How many bytes at the front are ASCII, found eight at a time.
std::size_t AsciiPrefix(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t size = 0;
  for (; size + sizeof(std::uint64_t) <= bytes.size(); size += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + size, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (size < bytes.size() && ByteAt(bytes, size) < 0x80) ++size;
  return size;
}

}  // namespace

bool IsValidUtf8(std::string_view bytes) {
  while (true) {
    bytes.remove_prefix(AsciiPrefix(bytes));
    while (!bytes.empty() && ByteAt(bytes, 0) >= 0x80) {
      const Part part = FirstPart(bytes);
      if (part.kind != Part::Kind::kCharacter) return false;
      bytes.remove_prefix(part.size);
    }
    if (bytes.empty()) return true;
  }
}

std::size_t CountCodePoints(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, IsContinuation));
}

std::string_view CutUtf8(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  while (max > 0 && IsContinuation(text[max])) --max;
  return text.substr(0, max);
}

std::string Utf8Repair::Feed(std::string_view chunk) {
  std::string joined;
  if (!tail_.empty()) {
    joined.append(tail_).append(chunk);
    tail_.clear();
    chunk = joined;
  }
  std::string text;
  text.reserve(chunk.size());
  while (!chunk.empty()) {
    const Part part = FirstPart(chunk);
    if (part.kind == Part::Kind::kUnfinished) {
      tail_ = chunk;
      break;
    }
    const bool good = part.kind == Part::Kind::kCharacter && chunk.front() != '\0';
    text.append(good ? chunk.substr(0, part.size) : kReplacement);
    chunk.remove_prefix(part.size);
  }
  return text;
}

std::string RepairUtf8(std::string_view bytes) {
  Utf8Repair repair;
  std::string text = repair.Feed(bytes);
  if (repair.pending()) text += kReplacement;
  return text;
}

}  // namespace parley
