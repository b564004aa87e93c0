// What chat_server export writes.

#include "server/admin/report.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <utility>

namespace parley {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

// 2026-11-23T08:00:00Z
constexpr WallTime kEight{seconds(1'795'420'800)};

Visit Came(const std::string& name, WallTime time, const std::string& person = "") {
  return {.room_key = "lab",
          .person = person.empty() ? "guest:" + name : person,
          .name = name,
          .time = time,
          .left = {}};
}
Visit Left(const std::string& name, WallTime time, const std::string& person = "") {
  Visit visit = Came(name, time, person);
  visit.left = "left";
  return visit;
}
protocol::MessageEvent Said(const std::string& text, WallTime time) {
  protocol::MessageEvent message;
  message.seq = 7;
  message.time = time;
  message.from = {"m1", "Ana"};
  message.text = text;
  return message;
}

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    ::setenv("TZ", "UTC-1", 1);  // an hour ahead of UTC
    ::tzset();
  }
};

TEST_F(ReportTest, TextShowsWhatWasSaidByTheClockOfTheWall) {
  Report report(Report::Format::kText, "Lab", std::nullopt);
  EXPECT_EQ(report.Of(Said("hello", kEight)), "2026-11-23 09:00:00  Ana: hello\n");
  EXPECT_EQ(report.Of(Came("Ben", kEight)), "2026-11-23 09:00:00  * Ben came\n");
  EXPECT_EQ(report.Of(Left("Ben", kEight + minutes(90))), "2026-11-23 10:30:00  * Ben left (left)\n");
  EXPECT_EQ(report.End(kEight + hours(5)), "\nTime in the room (hours:minutes:seconds)\n1:30:00  Ben\n");
}

TEST_F(ReportTest, ALineOfATextCannotPassForAnotherMessageNorMoveTheCursor) {
  Report report(Report::Format::kText, "Lab", std::nullopt);
  EXPECT_EQ(report.Of(Said("one\n2026-11-23 09:00:00  Ben: never\x1b[2J", kEight)),
            "2026-11-23 09:00:00  Ana: one\n                     2026-11-23 09:00:00  Ben: never^[[2J\n");
}

TEST_F(ReportTest, JsonLinesAreTheProtocolsMessagesAndWhoCameAndWent) {
  Report report(Report::Format::kJsonLines, "Lab", std::nullopt);
  EXPECT_EQ(report.Of(Said("hello", kEight)),
            R"({"type":"message","room":"Lab","seq":7,"time":"2026-11-23T08:00:00.000Z",)"
            R"("from":{"id":"m1","name":"Ana"},"text":"hello"})"
            "\n");
  EXPECT_EQ(report.Of(Came("Ben", kEight)),
            R"({"type":"came","room":"Lab","time":"2026-11-23T08:00:00.000Z","name":"Ben"})"
            "\n");
  EXPECT_EQ(report.Of(Left("Ben", kEight + seconds(61))),
            R"({"type":"left","room":"Lab","time":"2026-11-23T08:01:01.000Z","name":"Ben","reason":"left"})"
            "\n");
  EXPECT_EQ(report.End(kEight + hours(1)),
            R"({"type":"attendance","room":"Lab","name":"Ben","seconds":61,"present":false})"
            "\n");
}

TEST_F(ReportTest, TextShowsEditsDeletionsFilesAndPollsAsTheyAreNow) {
  Report report(Report::Format::kText, "Lab", std::nullopt);
  const auto said = [](const std::string& text, protocol::MessageState state) {
    protocol::MessageEvent message = Said(text, kEight);
    message.state = std::make_shared<const protocol::MessageState>(std::move(state));
    return message;
  };
  EXPECT_EQ(report.Of(said("hello all", {.rev = 1, .edited = kEight})),
            "2026-11-23 09:00:00  Ana (edited): hello all\n");
  EXPECT_EQ(report.Of(said("", {.rev = 2, .deleted = true})), "2026-11-23 09:00:00  Ana (deleted)\n");
  protocol::MessageEvent file = Said("", kEight);
  file.file = std::make_shared<const protocol::File>(protocol::File{"f1", "notes\n.pdf", 73'216, {}, {}});
  EXPECT_EQ(report.Of(file), "2026-11-23 09:00:00  Ana: [file notes\n                     .pdf, 71.5 KiB]\n");
  file.text = "see";
  EXPECT_THAT(report.Of(file), HasSubstr("Ana: see\n                     [file notes"));
  protocol::Poll poll{.question = "Tea?", .options = {"yes", "no"}, .counts = {2, 1}};
  EXPECT_EQ(report.Of(said("Tea?\n1) yes\n2) no", {.poll = poll})),
            "2026-11-23 09:00:00  Ana: Tea?\n                     1) yes: 2\n"
            "                     2) no: 1\n");
}

TEST_F(ReportTest, JsonLinesHaveThePresentStateOfAMessage) {
  Report report(Report::Format::kJsonLines, "Lab", std::nullopt);
  protocol::MessageEvent message = Said("", kEight);
  message.state =
      std::make_shared<const protocol::MessageState>(protocol::MessageState{.rev = 2, .deleted = true});
  EXPECT_THAT(report.Of(message), HasSubstr(R"("text":"","rev":2,"deleted":true})"));
}

TEST_F(ReportTest, WithoutAJournalThereIsNoAttendance) {
  Report report(Report::Format::kText, "Lab", std::nullopt);
  report.Of(Said("hello", kEight));
  EXPECT_EQ(report.End(kEight), "");
}

TEST_F(ReportTest, SinceLeavesOutWhatWasBefore) {
  Report report(Report::Format::kText, "Lab", kEight);
  EXPECT_EQ(report.Of(Came("Ana", kEight - minutes(30))), "");
  EXPECT_EQ(report.Of(Said("before", kEight - minutes(1))), "");
  EXPECT_THAT(report.Of(Said("after", kEight)), HasSubstr("after"));
  EXPECT_THAT(report.End(kEight + minutes(10)), HasSubstr("0:10:00  Ana (still there)"));
}

}  // namespace
}  // namespace parley
