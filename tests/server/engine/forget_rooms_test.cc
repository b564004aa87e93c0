// The log is told which rooms are in use, and then, where that is wished, to forget the others.

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/exchange.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class NotedLog : public MemoryLog {
 public:
  NotedLog() : MemoryLog(100) {}
  void Touch(std::vector<std::string> keys, WallTime /*now*/) override { touched = std::move(keys); }
  void Forget(WallTime unused_since) override { forgets.push_back(unused_since); }
  void Evict(const std::string& room) override { evicted.push_back(room); }
  void Save(RoomSettings /*settings*/) override { ++saves; }

  std::vector<std::string> touched, evicted;
  std::vector<WallTime> forgets;
  int saves = 0;
};

class ForgetRoomsTest : public testing::Test {
 protected:
  explicit ForgetRoomsTest(int days = 30) {
    ExchangeOptions options;
    options.forget_rooms = std::chrono::days(days);
    auto log = std::make_unique<NotedLog>();
    log_ = log.get();
    exchange_ =
        std::make_unique<Exchange>(std::move(options), std::move(log), std::make_unique<FakeAccounts>());
    ana_ = exchange_->Open({.address = "10.0.0.1"}, now_);
    Says(R"({"type":"hello","protocol":1,"name":"Ana"})");
    exchange_->Tick(now_);
  }
  void Says(const std::string& line) {
    exchange_->Receive(ana_, line + "\n", now_);
    exchange_->Commit(now_);
    exchange_->Commit(now_);
  }
  void Uses(const std::string& room) {
    Says(R"({"type":"join","room":")" + room + "\"}");
    Says(R"({"type":"message","room":")" + room + R"(","text":"hello"})");
  }
  // So many rooms, in which nobody is any more.
  void UseAndLeave(std::size_t rooms) {
    for (std::size_t i = 0; i < rooms; ++i) {
      now_.monotonic += std::chrono::seconds(1);  // for the pace
      const std::string room = "room " + std::to_string(i);
      Uses(room);
      Says(R"({"type":"leave","room":")" + room + "\"}");
    }
  }
  void Pass(Duration time) {
    now_.monotonic += time;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time);
    log_->touched.clear();
    exchange_->Tick(now_);
  }

  Now now_{MonotonicTime(hours(1)), WallTime(hours(500'000))};
  NotedLog* log_ = nullptr;
  std::unique_ptr<Exchange> exchange_;
  PeerIndex ana_ = kNoPeer;
};

TEST_F(ForgetRoomsTest, FiveMinutesAfterTheStartAndThenEveryHour) {
  Pass(minutes(4));
  EXPECT_THAT(log_->forgets, IsEmpty());
  Pass(minutes(1));
  EXPECT_THAT(log_->forgets, ElementsAre(now_.wall - std::chrono::days(30)));
  EXPECT_EQ(exchange_->NextDeadline(), now_.monotonic + hours(1));
  Pass(hours(1));
  EXPECT_THAT(log_->forgets, testing::SizeIs(2));
}

TEST_F(ForgetRoomsTest, RoomsInUseAreToldFirstAndTheOthersAreNoLongerInMemory) {
  Uses("lab");
  Uses("den");
  Pass(minutes(5));
  EXPECT_THAT(log_->touched, UnorderedElementsAre("lobby", "lab", "den"));
  Says(R"({"type":"leave","room":"den"})");
  Pass(hours(1));
  EXPECT_THAT(log_->touched, UnorderedElementsAre("lobby", "lab", "den")) << "it was in use within the hour";
  EXPECT_THAT(log_->evicted, IsEmpty());
  Pass(hours(1));
  EXPECT_THAT(log_->touched, UnorderedElementsAre("lobby", "lab"));
  EXPECT_THAT(log_->evicted, ElementsAre("den"));
}

// Each is written by the log's thread, and messages wait for that.
TEST_F(ForgetRoomsTest, ManyRoomsLeaveTheMemoryAFewAtATime) {
  constexpr std::size_t kRooms = 120;
  UseAndLeave(kRooms);
  Pass(hours(1));
  const std::size_t forgets = log_->forgets.size();
  log_->saves = 0;
  Pass(hours(1));
  std::size_t gone = 0;
  while (log_->evicted.size() < kRooms) {
    EXPECT_GT(log_->evicted.size(), gone);
    EXPECT_LE(log_->evicted.size(), gone + 50);
    gone = log_->evicted.size();
    EXPECT_EQ(log_->forgets.size(), forgets) << "not before all have left";
    EXPECT_THAT(log_->touched, IsEmpty());
    ASSERT_LE(exchange_->NextDeadline(), now_.monotonic + std::chrono::milliseconds(100));
    Pass(std::chrono::milliseconds(100));
  }
  EXPECT_LE(log_->evicted.size(), gone + 50);
  EXPECT_EQ(log_->saves, static_cast<int>(kRooms));
  EXPECT_EQ(log_->forgets.size(), forgets + 1);
  EXPECT_THAT(log_->touched, ElementsAre("lobby"));
}

TEST_F(ForgetRoomsTest, ARoomThatIsUsedAgainBeforeItsStepStays) {
  UseAndLeave(60);
  Pass(hours(1));
  Pass(hours(1));
  ASSERT_LT(log_->evicted.size(), 60U);
  Uses("room 59");
  Says(R"({"type":"leave","room":"room 59"})");
  Pass(std::chrono::milliseconds(100));
  EXPECT_THAT(log_->touched, UnorderedElementsAre("lobby", "room 59"));
  EXPECT_THAT(log_->evicted, testing::Not(testing::Contains("room 59")));
}

class NeverForgetTest : public ForgetRoomsTest {
 protected:
  NeverForgetTest() : ForgetRoomsTest(0) {}
};

TEST_F(NeverForgetTest, RoomsInUseAreReportedAndNothingIsForgotten) {
  Uses("lab");
  Says(R"({"type":"leave","room":"lab"})");
  for (int i = 0; i < 3; ++i) Pass(hours(1));
  EXPECT_THAT(log_->touched, ElementsAre("lobby"));
  EXPECT_THAT(log_->forgets, IsEmpty());
  EXPECT_THAT(log_->evicted, IsEmpty());
}

}  // namespace
}  // namespace parley::test
