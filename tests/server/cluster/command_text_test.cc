#include "server/cluster/command_text.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/server/cluster/commands_fixture.h"

namespace parley::cluster {
namespace {

constexpr WallTime kWhen{std::chrono::milliseconds(1'700'000'000'123)};

std::string Line(const Command& command) {
  std::string line;
  AppendCommand(line, command);
  return line;
}

LogEntry Entry() {
  LogEntry entry;
  entry.room_key = "lab";
  entry.author_key = "account:ana";
  entry.message.room = "Lab";
  entry.message.seq = 7;
  entry.message.time = kWhen;
  entry.message.from = {"m1", "Ana", "a1"};
  entry.origin = {3, 4, "ref"};
  return entry;
}

ModerateCommand Ban() {
  return {.room_key = "lab",
          .time = kWhen,
          .action = protocol::Action::kBan,
          .by = {"m1", "account:ana", {"Ana", "ana"}, true},
          .target = CommandPerson{"m2", "guest:7", {"BÉN", "bén"}, false, true},
          .address = "10.0.0.1"};
}

// The only command in a line.
template <typename T>
T Read(const std::string& line) {
  auto commands = ReadCommands(line);
  if (!commands || commands->size() != 1) {
    ADD_FAILURE() << "not one command: " << line;
    return {};
  }
  return std::get<T>(std::move(commands->front()));
}

TEST(CommandTextTest, WritesAMessage) {
  LogEntry entry = Entry();
  entry.message.text = "a \"quoted\"\nline";
  entry.message.id = "id1";
  EXPECT_EQ(Line(entry),
            R"({"v":1,"kind":"message","room":"lab","time":1700000000123,"identity":"account:ana",)"
            R"("from":{"id":"m1","name":"Ana","author":"a1"},"text":"a \"quoted\"\nline",)"
            R"("id":"id1"})"
            "\n");
}

TEST(CommandTextTest, ReadsAMessageWithEverything) {
  LogEntry entry = Entry();
  entry.message.text = "look";
  entry.message.id = "id1";
  entry.message.reply_to = 5;
  entry.message.file = std::make_shared<const protocol::File>(
      protocol::File{"f1", "cat.png", 18'446'744'073'709'551'615U, "image/png", "abc"});
  entry.from_raw = true;
  entry.only_if_known = true;
  const auto read = Read<LogEntry>(Line(entry));
  EXPECT_EQ(read.room_key, "lab");
  EXPECT_EQ(read.author_key, "account:ana");
  EXPECT_EQ(read.message.time, kWhen);
  EXPECT_EQ(read.message.from.id, "m1");
  EXPECT_EQ(read.message.from.name, "Ana");
  EXPECT_EQ(read.message.from.author, "a1");
  EXPECT_EQ(read.message.text, "look");
  EXPECT_EQ(read.message.id, "id1");
  EXPECT_EQ(read.message.reply_to, 5U);
  ASSERT_NE(read.message.file, nullptr);
  EXPECT_EQ(read.message.file->name, "cat.png");
  EXPECT_EQ(read.message.file->size, 18'446'744'073'709'551'615U);
  EXPECT_TRUE(read.from_raw);
  EXPECT_TRUE(read.only_if_known);
}

TEST(CommandTextTest, LeavesOutWhatOnlyThisServerOrTheLogKnows) {
  const auto read = Read<LogEntry>(Line(Entry()));
  EXPECT_EQ(read.origin.peer, kNoPeer);
  EXPECT_EQ(read.origin.ref, std::nullopt);
  EXPECT_EQ(read.message.seq, 0U);
  EXPECT_EQ(read.message.room, "");
}

TEST(CommandTextTest, ReadsAPollWithoutVotes) {
  LogEntry entry = Entry();
  protocol::Poll poll{.question = "tea?", .options = {"yes", "no"}, .multiple = true, .counts = {4, 5}};
  entry.message.state = std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = poll});
  const auto read = Read<LogEntry>(Line(entry));
  poll.counts = {0, 0};
  ASSERT_NE(read.message.state, nullptr);
  EXPECT_EQ(read.message.state->poll, poll);
}

TEST(CommandTextTest, ReadsEachKindOfChange) {
  const auto through = [](auto what) {
    LogEntry entry = Entry();
    entry.change = Change{.seq = 9, .leads = true, .what = std::move(what)};
    const auto read = Read<LogEntry>(Line(entry));
    EXPECT_EQ(read.change->seq, 9U);
    EXPECT_TRUE(read.change->leads);
    return std::get<decltype(what)>(read.change->what);
  };
  EXPECT_EQ(through(Change::Edit{"new"}).text, "new");
  EXPECT_EQ(through(Change::React{"👍", false}).emoji, "👍");
  EXPECT_FALSE(through(Change::React{"👍", false}).on);
  EXPECT_THAT(through(Change::Vote{{0, 2}}).choices, testing::ElementsAre(0, 2));
  through(Change::Delete{});
  through(Change::ClosePoll{});
}

