// The commands for messages that are there, for polls and for files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "client/ui/commands.h"
#include "common/base/limits.h"
#include "tests/client/chat/session_fixture.h"

namespace parley::client {
namespace {

namespace fs = std::filesystem;
using test::MessageFrom;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MessageCommandsTest : public test::SessionFixture {
 protected:
  MessageCommandsTest() : commands_(session_) {
    fs::create_directory(folder_);
    Enter({"edit", "react", "poll", "search", "files"}, {Own(7, "mine"), MessageFrom("b", "bob", 9, "his")});
    session_.TakeNotices();
  }
  ~MessageCommandsTest() override { fs::remove_all(folder_); }

  void ExpectRefused(const std::string& line, const std::string& part) {
    commands_.Run(line);
    EXPECT_TRUE(server_.Silent()) << line;
    EXPECT_THAT(TextsOf(commands_.TakeAnswers()), ElementsAre(HasSubstr(part))) << line;
  }
  std::string Put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  // The text of the message that `/code` sends.
  std::string Code(const std::string& path) {
    commands_.Run("/code " + path);
    return server_.Expect<protocol::Message>().text;
  }

  const fs::path folder_ = testing::TempDir() + "parley-commands-" + std::to_string(::getpid());
  Commands commands_;
};

TEST_F(MessageCommandsTest, ReplyCountsBackFromTheNewest) {
  commands_.Run("/reply 1 good idea");
  auto message = server_.Expect<protocol::Message>();
  EXPECT_EQ(message.reply_to, 9U);
  EXPECT_EQ(message.text, "good idea");
  commands_.Run("/reply #7 3 apples");
  message = server_.Expect<protocol::Message>();
  EXPECT_EQ(message.reply_to, 7U);
  EXPECT_EQ(message.text, "3 apples");
  ExpectRefused("/reply 10 x", "no message 10");
  ExpectRefused("/reply bob x", "usage: /reply N TEXT");
  ExpectRefused("/reply 1", "usage: /reply N TEXT");
}

TEST_F(MessageCommandsTest, EditTakesOnesLastMessageOrANumber) {
  commands_.Run("/edit ours");
  auto edit = server_.Expect<protocol::Edit>();
  EXPECT_EQ(edit.seq, 7U);
  EXPECT_EQ(edit.text, "ours");
  commands_.Run("/edit 3 ours");
  EXPECT_EQ(server_.Expect<protocol::Edit>().seq, 7U);
  commands_.Run("/edit 42");  // a text, where nothing follows
  edit = server_.Expect<protocol::Edit>();
  EXPECT_EQ(edit.seq, 7U);
  EXPECT_EQ(edit.text, "42");
}

TEST_F(MessageCommandsTest, DeleteTakesOnesLastMessageOrANumber) {
  commands_.Run("/delete");
  EXPECT_EQ(server_.Expect<protocol::Delete>().seq, 7U);
  commands_.Run("/delete 1");
  EXPECT_EQ(server_.Expect<protocol::Delete>().seq, 9U);
  ExpectRefused("/delete 1 2", "usage: /delete [N]");
  ExpectRefused("/delete it", "usage: /delete [N]");
}

TEST_F(MessageCommandsTest, ReactTakesOneEmoji) {
  commands_.Run("/react 1 \U0001F44D");
  const auto react = server_.Expect<protocol::React>();
  EXPECT_EQ(react.seq, 9U);
  EXPECT_EQ(react.emoji, "\U0001F44D");
  ExpectRefused("/react 1 ok", "not one emoji");
  ExpectRefused("/react 1", "usage: /react N EMOJI");
}

TEST_F(MessageCommandsTest, APollHasAQuestionAndChoices) {
  commands_.Run("/poll  Lunch today? | Soup|Rice ");
  const auto poll = server_.Expect<protocol::NewPoll>();
  EXPECT_EQ(poll.question, "Lunch today?");
  EXPECT_THAT(poll.options, ElementsAre("Soup", "Rice"));
  for (const char* const wrong :
       {"/poll Lunch?", "/poll Lunch? | Soup", "/poll Lunch? | Soup |", "/poll | A | B"})
    ExpectRefused(wrong, "usage: /poll");
  ExpectRefused("/poll Q|1|2|3|4|5|6|7|8|9|10|11", "at most 10");
}

TEST_F(MessageCommandsTest, VotesAreNumbersFromOne) {
  protocol::MessageState state;
  state.poll.emplace();
  state.poll->question = "Lunch?";
  state.poll->options = {"Soup", "Rice", "Bread"};
  state.poll->counts = {0, 0, 0};
  state.poll->closed = true;
  auto poll = MessageFrom("b", "bob", 10, "Lunch?\n1) Soup\n2) Rice\n3) Bread");
  poll.state = std::make_shared<const protocol::MessageState>(std::move(state));
  server_.Tell(poll);
  session_.TakeNotices();
  const auto choices = [&](const std::string& line) {
    commands_.Run(line);
    return server_.Expect<protocol::Vote>().choices;
  };
  EXPECT_THAT(choices("/vote 1 2"), ElementsAre(1));
  EXPECT_THAT(choices("/vote 1 3, 1,3"), ElementsAre(0, 2));
  EXPECT_THAT(choices("/vote 1 -"), IsEmpty());
  for (const char* const wrong :
       {"/vote 1", "/vote 1 0", "/vote 1 soup", "/vote 1 1,", "/vote 1 99999999999999999999"})
    ExpectRefused(wrong, "usage: /vote");
  ExpectRefused("/close", "no open poll");
  commands_.Run("/close 1");
  EXPECT_EQ(server_.Expect<protocol::ClosePoll>().seq, 10U);
}

TEST_F(MessageCommandsTest, SearchTakesAllThatFollows) {
  commands_.Run("/search two words");
  EXPECT_EQ(server_.Expect<protocol::Search>().query, "two words");
  ExpectRefused("/search " + std::string(limits::kSearchQueryBytes + 1, 'x'), "too long");
}

TEST_F(MessageCommandsTest, CodeIsATextFileBetweenBackticks) {
  EXPECT_EQ(Code(Put("a.py", "print(1)\n")), "```py\nprint(1)\n```");
  EXPECT_EQ(Code(Put("a", "x")), "```\nx\n```");
  EXPECT_EQ(Code(Put("a.md", "```\nx\n```\n")), "````md\n```\nx\n```\n````");
  EXPECT_EQ(Code(Put("a.b c", "x")), "```\nx\n```") << "no language";
}

TEST_F(MessageCommandsTest, AnUnsuitableFileIsNotSentAsCode) {
  ExpectRefused("/code " + std::string(folder_ / "nothing"), "can't read");
  ExpectRefused("/code " + Put("empty", ""), "is empty");
  ExpectRefused("/code " + Put("picture", "\xFF\xD8"), "/send");
  ExpectRefused("/code " + Put("nul", std::string("a\0b", 3)), "/send");
  ExpectRefused("/code " + Put("long", std::string(limits::kTextBytes + 1, 'x')), "/send");
}

TEST_F(MessageCommandsTest, SendTakesAFileThatIsThere) {
  commands_.Run("/send " + Put("my notes.pdf", "1234"));
  const auto upload = server_.Expect<protocol::Upload>();
  EXPECT_EQ(upload.name, "my notes.pdf");
  EXPECT_EQ(upload.size, 4U);
  ExpectRefused("/send " + std::string(folder_ / "nothing"), "nothing");
  ExpectRefused("/send " + std::string(folder_), "is not a file");
  ExpectRefused("/send " + Put("empty", ""), "is empty");
  ExpectRefused("/get", "usage: /get N [FILE]");
  ExpectRefused("/get photo", "usage: /get N [FILE]");
}

}  // namespace
}  // namespace parley::client
