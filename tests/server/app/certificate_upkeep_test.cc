#include "server/app/certificate_upkeep.h"

#include <gmock/gmock.h>
#include <poll.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace parley {
namespace {

using std::chrono::days;
using testing::AllOf;
using testing::HasSubstr;

const std::chrono::sys_seconds kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

// Loads that wait until the test lets them go, and fail with their number.
class CertificateUpkeepTest : public testing::Test {
 protected:
  CertificateUpkeepTest() {
    std::error_code error;
    upkeep_ = CertificateUpkeep::Open([this] { return LoadOne(); }, waker_, error);
  }
  // The next load may go on. Returns once it is done.
  CertificateUpkeep::Done FinishOne() {
    gates_.at(finished_++).set_value();
    while (true) {
      if (auto done = upkeep_->Take()) return std::move(*done);
      pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
      ::poll(&woken, 1, -1);
      waker_.Drain();
    }
  }

  Waker waker_;
  std::unique_ptr<CertificateUpkeep> upkeep_;

 private:
  CertificateUpkeep::Result LoadOne() {
    const std::size_t number = begun_++;
    gates_.at(number).get_future().wait();
    return "load " + std::to_string(number);
  }

  std::size_t begun_ = 0;  // the thread's
  std::size_t finished_ = 0;
  std::vector<std::promise<void>> gates_ = std::vector<std::promise<void>>(4);
};

TEST_F(CertificateUpkeepTest, NeitherCallWaitsForALoad) {
  EXPECT_FALSE(upkeep_->Take());
  upkeep_->Begin(false);
  EXPECT_FALSE(upkeep_->Take());
  EXPECT_EQ(std::get<std::string>(FinishOne().result), "load 0");
  EXPECT_FALSE(upkeep_->Take());
}

TEST_F(CertificateUpkeepTest, AReloadThatIsAskedForMeanwhileIsMade) {
  upkeep_->Begin(false);
  upkeep_->Begin(true);
  upkeep_->Begin(true);  // one is enough for both
  upkeep_->Begin(false);
  const auto first = FinishOne();
  EXPECT_FALSE(first.reload);
  const auto second = FinishOne();
  EXPECT_TRUE(second.reload);
  EXPECT_EQ(std::get<std::string>(second.result), "load 1");
  upkeep_->Begin(false);
  EXPECT_EQ(std::get<std::string>(FinishOne().result), "load 2");
}

TEST_F(CertificateUpkeepTest, ALoadThatTheTimerAsksForMeanwhileIsNotMade) {
  upkeep_->Begin(true);
  upkeep_->Begin(false);
  EXPECT_TRUE(FinishOne().reload);
  upkeep_->Begin(false);
  EXPECT_EQ(std::get<std::string>(FinishOne().result), "load 1");
}

TEST(CertificateWarning, IsOfEitherEndOfItsLife) {
  const CertificateFacts facts{.fingerprint = "", .begins = kNow, .ends = kNow + days(90), .names = {}};
  EXPECT_EQ(WarningOf(facts, "c.pem", kNow), "");
  EXPECT_EQ(WarningOf(facts, "c.pem", kNow + days(76)), "");
  EXPECT_THAT(WarningOf(facts, "c.pem", kNow + days(77)), HasSubstr("c.pem expires in 13 days: renew it"));
  EXPECT_THAT(WarningOf(facts, "c.pem", kNow + days(90)), HasSubstr("has expired"));
  EXPECT_THAT(WarningOf(facts, "c.pem", kNow - std::chrono::seconds(1)),
              AllOf(HasSubstr("not valid before 2026-03-01"), HasSubstr("set the clock")));
}

}  // namespace
}  // namespace parley
