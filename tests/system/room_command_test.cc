// chat_server room: what is kept of rooms, and how one is removed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RoomCommand : public ::testing::Test {
 protected:
  Ending Room(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "room");
    arguments.insert(arguments.end(), {"--data", data_});
    return RunCommand(arguments);
  }
  std::string Prints(const std::vector<std::string>& arguments) {
    Ending ending = Room(arguments);
    EXPECT_EQ(ending.status, 0) << ending.err;
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }
  std::string Fails(const std::vector<std::string>& arguments, int status) {
    const Ending ending = Room(arguments);
    EXPECT_EQ(ending.status, status);
    EXPECT_EQ(ending.out, "");
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
    EXPECT_THAT(ending.err, StartsWith("chat_server: "));
    return ending.err;
  }
  // Two rooms: in one something was said, and what hosts can set is set.
  static void Fill(std::uint16_t port) {
    LinePeer ana(port, "Ana");
    for (const char* room : {"Lab", "den"}) ana.Join(room);
    ana.Ask("message", {{"room", "Lab"}, {"text", "hello"}});
    ana.Ask("message", {{"room", "Lab"}, {"text", "again"}});
    ana.Ask("message", {{"room", "den"}, {"text", "hello"}});
    ana.Ask("moderate", {{"room", "Lab"}, {"action", "topic"}, {"value", "Optics"}});
    ana.Ask("moderate", {{"room", "Lab"}, {"action", "password"}, {"value", "open sesame"}});
    ana.Ask("moderate", {{"room", "Lab"}, {"action", "lock"}});
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
};

TEST_F(RoomCommand, ListAndShowWorkWhileTheServerRunsAndTellNoPassword) {
  const KeepingServer server(data_);
  Fill(server.port());
  const std::string list = Prints({"list"});
  EXPECT_THAT(list, HasSubstr("Lab\t2\t20"));
  EXPECT_THAT(list, HasSubstr("locked, password\t1 guest\n"));
  EXPECT_THAT(list, HasSubstr("den\t1\t20"));
  const std::string lab = Prints({"show", "LAB"});
  EXPECT_THAT(lab, HasSubstr("name: Lab\n"));
  EXPECT_THAT(lab, HasSubstr("topic: Optics\n"));
  EXPECT_THAT(lab, HasSubstr("messages: 2\n"));
  EXPECT_THAT(lab, HasSubstr("settings: locked, password\n"));
  EXPECT_THAT(list + lab, Not(HasSubstr("sesame")));
}

TEST_F(RoomCommand, RemoveIsRefusedWhileTheServerRuns) {
  const KeepingServer server(data_);
  Fill(server.port());
  EXPECT_THAT(Fails({"remove", "Lab"}, 1), HasSubstr("no server runs"));
  EXPECT_THAT(Prints({"list"}), HasSubstr("Lab"));
}

TEST_F(RoomCommand, ARemovedRoomIsGoneWithItsMessages) {
  {
    const KeepingServer server(data_);
    Fill(server.port());
  }
  EXPECT_EQ(Prints({"remove", "lab"}), "");
  EXPECT_THAT(Prints({"list"}), Not(HasSubstr("Lab")));
  EXPECT_THAT(Prints({"list"}), HasSubstr("den"));
  EXPECT_THAT(Fails({"show", "lab"}, 1), HasSubstr("there is no room 'lab'"));
  EXPECT_THAT(Fails({"remove", "lab"}, 1), HasSubstr("there is no room 'lab'"));
  const KeepingServer again(data_);
  LinePeer ben(again.port(), "Ben");
  const Json joined = ben.Join("lab");
  EXPECT_EQ(joined["type"], "joined");
  EXPECT_EQ(joined["topic"], "");
  EXPECT_EQ(joined["last"], 0);
}

TEST_F(RoomCommand, SaysWhatIsWrong) {
  EXPECT_THAT(Fails({"list"}, 1), HasSubstr("--data DIR"));
  EXPECT_THAT(Fails({"remove", "lab"}, 1), HasSubstr("--data DIR"));
  EXPECT_THAT(Fails({}, 2), HasSubstr("list, show or remove"));
  EXPECT_THAT(Fails({"empty", "lab"}, 2), HasSubstr("'empty'"));
  EXPECT_THAT(Fails({"show"}, 2), HasSubstr("room show ROOM"));
  { const KeepingServer server(data_); }
  EXPECT_THAT(Fails({"show", "a/b"}, 2), HasSubstr("'a/b'"));
}

}  // namespace
}  // namespace parley::test
