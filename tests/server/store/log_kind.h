// The logs that a test runs on, as the parameter of its suite.

#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace parley {

enum class LogKind { kMemory, kDisk, kReopenedDisk };

inline std::string NameOfKind(const testing::TestParamInfo<LogKind>& info) {
  static const char* const kNames[] = {"Memory", "Disk", "ReopenedDisk"};
  return kNames[static_cast<std::size_t>(info.param)];
}

}  // namespace parley
