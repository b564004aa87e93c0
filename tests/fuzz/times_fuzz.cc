// Times: those of the wire, which come back as they were, and those that people write on a command line.

#include <string>
#include <string_view>

#include "common/protocol/time_text.h"
#include "server/admin/time_of_people.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ParseTimeOfPeople;
using parley::WallTime;
using parley::fuzz::Require;
using parley::protocol::ParseTime;

constexpr WallTime kFirst{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr WallTime kEnd{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

std::string Written(WallTime time) {
  return std::string(parley::protocol::TimeText(time));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = parley::fuzz::Text(data, size);
  if (const auto time = ParseTime(text)) {
    Require(*time >= kFirst && *time < kEnd);
    Require(Written(*time) == text);
  }
  if (const auto time = ParseTimeOfPeople(std::string(text))) {
    // A zone is less than a day away.
    Require(*time > kFirst - std::chrono::days(1) && *time < kEnd + std::chrono::days(1));
    const std::string written = Written(*time);
    if (text.ends_with('Z')) Require(ParseTimeOfPeople(written.substr(0, 19) + "Z") == time);
  }
  return 0;
}
