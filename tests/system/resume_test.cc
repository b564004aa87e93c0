// Joining with `since`: a client that comes back gets what it missed, once, and knows where something is
// missing.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

// A room with messages 1 to `count`, and its author in it.
class Room {
 public:
  Room(ServerProcess& server, int count) : author_(server.port(), "author") {
    author_.Join("hall");
    for (int i = 1; i <= count; ++i) author_.Send("message", {{"room", "hall"}, {"text", std::to_string(i)}});
    for (int i = 1; i <= count; ++i) author_.NextReply();
  }
  LinePeer& author() { return author_; }

 private:
  LinePeer author_;
};

// "first-last" of messages that follow each other and say their own sequence; "-" of none.
std::string Span(const Json& messages) {
  if (messages.size() == 0) return "-";
  const std::int64_t first = messages[0]["seq"].Number();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(messages[i]["seq"], first + static_cast<std::int64_t>(i));
    EXPECT_EQ(messages[i]["text"], std::to_string(messages[i]["seq"].Number()));
  }
  return std::to_string(first) + "-" + std::to_string(first + static_cast<std::int64_t>(messages.size()) - 1);
}

TEST(Resume, WithoutSinceAJoinerGetsTheNewestFifty) {
  ServerProcess server({"--rate", "0"});
  Room room(server, 70);
  const Json joined = LinePeer(server.port(), "Ana").Join("hall");
  EXPECT_EQ(Span(joined["messages"]), "21-70");
  EXPECT_EQ(joined["more"], true);
  EXPECT_EQ(joined["last"], 70);
  EXPECT_EQ(joined["gap"], false);
}

TEST(Resume, WithoutSinceThereIsNoMoreWhereAllWasGiven) {
  ServerProcess server;
  Room room(server, 5);
  const Json joined = LinePeer(server.port(), "Ana").Join("hall");
  EXPECT_EQ(Span(joined["messages"]), "1-5");
  EXPECT_EQ(joined["more"], false);
}

TEST(Resume, WithSinceAJoinerGetsWhatCameAfterIt) {
  ServerProcess server;
  Room room(server, 30);
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall", {{"since", 12}});
  EXPECT_EQ(Span(joined["messages"]), "13-30");
  EXPECT_EQ(joined["more"], false);
  EXPECT_EQ(joined["gap"], false);
  ana.Leave("hall");
  EXPECT_EQ(Span(ana.Join("hall", {{"since", 0}})["messages"]), "1-30");
}

TEST(Resume, SinceTheEndOrBeyondGivesNothing) {
  ServerProcess server;
  Room room(server, 5);
  LinePeer ana(server.port(), "Ana");
  for (const char* since : {"5", "6", "4000000000", "18446744073709551615", "99999999999999999999999"}) {
    const Json joined = ana.Join("hall", {{"since", Verbatim{since}}});
    EXPECT_EQ(Outcome(joined), "joined") << since;
    EXPECT_EQ(joined["messages"].size(), 0U) << since;
    EXPECT_EQ(joined["more"], false);
    EXPECT_EQ(joined["last"], 5);
    EXPECT_EQ(joined["gap"], false);
    ana.Leave("hall");
  }
}

TEST(Resume, OwnMessagesAreIncluded) {
  ServerProcess server;
  Room room(server, 3);
  room.author().Leave("hall");
  EXPECT_EQ(Span(room.author().Join("hall", {{"since", 1}})["messages"]), "2-3");
}

TEST(Resume, MoreThan200ArePagedOnByHistory) {
  ServerProcess server({"--rate", "0"});
  Room room(server, 450);
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall", {{"since", 10}});
  EXPECT_EQ(Span(joined["messages"]), "11-210");
  EXPECT_EQ(joined["more"], true);
  EXPECT_EQ(joined["last"], 450);
  const Json next = ana.Ask("history", {{"room", "hall"}, {"after", 210}, {"limit", 200}});
  EXPECT_EQ(Span(next["messages"]), "211-410");
  EXPECT_EQ(next["more"], true);
  const Json rest = ana.Ask("history", {{"room", "hall"}, {"after", 410}, {"limit", 200}});
  EXPECT_EQ(Span(rest["messages"]), "411-450");
  EXPECT_EQ(rest["more"], false);
}

TEST(Resume, AMessageThatComesLaterIsAnEventOverLast) {
  ServerProcess server;
  Room room(server, 3);
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall", {{"since", 0}});
  room.author().Say("hall", "4");
  EXPECT_EQ(ana.NextEvent("message")["seq"], joined["last"].Number() + 1);
}

TEST(Resume, AGapIsToldWhereMessagesAfterSinceAreNoLongerKept) {
  ServerProcess server({"--history", "10"});
  Room room(server, 30);
  LinePeer ana(server.port(), "Ana");
  const Json lost = ana.Join("hall", {{"since", 5}});
  EXPECT_EQ(lost["gap"], true);
  EXPECT_EQ(Span(lost["messages"]), "21-30");
  EXPECT_EQ(lost["last"], 30);
  ana.Leave("hall");
  const Json almost = ana.Join("hall", {{"since", 19}});
  EXPECT_EQ(almost["gap"], true);
  ana.Leave("hall");
  const Json enough = ana.Join("hall", {{"since", 20}});
  EXPECT_EQ(enough["gap"], false);
  EXPECT_EQ(Span(enough["messages"]), "21-30");
}

TEST(Resume, DroppedMessagesDoNotCountAsMore) {
  ServerProcess server({"--history", "10"});
  Room room(server, 30);
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall");
  EXPECT_EQ(Span(joined["messages"]), "21-30");
  EXPECT_EQ(joined["more"], false);
  EXPECT_EQ(joined["gap"], false);
  EXPECT_EQ(ana.Ask("history", {{"room", "hall"}, {"before", 21}})["messages"].size(), 0U);
}

TEST(Resume, TheLogOutlivesTheLastMember) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("lobby");
  {
    Room room(server, 4);
    room.author().Join("lobby");
  }
  witness.NextEvent("member_left");
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall", {{"since", 1}});
  EXPECT_EQ(Span(joined["messages"]), "2-4");
  EXPECT_EQ(ana.Say("hall", "5")["seq"], 5);
}

TEST(Resume, AReaderThatIsCutOffAgainAndAgainGetsEachMessageOnce) {
  ServerProcess server({"--rate", "0"});
  Room room(server, 0);
  std::string token = LinePeer(server.port(), "Ana").token();
  std::int64_t last = 0;
  int sent = 0;
  while (last < 300) {
    LinePeer ana(server.port());
    ana.HelloWithToken(token);
    token = ana.token();
    for (; sent < last + 40; ++sent) {
      room.author().Send("message", {{"room", "hall"}, {"text", std::to_string(sent + 1)}});
    }
    const Json joined = ana.Join("hall", {{"since", last}});
    EXPECT_EQ(joined["gap"], false);
    for (std::size_t i = 0; i < joined["messages"].size(); ++i) {
      ASSERT_EQ(joined["messages"][i]["seq"], ++last);
    }
    for (; sent < last + 20; ++sent) {
      room.author().Send("message", {{"room", "hall"}, {"text", std::to_string(sent + 1)}});
    }
    for (int i = 0; i < 15; ++i) {
      const Json message = ana.NextEvent("message");
      ASSERT_EQ(message["seq"], ++last);
      ASSERT_EQ(message["text"], std::to_string(last));
    }
    ana.wire().Reset();
  }
}

}  // namespace
}  // namespace parley::test
