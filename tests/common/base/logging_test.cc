#include "common/base/logging.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/json.h"

namespace parley {
namespace {

// What `write` puts into the log, which is on stderr.
std::string Logged(std::string_view level, LogFormat format, const std::function<void()>& write) {
  testing::internal::CaptureStderr();
  SetUpLogging(level, format);
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(Logging, JsonIsValidWhateverTheMessageHolds) {
  const std::string message =
      "a \"quote\", a back\\slash,\na new line,\r\ttabs, \x01 \x1b[31m \x7f and caf\xC3\xA9";
  const std::string line = Logged("info", LogFormat::kJson, [&] { spdlog::info("{}", message); });
  const test::Json json = test::Json::Parse(line);
  EXPECT_EQ(json["text"], message);
  EXPECT_EQ(json["level"], "info");
}

TEST(Logging, JsonIsOneLineAMessage) {
  const std::string lines = Logged("info", LogFormat::kJson, [] {
    spdlog::info("one\ntwo");
    spdlog::warn("three");
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 2);
  EXPECT_EQ(test::Json::Parse(lines.substr(lines.find('\n')))["level"], "warning");
}

TEST(Logging, JsonHasTheTimeAsTheWireHasIt) {
  const std::string line = Logged("info", LogFormat::kJson, [] { spdlog::info("x"); });
  const std::string time = test::Json::Parse(line)["time"].Text();
  ASSERT_EQ(time.size(), 24U) << time;
  EXPECT_EQ(time.substr(10, 1) + time.substr(19, 1) + time.substr(23), "T.Z");
}

TEST(Logging, TextSaysLevelAndMessage) {
  const std::string line = Logged("info", LogFormat::kText, [] { spdlog::warn("the \"disk\" is full"); });
  EXPECT_TRUE(line.ends_with(" warning: the \"disk\" is full\n")) << line;
}

TEST(Logging, LeavesOutWhatIsBelowItsLevel) {
  const auto write = [] {
    spdlog::info("quiet");
    spdlog::error("loud");
  };
  const std::string at_error = Logged("error", LogFormat::kText, write);
  EXPECT_EQ(at_error.find("quiet"), std::string::npos);
  EXPECT_NE(at_error.find("loud"), std::string::npos);
  EXPECT_EQ(Logged("off", LogFormat::kText, write), "");
}

TEST(Logging, KnowsTheNamesOfLevels) {
  for (const char* name : {"trace", "debug", "info", "warn", "error", "critical", "off"}) {
    EXPECT_TRUE(IsLogLevel(name)) << name;
  }
  for (const char* name : {"", "loud", "INFO", "info "}) EXPECT_FALSE(IsLogLevel(name)) << name;
}

}  // namespace
}  // namespace parley
