// Sets up the program's log: spdlog's default logger, on stderr. Called once, before anything is logged.

#pragma once

#include <string_view>

namespace parley {

enum class LogFormat { kText, kJson };

// Whether spdlog knows this level: trace, debug, info, warn, error, critical, off.
bool IsLogLevel(std::string_view name);

// `level` is a name for which IsLogLevel holds. Messages are written whole, one line each. What a
// peer sent is never logged: neither texts nor names.
void SetUpLogging(std::string_view level, LogFormat format);

}  // namespace parley
