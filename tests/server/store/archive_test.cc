#include "server/store/archive.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/store/message_schema.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Around the time of this test: what is too old is not kept.
WallTime At(std::int64_t seconds) {
  static const auto kStart = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return kStart + std::chrono::seconds(seconds);
}

class ArchiveTest : public testing::Test {
 protected:
  void Open() {
    log_.reset();
    log_ = SqliteLog::Open(file_, 100, Durability::kNormal, waker_, {"lab"}, rooms_, error_);
  }
  void Say(const std::string& room, const std::string& text, std::int64_t when) {
    LogEntry entry;
    entry.room_key = room;
    entry.author_key = "guest:1";
    entry.message.time = At(when);
    entry.message.from = {"m1", "Ana"};
    entry.message.text = text;
    log_->Append({entry});
    log_->Wait();
  }
  void Note(const std::string& name, std::int64_t when, std::optional<std::string> left = {}) {
    log_->Note({{.room_key = "lab",
                 .person = "guest:" + name,
                 .name = name,
                 .time = At(when),
                 .left = std::move(left)}});
    log_->Wait();
  }
  std::vector<std::string> Contents(const std::string& room = "lab") {
    const auto archive = Archive::Open(file_, error_);
    std::vector<std::string> contents;
    const auto outcome = archive->Read(
        room, [&](Record record) { contents.push_back(Words(record)); }, error_);
    if (outcome == Archive::Outcome::kNoRoom) return {"no such room"};
    EXPECT_EQ(outcome, Archive::Outcome::kRead) << error_;
    return contents;
  }
  static std::string Words(const Record& record) {
    if (const auto* visit = std::get_if<Visit>(&record)) {
      const auto when = std::chrono::floor<std::chrono::seconds>(visit->time - At(0)).count();
      return std::to_string(when) + (visit->left ? " - " : " + ") + visit->name +
             (visit->left ? " " + *visit->left : "");
    }
    const auto& message = std::get<protocol::MessageEvent>(record);
    return "#" + std::to_string(message.seq) + " " + message.from.name + ": " + message.text;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "messages.db";
  Waker waker_;
  std::vector<RoomSettings> rooms_;
  std::string error_;
  std::unique_ptr<SqliteLog> log_;
};

TEST_F(ArchiveTest, GivesMessagesAndVisitsByTimeWhileTheServerRuns) {
  Open();
  Note("Ana", 0);
  Say("lab", "one", 1);
  Note("Ben", 2);
  Say("lab", "two", 3);
  Note("Ben", 4, "left");
  Say("hall", "elsewhere", 5);
  EXPECT_THAT(Contents(), ElementsAre("0 + Ana", "#1 Ana: one", "2 + Ben", "#2 Ana: two", "4 - Ben left"));
  EXPECT_THAT(Contents("hall"), ElementsAre("#1 Ana: elsewhere"));
  EXPECT_THAT(Contents("nowhere"), ElementsAre("no such room"));
}

TEST_F(ArchiveTest, GivesMessagesInTheirPresentStateAndOfWhatWasDeletedOnlyThatItWas) {
  Open();
  Say("lab", "one", 1);
  Say("lab", "two", 2);
  LogEntry file{.room_key = "lab", .author_key = "guest:1", .message = {}};
  file.message.time = At(3);
  file.message.file =
      std::make_shared<const protocol::File>(protocol::File{"f1", "a.txt", 3, "text/plain", "00"});
  const auto change = [](protocol::Sequence seq, auto what) {
    LogEntry entry{.room_key = "lab", .author_key = "guest:1", .message = {}};
    entry.message.time = At(4);
    entry.change = Change{.seq = seq, .what = std::move(what)};
    return entry;
  };
  log_->Append({file, change(1, Change::Edit{"first"}), change(2, Change::Delete{})});
  log_->Wait();
  std::vector<protocol::MessageEvent> messages;
  Archive::Open(file_, error_)
      ->Read(
          "lab", [&](Record record) { messages.push_back(std::get<protocol::MessageEvent>(record)); },
          error_);
  ASSERT_EQ(messages.size(), 3U) << error_;
  EXPECT_EQ(messages[0].text, "first");
  EXPECT_TRUE(messages[0].state->edited);
  EXPECT_EQ(messages[1].text, "");
  EXPECT_TRUE(messages[1].state->deleted);
  ASSERT_TRUE(messages[2].file);
  EXPECT_EQ(messages[2].file->name, "a.txt");
}

TEST_F(ArchiveTest, EveryRowOfTheVersionBeforeMessagesChangedIsKept) {
  {
    SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    constexpr int kBefore = 6;
    for (int i = 0; i < kBefore; ++i) old.exec(kMessageMigrations[static_cast<std::size_t>(i)]);
    old.exec("PRAGMA application_id = " + std::to_string(kMessagesId));
    old.exec("PRAGMA user_version = " + std::to_string(kBefore));
    old.exec(
        "INSERT INTO rooms VALUES (1, 'lab', 3, 'Lab', 'Week 3', 'sesame', 1, 1, 1795420800000, 1, 0, 9);"
        "INSERT INTO room_people VALUES"
        " (1, 'host', 'account:ada', '', '', '', 1, 1, 0, ''),"
        " (1, 'ban', 'guest:eve', 'Eve', 'eve', '192.0.2.1', 1, 0, 1795420800000, 'Ada'),"
        " (1, 'mute', 'guest:bob', '', '', '', 1, 0, 0, '');");
    const auto now = std::to_string(At(0).time_since_epoch().count());
    old.exec("INSERT INTO messages VALUES (1, 2, " + now +
             ", 'guest:1', 'm1', 'Ana', 'with an id', 'c-1'), (1, 3, " + now +
             ", 'guest:2', 'm2', 'Ben', 'without', NULL)");
    old.exec("INSERT INTO visits VALUES (1, " + now + ", 'guest:1', 'Ana', NULL), (1, " + now +
             ", 'guest:1', 'Ana', 'left')");
  }
  Open();
  ASSERT_TRUE(log_) << error_;
  ASSERT_EQ(rooms_.size(), 1U);
  const RoomSettings& lab = rooms_.front();
  EXPECT_EQ(lab.name.shown, "Lab");
  EXPECT_EQ(lab.topic, "Week 3");
  EXPECT_EQ(lab.password, "sesame");
  EXPECT_TRUE(lab.locked);
  EXPECT_TRUE(lab.waiting_room);
  EXPECT_FALSE(lab.allow.microphone);
  EXPECT_TRUE(lab.allow.camera);
  EXPECT_FALSE(lab.allow.chat);
  ASSERT_EQ(lab.bans.size(), 1U);
  EXPECT_EQ(lab.bans.front().name.shown, "Eve");
  EXPECT_EQ(lab.bans.front().address, "192.0.2.1");
  EXPECT_EQ(lab.bans.front().by, "Ada");
  ASSERT_EQ(lab.known_hosts.all().size(), 1U);
  EXPECT_EQ(lab.known_hosts.all().front().identity, "account:ada");
  EXPECT_TRUE(lab.muted_identities.Contains("guest:bob"));
  EXPECT_THAT(Contents(), ElementsAre("0 + Ana", "#2 Ana: with an id", "#3 Ben: without", "0 - Ana left"));
  // What has an id is known by it, and numbers go on.
  LogEntry again{.room_key = "lab", .author_key = "guest:1", .message = {}};
  again.message.id = "c-1";
  LogEntry next{.room_key = "lab", .author_key = "guest:1", .message = {}};
  next.message.text = "next";
  log_->Append({again, next});
  log_->Wait();
  const auto entries = std::get<MessageLog::Appended>(*log_->Take()).entries;
  EXPECT_FALSE(entries[0].stored());
  EXPECT_EQ(entries[0].message.seq, 2U);
  EXPECT_EQ(entries[1].message.seq, 4U);
}

TEST_F(ArchiveTest, ACrashEndsTheVisitsWhenTheServerWasLastHeardOf) {
  Open();
  Note("Ana", 0);
  Note("Ben", 1);
  Note("Ana", 2);
  Note("Ben", 3, "left");
  Say("hall", "later", 9);
  Open();
  EXPECT_THAT(Contents(), ElementsAre("0 + Ana", "1 + Ben", "2 + Ana", "3 - Ben left", "9 - Ana stopped",
                                      "9 - Ana stopped"));
  Open();
  EXPECT_EQ(Contents().size(), 6U) << "once is enough";
}

TEST_F(ArchiveTest, ADepartureWithoutAnArrivalDoesNotHideALaterStay) {
  Open();
  Note("Ana", 0, "left");  // by what an older version had lost
  Note("Ana", 1);
  Open();
  EXPECT_THAT(Contents(), ElementsAre("0 - Ana left", "1 + Ana", "1 - Ana stopped"));
  Note("Ana", 2);
  Note("Ana", 3, "left");
  Open();
  EXPECT_EQ(Contents().size(), 5U);
}

TEST_F(ArchiveTest, VisitsAreKeptForASchoolYear) {
  Open();
  Note("Ana", -402 * 86'400);
  Note("Ana", -401 * 86'400, "left");
  Note("Ben", -399 * 86'400);
  Note("Ben", -398 * 86'400, "left");
  Open();
  EXPECT_EQ(Contents().size(), 2U);
  EXPECT_THAT(Contents().front(), HasSubstr("Ben"));
}

TEST_F(ArchiveTest, AFileOfTheFirstVersionIsBroughtUpToDate) {
  {
    SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(kMessageMigrations[0]);
    old.exec("PRAGMA application_id = " + std::to_string(kMessagesId));
    old.exec("PRAGMA user_version = 1");
    old.exec("INSERT INTO rooms (key, last, name, locked) VALUES ('lab', 1, 'Lab', 1)");
    old.exec("INSERT INTO messages VALUES (1, 1, 5, 'guest:1', 'm1', 'Ana', 'from before', NULL)");
  }
  Open();
  ASSERT_TRUE(log_) << error_;
  ASSERT_EQ(rooms_.size(), 1U);
  EXPECT_TRUE(rooms_[0].locked);
  EXPECT_FALSE(rooms_[0].waiting_room);
  EXPECT_EQ(rooms_[0].allow, protocol::Allow{});
  EXPECT_THAT(Contents(), ElementsAre("#1 Ana: from before"));
}

TEST_F(ArchiveTest, BansAndHostsOfTheVersionBeforeAreKept) {
  {
    SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(kMessageMigrations[0]);
    old.exec(kMessageMigrations[1]);
    old.exec("PRAGMA application_id = " + std::to_string(kMessagesId));
    old.exec("PRAGMA user_version = 2");
    old.exec("INSERT INTO rooms (key, last, name) VALUES ('lab', 0, 'Lab')");
    old.exec(
        "INSERT INTO room_people VALUES (1, 'ban', 'guest:1', 'Ben', 'ben', '10.0.0.1'),"
        " (1, 'ban', 'account:cy', 'Cy', 'cy', ''), (1, 'host', 'guest:2', '', '', ''),"
        " (1, 'mute', 'guest:3', '', '', '')");
  }
  Open();
  ASSERT_TRUE(log_) << error_;
  ASSERT_EQ(rooms_.size(), 1U);
  ASSERT_EQ(rooms_[0].bans.size(), 2U);
  const Ban& ban = rooms_[0].bans[0];
  EXPECT_EQ(ban.name.shown, "Ben");
  EXPECT_EQ(ban.identity, "guest:1");
  EXPECT_EQ(ban.address, "") << "nobody had asked for that";
  EXPECT_EQ(ban.by, "");
  EXPECT_GE(ban.time, At(-1));
  EXPECT_THAT(rooms_[0].known_hosts.all(),
              ElementsAre(KnownHosts::Host{"guest:2", HostBy::kBeingFirst, false}));
  EXPECT_TRUE(rooms_[0].muted_identities.Contains("guest:3"));
}

// As it was before rooms could be forgotten.
TEST_F(ArchiveTest, OfAFileFromBeforeRoomsOfAccountsStayAndTheOthersCountAsUsedToday) {
  {
    SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (std::size_t step = 0; step < 2; ++step) old.exec(kMessageMigrations[step]);
    old.exec("PRAGMA application_id = " + std::to_string(kMessagesId));
    old.exec("PRAGMA user_version = 2");
    old.exec("INSERT INTO rooms (key, last) VALUES ('lab', 1), ('den', 1), ('hall', 0)");
    old.exec("INSERT INTO messages VALUES (1, 1, 5, 'guest:1', 'm1', 'Ana', 'hello', NULL)");
    old.exec("INSERT INTO messages VALUES (2, 1, 5, 'account:ben', 'm1', 'Ben', 'hello', NULL)");
    old.exec("INSERT INTO room_people (room, kind, identity) VALUES (3, 'host', 'account:ben')");
  }
  Open();
  ASSERT_TRUE(log_) << error_;
  log_->Wait();
  SQLite::Database now(file_.string());
  SQLite::Statement rows(
      now, "SELECT key, hosted, used > 1000 * (unixepoch('now') - 3600) FROM rooms ORDER BY id");
  std::vector<std::string> found;
  while (rows.executeStep()) {
    found.push_back(rows.getColumn(0).getString() + " " + rows.getColumn(1).getString() +
                    rows.getColumn(2).getString());
  }
  EXPECT_THAT(found, ElementsAre("lab 01", "den 11", "hall 11"));
}

TEST_F(ArchiveTest, AFolderWithoutMessagesIsSaid) {
  EXPECT_FALSE(Archive::Open(file_, error_));
  EXPECT_THAT(error_, HasSubstr("--data"));
  EXPECT_FALSE(std::filesystem::exists(file_)) << "nothing is made by looking";
}

TEST_F(ArchiveTest, SaysWhyItCannotBeRead) {
  Open();
  Say("lab", "one", 1);
  const auto archive = Archive::Open(file_, error_);
  ASSERT_TRUE(archive) << error_;
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("DROP TABLE visits");
  EXPECT_EQ(archive->Read(
                "lab", [](const Record&) {}, error_),
            Archive::Outcome::kFailed);
  EXPECT_NE(error_.find("visits"), std::string::npos) << error_;
}

}  // namespace
}  // namespace parley
