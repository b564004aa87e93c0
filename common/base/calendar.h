// UtcSeconds reads a broken-down time as UTC: what timegm does, which POSIX lacks.

#pragma once

#include <chrono>
#include <ctime>
#include <optional>

namespace parley {

// Nothing for a day that the month does not have. Any year: it does not end where nanoseconds do.
inline std::optional<std::chrono::sys_seconds> UtcSeconds(const std::tm& parts) {
  const std::chrono::year_month_day day(std::chrono::year(parts.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

}  // namespace parley
