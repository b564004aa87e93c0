// Who was in a room and how long, and what a log answers about it.

#include "server/store/attendance.h"

#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// 2026-11-23T08:00:00Z
constexpr WallTime kEight{seconds(1'795'420'800)};

Visit CameTo(const std::string& name, WallTime time, const std::string& person = "") {
  return {.room_key = "lab",
          .person = person.empty() ? "guest:" + name : person,
          .name = name,
          .time = time,
          .left = {}};
}
Visit LeftAt(const std::string& name, WallTime time, const std::string& person = "") {
  Visit visit = CameTo(name, time, person);
  visit.left = "left";
  return visit;
}

std::vector<std::string> TimesOf(const Attendance& attendance, WallTime now) {
  std::vector<std::string> times;
  for (const auto& person : attendance.People(now)) {
    times.push_back(person.name + " " + std::to_string(std::chrono::round<seconds>(person.time).count()) +
                    (person.still_here ? " here" : ""));
  }
  return times;
}

TEST(AttendanceTest, StaysOfOnePersonAddUp) {
  Attendance attendance(std::nullopt);
  attendance.Add(CameTo("Ana", kEight));
  attendance.Add(LeftAt("Ana", kEight + seconds(10)));
  attendance.Add(CameTo("Ben", kEight + seconds(10)));
  attendance.Add(CameTo("Ana", kEight + seconds(20)));
  attendance.Add(LeftAt("Ana", kEight + seconds(25)));
  EXPECT_THAT(TimesOf(attendance, kEight + seconds(70)), ElementsAre("Ana 15", "Ben 60 here"));
}

TEST(AttendanceTest, TwoSessionsAtOnceCountOnce) {
  Attendance attendance(std::nullopt);
  attendance.Add(CameTo("Ana", kEight));
  attendance.Add(CameTo("Ana", kEight + seconds(10)));
  attendance.Add(LeftAt("Ana", kEight + seconds(20)));
  attendance.Add(LeftAt("Ana", kEight + seconds(30)));
  EXPECT_THAT(TimesOf(attendance, kEight + hours(1)), ElementsAre("Ana 30"));
}

TEST(AttendanceTest, PeopleOfOneNameAreTwo) {
  Attendance attendance(std::nullopt);
  for (const char* const person : {"guest:1", "guest:2"}) {
    attendance.Add(CameTo("Ana", kEight, person));
    attendance.Add(LeftAt("Ana", kEight + seconds(5), person));
  }
  EXPECT_THAT(TimesOf(attendance, kEight), ElementsAre("Ana 5", "Ana 5"));
}

TEST(AttendanceTest, APersonWhoLeftBeforeThePeriodIsLeftOut) {
  Attendance attendance(kEight);
  attendance.Add(CameTo("Ana", kEight - hours(2)));
  attendance.Add(LeftAt("Ana", kEight - hours(1)));
  attendance.Add(CameTo("Ben", kEight - hours(1)));
  attendance.Add(LeftAt("Ben", kEight + seconds(9)));
  EXPECT_THAT(TimesOf(attendance, kEight + hours(1)), ElementsAre("Ben 9"));
}

TEST(AttendanceTest, AClockThatWasSetBackTakesNothingAway) {
  Attendance attendance(std::nullopt);
  attendance.Add(CameTo("Ana", kEight));
  attendance.Add(LeftAt("Ana", kEight - hours(1)));
  EXPECT_THAT(TimesOf(attendance, kEight), ElementsAre("Ana 0"));
  EXPECT_EQ(attendance.People(kEight)[0].left, kEight);
}

TEST(AttendanceTest, ALeavingWithoutAComingIsNothing) {
  Attendance attendance(std::nullopt);
  attendance.Add(LeftAt("Ana", kEight));
  attendance.Add(CameTo("Ana", kEight));
  attendance.Add(LeftAt("Ana", kEight + seconds(3)));
  EXPECT_THAT(TimesOf(attendance, kEight), ElementsAre("Ana 3"));
}

TEST(AttendanceTest, TellsWhenSomebodyFirstCameAndLastLeft) {
  Attendance attendance(kEight);
  attendance.Add(CameTo("Ana", kEight - hours(2)));
  attendance.Add(LeftAt("Ana", kEight - hours(1)));
  attendance.Add(CameTo("Ben", kEight - hours(1)));
  attendance.Add(CameTo("Ana", kEight + seconds(1)));
  attendance.Add(LeftAt("Ana", kEight + seconds(2)));
  attendance.Add(CameTo("Ana", kEight + seconds(3)));
  attendance.Add(LeftAt("Ana", kEight + seconds(5)));
  const auto people = attendance.People(kEight + seconds(9));
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].came, kEight + seconds(1));
  EXPECT_EQ(people[0].left, kEight + seconds(5));
  EXPECT_EQ(people[1].came, kEight);  // earlier does not count
  EXPECT_TRUE(people[1].still_here);
}

