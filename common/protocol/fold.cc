#include "common/protocol/fold.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
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

std::uint64_t EightAt(const char* in) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, in, sizeof eight);
  return eight;
}

// Folds the ASCII characters at the beginning of the next eight bytes, and returns how many they are. What it
// writes behind them has no meaning.
std::size_t FoldSomeAscii(const char* in, char* out) {
  const std::uint64_t eight = EightAt(in);
  const std::uint64_t folded = LowerAscii(eight & EachByte(0x7F));
  std::memcpy(out, &folded, sizeof folded);
  const std::uint64_t others = eight & EachByte(0x80);
  const int before =
      std::endian::native == std::endian::little ? std::countr_zero(others) : std::countl_zero(others);
  return static_cast<std::size_t>(before) / 8;
}

// Folds 32 ASCII characters. False if other characters are among them.
bool FoldLongAscii(const char* in, char* out) {
  std::array<std::uint64_t, 4> eights{};
  std::memcpy(eights.data(), in, sizeof eights);
  if (!IsAscii(eights[0] | eights[1] | eights[2] | eights[3])) return false;
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

// Folds most characters without the tables of utf8proc.
class Characters {
 public:
  // Of two bytes (European, Hebrew and Arabic letters), folded to at most two bytes. Of size 0: it is not
  // known without the characters before it, or is longer.
  struct TwoBytes {
    std::uint8_t size = 0;
    std::array<char, 2> bytes{};
  };
  static const Characters& All() {
    static const Characters all;
    return all;
  }
  [[nodiscard]] const TwoBytes& OfTwoBytes(std::uint32_t point) const { return of_two_bytes_[point]; }
  // False of rare characters, too.
  [[nodiscard]] bool IsInert(std::uint32_t point) const { return point < inert_.size() && inert_[point]; }

 private:
  Characters() {
    for (std::uint32_t point = 0x80; point < of_two_bytes_.size(); ++point) {
      const utf8proc_property_t& of = *utf8proc_get_property(static_cast<std::int32_t>(point));
      const std::array text{static_cast<char>(0xC0U | point >> 6U),
                            static_cast<char>(0x80U | (point & 0x3FU))};
      const auto folded = Normalise({text.data(), text.size()}, kNfkcCasefold);
      TwoBytes& entry = of_two_bytes_[point];
      if (IsMark(of) || !folded || folded->size() > entry.bytes.size()) continue;
      entry.size = static_cast<std::uint8_t>(folded->size());
      folded->copy(entry.bytes.data(), folded->size());
    }
    for (std::uint32_t point = 0; point < inert_.size(); ++point)
      inert_[point] = parley::protocol::IsInert(point);
  }

  std::array<TwoBytes, 0x800> of_two_bytes_;
  std::bitset<0x20000> inert_;
};

// Bytes that were read of a text, and what came of them. None: the character goes by the tables.
struct Step {
  std::size_t read = 0, written = 0;
};

// The bytes of a character, the first of them the highest.
std::uint32_t ThreeAt(const char* in) {
  return ByteAt(in, 0) << 16U | ByteAt(in, 1) << 8U | ByteAt(in, 2);
}
std::uint32_t FourAt(const char* in) {
  return ThreeAt(in) << 8U | ByteAt(in, 3);
}

// From U+4E00 to U+9FFF.
bool IsChinese(std::uint32_t three) {
  return three >= 0xE4'B8'80 && three <= 0xE9'BF'BF;
}

bool AreTwoChinese(const char* in) {
  const std::uint64_t eight = std::uint64_t{FourAt(in)} << 32U | FourAt(in + 4);
  return (eight & 0xF0'C0'C0'F0'C0'C0'00'00U) == 0xE0'80'80'E0'80'80'00'00U &&
         IsChinese(static_cast<std::uint32_t>(eight >> 40U)) &&
         IsChinese(static_cast<std::uint32_t>(eight >> 16U & 0xFF'FF'FFU));
}

// Each of these three folds what is at `in`, which is not ASCII, and steps behind it. False if its first
// character may change with one before it, needs more room than it has, or is rare: then it goes by the
// tables. The steps are written as numbers, so that the processor need not wait for them.

// European letters and others: as many as follow each other.
bool FoldTwoBytes(const Characters& characters, const char*& in, const char* end, char*& out) {
  const char* const begin = in;
  for (; end - in >= 2; in += 2) {
    const std::uint32_t two = ByteAt(in, 0) << 8U | ByteAt(in, 1);
    if ((two & 0xE0'C0U) != 0xC0'80) break;
    const auto& folded = characters.OfTwoBytes((two >> 2U & 0x07C0U) | (two & 0x003FU));
    if (folded.size == 0) break;
    std::memcpy(out, folded.bytes.data(), folded.bytes.size());
    out += folded.size;
  }
  return in != begin;
}

// A Chinese, Japanese or Korean character, ASCII as wide as these, a sign. `four` are its bytes and one more.
bool FoldThreeBytes(const Characters& characters, std::uint32_t four, const char*& in, char*& out) {
  if ((four & 0xF0'C0'C0'00U) != 0xE0'80'80'00) return false;
  const std::uint32_t point = (four >> 12U & 0xF000U) | (four >> 10U & 0x0FC0U) | (four >> 8U & 0x003FU);
  if (characters.IsInert(point)) {
    std::memcpy(out, in, 3);
    out += 3;
  } else if (point >= 0xFF01 && point <= 0xFF5E) {
    *out++ = LowerAscii(static_cast<char>(point - 0xFF01 + '!'));
  } else if (point == 0x3000) {  // a space of that width
    *out++ = ' ';
  } else {
    return false;
  }
  in += 3;
  return true;
}

// An emoji or another.
bool FoldFourBytes(const Characters& characters, std::uint32_t four, const char*& in, char*& out) {
  if ((four & 0xF8'C0'C0'C0U) != 0xF0'80'80'80) return false;
  const std::uint32_t point =
      (four >> 6U & 0x1C0000U) | (four >> 4U & 0x03F000U) | (four >> 2U & 0x0FC0U) | (four & 0x003FU);
  if (!characters.IsInert(point)) return false;
  std::memcpy(out, in, 4);
  in += 4;
  out += 4;
  return true;
}

inline bool FoldCharacter(const Characters& characters, const char*& in, const char* end, char*& out) {
  if (ByteAt(in, 0) < 0x80) {
    *out++ = LowerAscii(*in++);
    return true;
  }
  if (ByteAt(in, 0) < 0xE0) return FoldTwoBytes(characters, in, end, out);
  // The bytes that are missing at the end make no character.
  std::uint32_t four = 0;
  if (end - in >= 4) {
    four = FourAt(in);
  } else {
    for (int i = 0; i < 4; ++i)
      four = four << 8U | (i < end - in ? ByteAt(in, static_cast<std::size_t>(i)) : 0);
  }
  if (four < 0xF0'00'00'00) return FoldThreeBytes(characters, four, in, out);
  return FoldFourBytes(characters, four, in, out);
}

// Folds the characters at the beginning of the text that need no tables. `out` has room for as many bytes.
Step FoldRun(std::string_view text, char* out) {
  const Characters& characters = Characters::All();
  const char* in = text.data();
  const char* const end = in + text.size();
  const char* const first_out = out;
  while (in != end) {
    if (end - in >= 8 && ByteAt(in, 0) < 0x80) {
      const std::size_t count = FoldSomeAscii(in, out);
      in += count;
      out += count;
      if (count < 8) continue;
      for (; end - in >= 32 && FoldLongAscii(in, out); in += 32) out += 32;
    } else if (end - in >= 8 && ByteAt(in, 0) >= 0xE4 && AreTwoChinese(in)) {
      std::memcpy(out, in, 8);
      in += 6;
      out += 6;
    } else if (!FoldCharacter(characters, in, end, out)) {
      break;
    }
  }
  return {static_cast<std::size_t>(in - text.data()), static_cast<std::size_t>(out - first_out)};
}

// The first character of the text alone. `out` has room for four bytes.
Step FoldFirst(std::string_view text, char* out) {
  std::size_t size = 1;
  while (size < std::min<std::size_t>(text.size(), 4) && IsContinuation(text[size])) ++size;
  return FoldRun(text.substr(0, size), out);
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
           FoldFirst(text.substr(at), unused.data()).read == 0);
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
      const std::size_t read = FoldFirst(text.substr(at), unused.data()).read;
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

// Folding has made a plain space of every wide one.
std::vector<std::string> FoldedWords(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::string folded = Folded(text);
  std::string_view rest = folded;
  std::vector<std::string> words;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    if (rest.empty()) break;
    const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
    if (std::ranges::find(words, word) == words.end()) words.emplace_back(word);
    rest.remove_prefix(word.size());
  }
  std::ranges::stable_sort(words, std::ranges::greater(), &std::string::size);
  return words;
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
      written -= FoldFirst(text.substr(begin, at - begin), again.data()).written;
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
