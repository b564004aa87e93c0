#include "common/codec/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace parley {
namespace {

constexpr std::string_view kTooLong = "<too long>";

// All lines that `decoder` finds in `unread`, and kTooLong; drops what was consumed.
void Drain(LineDecoder& decoder, std::string& unread, std::vector<std::string>& lines) {
  while (true) {
    const LineDecoder::Result result = decoder.Next(unread);
    if (result.status == LineDecoder::Status::kNeedMore) return;
    if (result.status == LineDecoder::Status::kTooLong) {
      lines.emplace_back(kTooLong);
      return;
    }
    lines.emplace_back(result.line);
    unread.erase(0, result.consumed);
  }
}

// The lines of bytes that arrive in these chunks.
std::vector<std::string> Lines(std::size_t max, const std::vector<std::string_view>& chunks) {
  LineDecoder decoder(max);
  std::string unread;
  std::vector<std::string> lines;
  for (const std::string_view chunk : chunks) {
    unread += chunk;
    Drain(decoder, unread, lines);
    if (!lines.empty() && lines.back() == kTooLong) break;
  }
  return lines;
}

using Expected = std::vector<std::string>;

TEST(LineDecoder, TakesNothingFromNothing) {
  LineDecoder decoder(10);
  EXPECT_EQ(decoder.Next("").status, LineDecoder::Status::kNeedMore);
}

TEST(LineDecoder, WaitsForTheNewline) {
  LineDecoder decoder(10);
  EXPECT_EQ(decoder.Next("abc").status, LineDecoder::Status::kNeedMore);
  const auto result = decoder.Next("abc\ndef");
  EXPECT_EQ(result.status, LineDecoder::Status::kLine);
  EXPECT_EQ(result.line, "abc");
  EXPECT_EQ(result.consumed, 4U);
}

TEST(LineDecoder, AcceptsBothNewlines) {
  EXPECT_EQ(Lines(10, {"a\nb\r\nc\n"}), (Expected{"a", "b", "c"}));
}

TEST(LineDecoder, CountsBothNewlinesAsConsumed) {
  LineDecoder decoder(10);
  EXPECT_EQ(decoder.Next("ab\r\n").consumed, 4U);
  EXPECT_EQ(decoder.Next("ab\n").consumed, 3U);
}

TEST(LineDecoder, GivesEmptyLines) {
  EXPECT_EQ(Lines(10, {"\n\r\n\na\n"}), (Expected{"", "", "", "a"}));
}

TEST(LineDecoder, TakesOffOneCarriageReturnOnly) {
  EXPECT_EQ(Lines(10, {"a\r\r\n\rb\n"}), (Expected{"a\r", "\rb"}));
}

TEST(LineDecoder, AllowsALineOfFullLengthWithEitherNewline) {
  EXPECT_EQ(Lines(4, {"abcd\nefgh\r\n"}), (Expected{"abcd", "efgh"}));
}

TEST(LineDecoder, RefusesALineThatIsOneTooLong) {
  EXPECT_EQ(Lines(4, {"abcde\n"}), (Expected{std::string(kTooLong)}));
  EXPECT_EQ(Lines(4, {"abcde\r\n"}), (Expected{std::string(kTooLong)}));
  EXPECT_EQ(Lines(4, {"abcd\r\r\n"}), (Expected{std::string(kTooLong)}));
}

TEST(LineDecoder, RefusesTooMuchBeforeItsNewlineComes) {
  LineDecoder decoder(4);
  EXPECT_EQ(decoder.Next("abcd").status, LineDecoder::Status::kNeedMore);
  EXPECT_EQ(decoder.Next("abcd\r").status, LineDecoder::Status::kNeedMore);
  EXPECT_EQ(decoder.Next("abcd\re").status, LineDecoder::Status::kTooLong);
  EXPECT_EQ(LineDecoder(4).Next("abcde").status, LineDecoder::Status::kTooLong);
}

TEST(LineDecoder, GivesTheLinesBeforeTheOneThatIsTooLong) {
  EXPECT_EQ(Lines(4, {"a\nb\nabcdefgh"}), (Expected{"a", "b", std::string(kTooLong)}));
}

TEST(LineDecoder, StaysAtTooLong) {
  LineDecoder decoder(4);
  EXPECT_EQ(decoder.Next("abcdef").status, LineDecoder::Status::kTooLong);
  EXPECT_EQ(decoder.Next("abcdefgh\n").status, LineDecoder::Status::kTooLong);
}

TEST(LineDecoder, FindsTheSameLinesHoweverTheBytesAreCut) {
  const std::string bytes = "abcd\r\n\nab\r\n\r\nabcd\n\xC3\xA9\n{\"a\":1}";
  const Expected expected = {"abcd", "", "ab", "", "abcd", "\xC3\xA9", std::string(kTooLong)};
  const std::string_view view = bytes;
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    EXPECT_EQ(Lines(4, {view.substr(0, first), view.substr(first)}), expected) << first;
  }
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(view.substr(i, 1));
  EXPECT_EQ(Lines(4, single), expected);
}

// Bytes that were searched are not looked at again: a newline put there afterwards is not found.
TEST(LineDecoder, DoesNotSearchTwice) {
  LineDecoder decoder(100);
  EXPECT_EQ(decoder.Next("abc").status, LineDecoder::Status::kNeedMore);
  EXPECT_EQ(decoder.Next("a\ncdef\n").line, "a\ncdef");
}

}  // namespace
}  // namespace parley
