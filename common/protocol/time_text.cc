#include "common/protocol/time_text.h"

#include <chrono>
#include <cstddef>

namespace parley::protocol {
namespace {

constexpr std::string_view kPattern = "0000-00-00T00:00:00.000Z";

// Writes `value` as the `count` digits that begin at `at`.
void PutDigits(std::string& out, std::size_t at, std::size_t count, unsigned value) {
  for (std::size_t i = count; i > 0; --i) {
    out[at + i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// The number in `text` from `at`, of `count` characters that are known to be digits.
int Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
  return value;
}

bool HasPattern(std::string_view text) {
  if (text.size() != kPattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = kPattern[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == kPattern[i];
    if (!fits) return false;
  }
  return true;
}

std::string Write(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<unsigned>((time - day).count());  // milliseconds
  std::string out(kPattern);
  PutDigits(out, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  PutDigits(out, 5, 2, static_cast<unsigned>(date.month()));
  PutDigits(out, 8, 2, static_cast<unsigned>(date.day()));
  PutDigits(out, 11, 2, in_day / 3'600'000);
  PutDigits(out, 14, 2, in_day / 60'000 % 60);
  PutDigits(out, 17, 2, in_day / 1000 % 60);
  PutDigits(out, 20, 3, in_day % 1000);
  return out;
}

}  // namespace

std::string_view TimeText(WallTime time) {
  // All that a turn writes has the same time.
  static thread_local WallTime last = time;
  static thread_local std::string text = Write(time);
  if (time != last) {
    last = time;
    text = Write(time);
  }
  return text;
}

std::optional<WallTime> ParseTime(std::string_view text) {
  if (!HasPattern(text)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{Digits(text, 0, 4)},
                                         std::chrono::month{static_cast<unsigned>(Digits(text, 5, 2))},
                                         std::chrono::day{static_cast<unsigned>(Digits(text, 8, 2))}};
  const std::chrono::hours hours{Digits(text, 11, 2)};
  const std::chrono::minutes minutes{Digits(text, 14, 2)};
  const std::chrono::seconds seconds{Digits(text, 17, 2)};
  if (!date.ok() || hours.count() > 23 || minutes.count() > 59 || seconds.count() > 59) return std::nullopt;
  return std::chrono::sys_days{date} + hours + minutes + seconds +
         std::chrono::milliseconds{Digits(text, 20, 3)};
}

}  // namespace parley::protocol