// --- What a log answers ---

class AttendanceReadTest : public testing::Test {
 protected:
  AttendanceReadTest() {
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ =
        SqliteLog::Open(folder_.path() / "messages.db", 100, Durability::kNormal, waker_, {}, rooms, error);
  }
  MessageLog::Loaded Next(MessageLog& log) {
    for (;;) {
      log.Wait();
      if (auto done = log.Take()) return std::get<MessageLog::Loaded>(std::move(*done));
    }
  }
  static LogQuery Query(const std::string& room, std::uint64_t after = 0) {
    return {.room_key = room,
            .attendance = LogQuery::Attendance{.since = kEight, .until = kEight + hours(1), .after = after}};
  }
  protocol::AttendanceReply Ask(std::uint64_t after = 0) {
    log_->Read(Query("lab", after));
    return Next(*log_).page.attendance;
  }

  test::TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<SqliteLog> log_;
};

TEST_F(AttendanceReadTest, HasPeopleOfThatRoomAndTime) {
  Visit elsewhere = CameTo("Eve", kEight);
  elsewhere.room_key = "hall";
  log_->Note({CameTo("Dan", kEight - hours(3)), LeftAt("Dan", kEight - hours(2)), elsewhere,
              CameTo("Ana", kEight), CameTo("Ben", kEight + seconds(5)),
              LeftAt("Ben", kEight + seconds(65))});
  const auto reply = Ask();
  ASSERT_EQ(reply.people.size(), 2U);
  EXPECT_EQ(reply.people[0].name, "Ana");
  EXPECT_EQ(reply.people[0].seconds, 3600U);
  EXPECT_FALSE(reply.people[0].left);
  EXPECT_EQ(reply.people[1].name, "Ben");
  EXPECT_EQ(reply.people[1].seconds, 60U);
  EXPECT_EQ(reply.people[1].left, kEight + seconds(65));
  EXPECT_FALSE(reply.next);
}

TEST_F(AttendanceReadTest, KnowsNobodyOfARoomThatNeverWas) {
  EXPECT_THAT(Ask().people, IsEmpty());
  MemoryLog memory(100);
  memory.Read(Query("lab"));
  EXPECT_THAT(Next(memory).page.attendance.people, IsEmpty());
}

TEST_F(AttendanceReadTest, IsReadInStepsThatLetOthersGoFirst) {
  std::vector<Visit> visits;
  for (std::size_t i = 0; i < limits::kVisitsAtOnce; ++i) {
    visits.push_back(CameTo("Ana", kEight));
    visits.push_back(LeftAt("Ana", kEight + seconds(1)));
  }
  log_->Note(std::move(visits));
  LogQuery query = Query("lab");
  query.ticket = 1;
  log_->Read(std::move(query));
  log_->Read({.room_key = "lab", .limit = 1, .ticket = 2});
  EXPECT_EQ(Next(*log_).ticket, 2U);
  const auto last = Next(*log_);
  EXPECT_EQ(last.ticket, 1U);
  ASSERT_EQ(last.page.attendance.people.size(), 1U);
  EXPECT_EQ(last.page.attendance.people[0].seconds, limits::kVisitsAtOnce);
}

TEST_F(AttendanceReadTest, ComesInPagesThatTogetherHaveEverybodyOnce) {
  constexpr std::size_t kPeople = 5'000;
  std::vector<Visit> visits;
  for (std::size_t i = 0; i < kPeople; ++i) visits.push_back(CameTo("Person " + std::to_string(i), kEight));
  log_->Note(std::move(visits));
  std::vector<std::string> names;
  std::optional<std::uint64_t> next = 0;
  int pages = 0;
  for (; next; ++pages) {
    const auto reply = Ask(*next);
    EXPECT_LE(EncodeEvent(reply).size(), limits::kReplyMessageBytes + 1'000);
    for (const auto& person : reply.people) names.push_back(person.name);
    next = reply.next;
  }
  EXPECT_GT(pages, 1);
  ASSERT_EQ(names.size(), kPeople);
  for (std::size_t i = 0; i < kPeople; ++i) ASSERT_EQ(names[i], "Person " + std::to_string(i));
}

}  // namespace
}  // namespace parley
