#include "server/admin/time_of_people.h"

#include <ctime>

#include "common/base/calendar.h"

namespace parley {

std::optional<WallTime> ParseTimeOfPeople(const std::string& text) {
  const bool utc = text.ends_with('Z');
  const std::string local = utc ? text.substr(0, text.size() - 1) : text;
  for (const char* const form :
       {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
    std::tm parts{};
    parts.tm_isdst = -1;  // whatever holds then
    const char* const end = ::strptime(local.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    if (utc) {
      const auto time = UtcSeconds(parts);
      return time ? std::optional<WallTime>(*time) : std::nullopt;
    }
    // A day that the month does not have is moved on: then it was none.
    const int day = parts.tm_mday;
    const std::time_t seconds = std::mktime(&parts);
    if (parts.tm_mday != day) return std::nullopt;
    return WallTime(std::chrono::seconds(seconds));
  }
  return std::nullopt;
}

}  // namespace parley
