#include "common/base/refusal_log.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RefusalLogTest : public testing::Test {
 protected:
  RefusalLogTest() {
    auto logger =
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(told_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(logger);
  }
  ~RefusalLogTest() override { spdlog::set_default_logger(before_); }

  std::vector<std::string> Told() {
    std::istringstream lines(told_.str());
    told_.str("");
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    return all;
  }

  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream told_;
  RefusalLog log_;
  MonotonicTime now_;
};

TEST_F(RefusalLogTest, TheFirstOfEachKindAreToldAtOnce) {
  for (int i = 0; i < RefusalLog::kFirst; ++i) {
    log_.Tell("origin", "an origin", now_);
    log_.Tell("token", "a token", now_);
    EXPECT_THAT(Told(), ElementsAre("info an origin", "info a token"));
  }
  log_.Tell("origin", "an origin", now_);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(RefusalLogTest, LaterOnesAreCountedAndToldOnceAMinute) {
  for (int i = 0; i < RefusalLog::kFirst; ++i) log_.Tell("origin", "first", now_);
  Told();
  for (int minute = 1; minute <= 3; ++minute) {
    for (int i = 0; i < 1000; ++i) log_.Tell("origin", "more", now_);
    EXPECT_THAT(Told(), IsEmpty());
    now_ += RefusalLog::kPeriod;
    log_.Tell("origin", "last", now_);
    EXPECT_THAT(Told(), ElementsAre("info last (1001 of this kind since the last line)"));
  }
}

}  // namespace
}  // namespace parley
