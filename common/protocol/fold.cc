#include "common/protocol/fold.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "common/protocol/normalise.h"

namespace parley::protocol {
namespace {

// The tables of utf8proc are slow. They also sort the marks of a character in a time that grows with the
// square of their number. So they get no more than this at once.
constexpr std::size_t kLongestPiece = 256;

// Eight ASCII characters at once, in any order of bytes.
constexpr std::uint64_t EachByte(std::uint64_t byte) {
  return byte * 0x0101'0101'0101'0101U;
}
constexpr bool IsAscii(std::uint64_t eight) {
  return (eight & EachByte(0x80)) == 0;
}
// Adding takes the characters from 'A' on, and those behind 'Z', over 0x80. No byte overflows into the next.
constexpr std::uint64_t LowerAscii(std::uint64_t eight) {
  const std::uint64_t from_a = eight + EachByte(0x80 - 'A');
  const std::uint64_t behind_z = eight + EachByte(0x80 - 'Z' - 1);
  return eight | ((from_a ^ behind_z) & EachByte(0x80)) >> 2U;
}
static_assert(LowerAscii(0x40'41'5A'5B'61'7A'00'7F) == 0x40'61'7A'5B'61'7A'00'7F);

constexpr char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Folds 8 * `Count` ASCII characters. False if other characters are among them.
template <std::size_t Count>
bool FoldAscii(const char* in, char* out) {
  std::array<std::uint64_t, Count> eights{};
  std::memcpy(eights.data(), in, sizeof eights);
  std::uint64_t all = 0;
  for (const std::uint64_t eight : eights) all |= eight;
  if (!IsAscii(all)) return false;
  for (std::uint64_t& eight : eights) eight = LowerAscii(eight);
  std::memcpy(out, eights.data(), sizeof eights);
  return true;
}

unsigned ByteAt(const char* in, std::size_t at) {
  return static_cast<unsigned char>(in[at]);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

bool IsMark(const utf8proc_property_t& of) {
  return of.combining_class != 0 || of.category == UTF8PROC_CATEGORY_MN ||
         of.category == UTF8PROC_CATEGORY_MC || of.category == UTF8PROC_CATEGORY_ME;
}

// Parts of Korean syllables.
bool IsJamo(std::uint32_t point) {
  return (point >= 0x1100 && point <= 0x11FF) || (point >= 0xA960 && point <= 0xA97F) ||
         (point >= 0xD7B0 && point <= 0xD7FF);
}

// Whether the character is folded to itself whatever stands before it. Only marks and jamo change what stands
// before them.
bool IsInert(std::uint32_t point) {
  const utf8proc_property_t& of = *utf8proc_get_property(static_cast<std::int32_t>(point));
  return of.decomp_seqindex == UINT16_MAX && of.casefold_seqindex == UINT16_MAX && of.ignorable == 0 &&
         !IsMark(of) && !IsJamo(point);
}

// Folds characters of two bytes (European, Hebrew and Arabic letters) to at most two bytes.
// Of size 0: it is not known without the characters before it, or is longer.
class TwoByteCharacters {
 public:
  struct Entry {
    std::uint8_t size = 0;
    std::array<char, 2> bytes{};
  };
  static const Entry& At(std::uint32_t point) {
    static const TwoByteCharacters all;
    return all.entries_.at(point);
  }

 private:
  TwoByteCharacters() {
    for (std::uint32_t point = 0x80; point < entries_.size(); ++point) {
      const utf8proc_property_t& of = *utf8proc_get_property(static_cast<std::int32_t>(point));
      const std::array text{static_cast<char>(0xC0U | point >> 6U),
                            static_cast<char>(0x80U | (point & 0x3FU))};
      const auto folded = Normalise({text.data(), text.size()}, kNfkcCasefold);
      Entry& entry = entries_.at(point);
      if (IsMark(of) || !folded || folded->size() > entry.bytes.size()) continue;
      entry.size = static_cast<std::uint8_t>(folded->size());
      folded->copy(entry.bytes.data(), folded->size());
    }
  }

  std::array<Entry, 0x800> entries_;
};

// Bytes that were read of a text, and what came of them. None: the character goes by the tables.
struct Step {
  std::size_t read = 0, written = 0;
};

// Most Chinese characters (from U+5000 to U+9FFF), which are folded to themselves.
bool IsChinese(const char* in, std::size_t left) {
  const unsigned first = ByteAt(in, 0);
  return first >= 0xE5 && first <= 0xE9 && left >= 3 && IsContinuation(in[1]) && IsContinuation(in[2]);
}

// Of three bytes: Chinese, Japanese and Korean characters, ASCII as wide as these, signs.
Step FoldThreeBytes(const char* in, char* out) {
  const std::uint32_t point =
      (ByteAt(in, 0) & 0x0FU) << 12U | (ByteAt(in, 1) & 0x3FU) << 6U | (ByteAt(in, 2) & 0x3FU);
  if (point >= 0xFF01 && point <= 0xFF5E) {
    *out = LowerAscii(static_cast<char>(point - 0xFF01 + '!'));
    return {3, 1};
  }
  if (point == 0x3000) {  // a space of that width
    *out = ' ';
    return {3, 1};
  }
  if ((point < 0x4E00 || point > 0x9FFF) && !IsInert(point)) return {};
  std::memcpy(out, in, 3);
  return {3, 3};
}

// Folds one character that no character before it can change, and that needs no more room than it has. It
// goes by the tables if it may need the one before it.
Step FoldCharacter(const char* in, const char* end, char* out) {
  const unsigned first = ByteAt(in, 0);
  const auto left = static_cast<std::size_t>(end - in);
  if (first < 0x80) {
    *out = LowerAscii(*in);
    return {1, 1};
  }
  if (first < 0xC2 || left < 2 || !IsContinuation(in[1])) return {};
  if (first < 0xE0) {
    const auto& entry = TwoByteCharacters::At((first & 0x1FU) << 6U | (ByteAt(in, 1) & 0x3FU));
    std::memcpy(out, entry.bytes.data(), entry.size);
    return {entry.size == 0 ? 0U : 2U, entry.size};
  }
  if (left < 3 || !IsContinuation(in[2])) return {};
  if (first < 0xF0) return FoldThreeBytes(in, out);
  if (left < 4 || !IsContinuation(in[3])) return {};
  const std::uint32_t point = (first & 0x07U) << 18U | (ByteAt(in, 1) & 0x3FU) << 12U |
                              (ByteAt(in, 2) & 0x3FU) << 6U | (ByteAt(in, 3) & 0x3FU);
  if (!IsInert(point)) return {};
  std::memcpy(out, in, 4);
  return {4, 4};
}

// Folds the characters at the beginning of the text that need no tables. `out` has room for as many bytes.
Step FoldRun(std::string_view text, char* out) {
  const char* in = text.data();
  const char* const end = in + text.size();
  const char* const first_out = out;
  while (in != end) {
    const auto left = static_cast<std::size_t>(end - in);
    const bool ascii = ByteAt(in, 0) < 0x80;
    Step step;
    if (ascii && left >= 32 && FoldAscii<4>(in, out)) {
      step = {32, 32};
    } else if (ascii && left >= 8 && FoldAscii<1>(in, out)) {
      step = {8, 8};
    } else if (IsChinese(in, left)) {
      step = {3, 3};
      std::memcpy(out, in, 3);
    } else {
      step = FoldCharacter(in, end, out);
      if (step.read == 0) break;
    }
    in += step.read;
    out += step.written;
  }
  return {static_cast<std::size_t>(in - text.data()), static_cast<std::size_t>(out - first_out)};
}

// Where the last character of the text begins.
std::size_t StartOfLast(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && IsContinuation(text[at])) --at;
  return at;
}

// Where the run of characters that need the tables ends, which begins at `at`.
std::size_t EndOfSlowRun(std::string_view text, std::size_t at) {
  std::array<char, 4> unused{};
  const std::size_t begin = at;
  do {
    ++at;
    while (at < text.size() && IsContinuation(text[at])) ++at;
  } while (at < text.size() && at - begin < kLongestPiece &&
           FoldCharacter(text.data() + at, text.data() + text.size(), unused.data()).read == 0);
  return at;
}

// How far the tables are used from `at` on. A few other characters in between do not end a piece: that would
// cost more than they do.
std::size_t EndOfPiece(std::string_view text, std::size_t at) {
  constexpr int kMostBetween = 3;
  std::array<char, 4> unused{};
  const std::size_t begin = at;
  for (;;) {
    const std::size_t end = EndOfSlowRun(text, at);
    if (end - begin >= kLongestPiece) return end;
    at = end;
    for (int others = 0;; ++others) {
      if (at == text.size()) return end;
      const std::size_t read = FoldCharacter(text.data() + at, text.data() + text.size(), unused.data()).read;
      if (read == 0) break;
      if (others == kMostBetween) return end;
      at += read;
    }
  }
}

// Keeps its memory from one piece to the next.
class Tables {
 public:
  // Valid until the next call. What is not UTF-8 is left as it is.
  std::string_view Fold(std::string_view piece) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(kNfkcCasefold);
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
    if (points_.empty()) points_.resize(2 * kLongestPiece);
    for (;;) {
      const auto room = static_cast<utf8proc_ssize_t>(points_.size());
      const auto count = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(piece.size()),
                                            points_.data(), room, kOptions);
      if (count < 0) return piece;
      if (count < room) {  // the bytes, and a zero behind them, take the place of the characters
        const auto size = utf8proc_reencode(points_.data(), count, kOptions);
        if (size < 0) return piece;
        return {reinterpret_cast<const char*>(points_.data()), static_cast<std::size_t>(size)};
      }
      points_.resize(static_cast<std::size_t>(count) + 1);
    }
  }