TEST(CommandTextTest, AVoteMayBeForTheNewestPoll) {
  LogEntry entry = Entry();
  entry.change = Change{.seq = {}, .what = Change::Vote{{1}}};
  EXPECT_EQ(Read<LogEntry>(Line(entry)).change->seq, std::nullopt);
}

TEST(CommandTextTest, WritesAModeration) {
  EXPECT_EQ(Line(Ban()), R"({"v":1,"kind":"moderate","room":"lab","time":1700000000123,"action":"ban",)"
                         R"("by":{"id":"m1","identity":"account:ana","name":"Ana","key":"ana","admin":true},)"
                         R"("target":{"id":"m2","identity":"guest:7","name":"BÉN","key":"bén","raw":true},)"
                         R"("address":"10.0.0.1"})"
                         "\n");
}

TEST(CommandTextTest, ReadsAModerationWithEverything) {
  ModerateCommand command = Ban();
  command.unban = protocol::Name{"Cyn", "cyn"};
  command.value = "";
  command.allow = {.camera = false, .chat = true};
  command.recording = "rec1";
  command.origin = {3, 4, "ref"};
  const auto read = Read<ModerateCommand>(Line(command));
  EXPECT_EQ(read.action, protocol::Action::kBan);
  EXPECT_TRUE(read.by.admin);
  ASSERT_TRUE(read.target);
  EXPECT_EQ(read.target->name.shown, "BÉN");
  EXPECT_EQ(read.target->name.key, "bén");
  EXPECT_TRUE(read.target->raw);
  EXPECT_EQ(read.address, "10.0.0.1");
  ASSERT_TRUE(read.unban);
  EXPECT_EQ(read.unban->shown, "Cyn");
  EXPECT_EQ(read.unban->key, "cyn");
  EXPECT_EQ(read.value, "");
  EXPECT_EQ(read.allow, command.allow);
  EXPECT_EQ(read.recording, "rec1");
  EXPECT_EQ(read.origin.peer, kNoPeer);
}

TEST(CommandTextTest, ReadsManyInTheirOrder) {
  test::RandomCommands commands(1);
  std::string lines;
  std::string again;
  for (int i = 0; i < 500; ++i) AppendCommand(lines, commands.Next("lab"));
  const auto read = ReadCommands(lines);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 500U);
  for (const Command& command : *read) AppendCommand(again, command);
  EXPECT_EQ(again, lines);
}

TEST(CommandTextTest, ABatchMayBeEmpty) {
  const auto read = ReadCommands("");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(CommandTextTest, AClockBefore1970WritesATimeThatCanBeRead) {
  LogEntry entry = Entry();
  entry.message.time = WallTime(std::chrono::milliseconds(-5));
  EXPECT_EQ(Read<LogEntry>(Line(entry)).message.time, WallTime());
}

// All or nothing: a server that skipped a command would differ from the others.
TEST(CommandTextTest, RefusesTheWholeBatchForOneLine) {
  const std::string good = Line(Ban());
  EXPECT_FALSE(ReadCommands(good + good.substr(0, good.size() - 1))) << "the end of the line is missing";
  EXPECT_FALSE(ReadCommands(good + "\n" + good));
  EXPECT_FALSE(ReadCommands(good + "{}\n"));
}

// `line` with `from` replaced.
std::string With(std::string line, const std::string& from, const std::string& to) {
  const std::size_t at = line.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? line : line.replace(at, from.size(), to);
}

TEST(CommandTextTest, RefusesWhatItDoesNotUnderstand) {
  const std::string ban = Line(Ban());
  ASSERT_TRUE(ReadCommands(With(ban, R"("v":1)", R"("v":1)")));
  EXPECT_FALSE(ReadCommands(With(ban, R"("v":1)", R"("v":2)"))) << "a newer version";
  EXPECT_FALSE(ReadCommands(With(ban, R"("kind":"moderate")", R"("kind":"dance")")));
  EXPECT_FALSE(ReadCommands(With(ban, R"("action":"ban")", R"("action":"dance")")));
  EXPECT_FALSE(ReadCommands(With(ban, R"("key":"bén")", R"("key":7)")));
  EXPECT_FALSE(ReadCommands(With(ban, R"("raw":true)", R"("raw":"true")")));
  EXPECT_FALSE(ReadCommands(With(ban, R"("id":"m2",)", "")));
  for (const char* time : {"-1", "1.5", "9223372036854775808", "null"}) {
    EXPECT_FALSE(ReadCommands(With(ban, "1700000000123", time))) << time;
  }
  LogEntry entry = Entry();
  entry.change = Change{.seq = 9, .what = Change::Vote{{0, 2}}};
  const std::string vote = Line(entry);
  EXPECT_FALSE(ReadCommands(With(vote, "[0,2]", "[2,0]")));
  EXPECT_FALSE(ReadCommands(With(vote, "[0,2]", "[0,0]")));
  EXPECT_FALSE(ReadCommands(With(vote, "[0,2]", "7")));
}

}  // namespace
}  // namespace parley::cluster