 private:
  std::vector<utf8proc_int32_t> points_;
};

}  // namespace

std::string Folded(std::string_view text) {
  std::string folded;
  Fold(text, folded);
  return folded;
}

std::size_t Fold(std::string_view text, std::string& folded) {
  folded.resize(text.size());
  Tables tables;
  std::size_t written = 0, by_tables = 0;
  for (std::size_t at = 0;;) {
    const Step run = FoldRun(text.substr(at), folded.data() + written);
    at += run.read;
    written += run.written;
    if (at == text.size()) break;
    // The character before may be changed by those that follow: it is folded again with them.
    std::size_t begin = at;
    if (run.read > 0) {
      std::array<char, 4> again{};
      begin = StartOfLast(text.substr(0, at));
      written -= FoldCharacter(text.data() + begin, text.data() + at, again.data()).written;
    }
    at = EndOfPiece(text, at);
    by_tables += at - begin;
    const std::string_view piece = tables.Fold(text.substr(begin, at - begin));
    // It never becomes shorter here: growing again would fill all that is left with zeros.
    const std::size_t needed = written + piece.size() + text.size() - at;
    if (folded.size() < needed) folded.resize(needed);
    std::memcpy(folded.data() + written, piece.data(), piece.size());
    written += piece.size();
  }
  folded.resize(written);
  return by_tables;
}

}  // namespace parley::protocol
