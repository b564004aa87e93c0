// Messages in a room: one order for everyone, exactly once by id, and paging back through what was said.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

std::vector<std::int64_t> Sequences(const Json& messages) {
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < messages.size(); ++i) result.push_back(messages[i]["seq"].Number());
  return result;
}

std::vector<std::int64_t> Range(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = first; i <= last; ++i) result.push_back(i);
  return result;
}

void SayMany(LinePeer& peer, std::string_view room, int count) {
  for (int i = 1; i <= count; ++i)
    peer.Send("message", {{"room", room}, {"text", "text " + std::to_string(i)}});
  for (int i = 1; i <= count; ++i) ASSERT_EQ(Outcome(peer.NextReply()), "ok");
}

Json SayWithId(LinePeer& peer, std::string_view room, std::string_view text, std::string_view id) {
  return peer.Ask("message", {{"room", room}, {"text", text}, {"id", id}});
}

TEST(Messages, OkTellsRoomSequenceAndTimeAndTheOthersGetTheSame) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const Json ok = ana.Say("hall", "hello \u4eba");
  EXPECT_EQ(ok["type"], "ok");
  EXPECT_EQ(ok["room"], "hall");
  EXPECT_EQ(ok["seq"], 1);
  const Json message = ben.NextEvent();
  EXPECT_EQ(message["type"], "message");
  EXPECT_EQ(message["room"], "hall");
  EXPECT_EQ(message["seq"], 1);
  EXPECT_EQ(message["time"], ok["time"]);
  EXPECT_EQ(message["from"]["id"], ana.id());
  EXPECT_EQ(message["from"]["name"], "Ana");
  EXPECT_EQ(message["text"], "hello \u4eba");
  EXPECT_FALSE(message.Has("id"));
  EXPECT_FALSE(message.Has("ref"));
}

TEST(Messages, TextArrivesWithEveryCharacterItHad) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const std::string text =
      "\"quoted\" \\ / \b\f\n\r\t \x01\x1f\x7f \u00e9 \u2028 \U0001f600 </script> \u202e";
  ana.Say("hall", text);
  EXPECT_EQ(ben.NextEvent("message")["text"], text);
}

TEST(Messages, EveryMemberSeesOneOrderWithoutHolesAndNobodyItsOwn) {
  ServerProcess server({"--rate", "0"});
  constexpr int kPeers = 5;
  constexpr int kEach = 200;
  std::vector<LinePeer> peers;
  for (int i = 0; i < kPeers; ++i) {
    peers.emplace_back(server.port(), "peer " + std::to_string(i)).Join("hall");
  }
  for (int round = 0; round < kEach; ++round) {
    for (LinePeer& peer : peers) {
      peer.Send("message", {{"room", "hall"}, {"text", peer.name() + ": " + std::to_string(round)}});
    }
  }
  for (LinePeer& peer : peers) {
    std::vector<std::int64_t> own;
    std::vector<std::int64_t> others;
    for (int i = 0; i < kEach; ++i) own.push_back(peer.NextReply()["seq"].Number());
    while (others.size() < kEach * (kPeers - 1)) {
      const Json message = peer.NextEvent("message");
      EXPECT_NE(message["from"]["id"], peer.id());
      others.push_back(message["seq"].Number());
    }
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));
    EXPECT_TRUE(std::is_sorted(others.begin(), others.end()));
    std::vector<std::int64_t> all;
    std::merge(own.begin(), own.end(), others.begin(), others.end(), std::back_inserter(all));
    EXPECT_EQ(all, Range(1, kEach * kPeers));
  }
}

TEST(Messages, ASequenceIsTheSameMessageForEveryone) {
  ServerProcess server({"--rate", "0"});
  std::vector<LinePeer> peers;
  for (int i = 0; i < 4; ++i) peers.emplace_back(server.port(), "peer " + std::to_string(i)).Join("hall");
  LinePeer first(server.port(), "first");
  LinePeer second(server.port(), "second");
  first.Join("hall");
  second.Join("hall");
  for (int i = 0; i < 100; ++i) {
    first.Send("message", {{"room", "hall"}, {"text", "first " + std::to_string(i)}});
    second.Send("message", {{"room", "hall"}, {"text", "second " + std::to_string(i)}});
  }
  std::vector<std::string> reference;
  for (LinePeer& peer : peers) {
    std::vector<std::string> heard;
    for (int i = 0; i < 200; ++i) heard.push_back(peer.NextEvent("message")["text"].Text());
    if (reference.empty()) reference = heard;
    EXPECT_EQ(heard, reference);
  }
}

TEST(Messages, AnIdIsToldToTheOthers) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  SayWithId(ana, "hall", "hi", "a-1");
  EXPECT_EQ(ben.NextEvent("message")["id"], "a-1");
  EXPECT_EQ(ben.Ask("history", {{"room", "hall"}})["messages"][0]["id"], "a-1");
}

TEST(Messages, TheSameIdIsStoredAndSentOnce) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const Json first = SayWithId(ana, "hall", "once", "a-1");
  const Json again = SayWithId(ana, "hall", "once", "a-1");
  EXPECT_EQ(Outcome(again), "ok");
  EXPECT_EQ(again["seq"], first["seq"].Number());
  EXPECT_EQ(again["time"], first["time"]);
  EXPECT_EQ(ana.Say("hall", "marker")["seq"], 2);
  EXPECT_EQ(ben.NextEvent("message")["text"], "once");
  EXPECT_EQ(ben.NextEvent("message")["text"], "marker");
}

TEST(Messages, TheSameIdTwiceInOneSegmentIsStoredOnce) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  const std::string line =
      Object("message", {{"room", "hall"}, {"text", "once"}, {"id", "a-1"}, {"ref", "r"}}) + "\n";
  ana.wire().Send(line + line);
  EXPECT_EQ(ana.NextReply()["seq"], 1);
  EXPECT_EQ(ana.NextReply()["seq"], 1);
  EXPECT_EQ(ana.Ask("history", {{"room", "hall"}})["messages"].size(), 1U);
}

TEST(Messages, TheSameIdOfAnotherAuthorOrInAnotherRoomIsAnotherMessage) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  for (const char* room : {"hall", "lab"}) {
    ana.Join(room);
    ben.Join(room);
  }
  EXPECT_EQ(SayWithId(ana, "hall", "Ana's", "1")["seq"], 1);
  EXPECT_EQ(SayWithId(ben, "hall", "Ben's", "1")["seq"], 2);
  EXPECT_EQ(SayWithId(ana, "lab", "Ana's", "1")["seq"], 1);
  EXPECT_EQ(ben.NextEvent("message")["text"], "Ana's");
  EXPECT_EQ(ana.NextEvent("message")["text"], "Ben's");
}

TEST(Messages, AMessageResentAfterReturningByTokenIsStoredOnce) {
  ServerProcess server;
  LinePeer ben(server.port(), "Ben");
  ben.Join("hall");
  std::string token;
  {
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
    token = ana.token();
    EXPECT_EQ(SayWithId(ana, "hall", "once", "a-1")["seq"], 1);
  }
  ben.NextEvent("member_left");
  LinePeer again(server.port());
  again.HelloWithToken(token);
  again.Join("hall");
  EXPECT_EQ(SayWithId(again, "hall", "once", "a-1")["seq"], 1);
  EXPECT_EQ(SayWithId(again, "hall", "twice", "a-2")["seq"], 2);
  EXPECT_EQ(ben.NextEvent("message")["text"], "twice");
}

TEST(Messages, ANewGuestOfTheSameNameIsAnotherAuthor) {
  ServerProcess server;
  LinePeer ben(server.port(), "Ben");
  ben.Join("hall");
  {
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
    SayWithId(ana, "hall", "first", "1");
  }
  ben.NextEvent("member_left");
  LinePeer stranger(server.port(), "Ana");
  stranger.Join("hall");
  EXPECT_EQ(SayWithId(stranger, "hall", "second", "1")["seq"], 2);
}

TEST(Messages, HistoryGivesTheNewestFiftyOldestFirst) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  SayMany(ana, "hall", 120);
  const Json history = ana.Ask("history", {{"room", "hall"}});
  EXPECT_EQ(history["type"], "history");
  EXPECT_EQ(history["room"], "hall");
  EXPECT_EQ(Sequences(history["messages"]), Range(71, 120));
  EXPECT_EQ(history["more"], true);
  const Json last = history["messages"][49];
  EXPECT_EQ(last["text"], "text 120");
  EXPECT_EQ(last["from"]["id"], ana.id());
  EXPECT_EQ(last["from"]["name"], "Ana");
  EXPECT_EQ(last["time"].Text().size(), 24U);
}

TEST(Messages, HistoryPagesBackToTheFirst) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  SayMany(ana, "hall", 25);
  const Json newest = ana.Ask("history", {{"room", "hall"}, {"limit", 10}});
  EXPECT_EQ(Sequences(newest["messages"]), Range(16, 25));
  const Json middle = ana.Ask("history", {{"room", "hall"}, {"limit", 10}, {"before", 16}});
  EXPECT_EQ(Sequences(middle["messages"]), Range(6, 15));
  EXPECT_EQ(middle["more"], true);
  const Json oldest = ana.Ask("history", {{"room", "hall"}, {"limit", 10}, {"before", 6}});
  EXPECT_EQ(Sequences(oldest["messages"]), Range(1, 5));
  EXPECT_EQ(oldest["more"], false);
  const Json nothing = ana.Ask("history", {{"room", "hall"}, {"before", 1}});
  EXPECT_EQ(nothing["messages"].size(), 0U);
  EXPECT_EQ(nothing["more"], false);
}

TEST(Messages, HistoryPagesForwardToTheLast) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  SayMany(ana, "hall", 25);
  const Json first = ana.Ask("history", {{"room", "hall"}, {"limit", 10}, {"after", 0}});
  EXPECT_EQ(Sequences(first["messages"]), Range(1, 10));
  EXPECT_EQ(first["more"], true);
  const Json last = ana.Ask("history", {{"room", "hall"}, {"limit", 15}, {"after", 10}});
  EXPECT_EQ(Sequences(last["messages"]), Range(11, 25));
  EXPECT_EQ(last["more"], false);
  EXPECT_EQ(ana.Ask("history", {{"room", "hall"}, {"after", 25}})["messages"].size(), 0U);
  EXPECT_EQ(ana.Ask("history", {{"room", "hall"}, {"after", 9'000'000}})["messages"].size(), 0U);
}

TEST(Messages, ALimitOfMoreThan200CountsAs200) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  SayMany(ana, "hall", 230);
  for (const int limit : {200, 201, 1'000'000}) {
    const Json history = ana.Ask("history", {{"room", "hall"}, {"limit", limit}});
    EXPECT_EQ(Sequences(history["messages"]), Range(31, 230));
    EXPECT_EQ(history["more"], true);
  }
}

TEST(Messages, AReplyCarriesAtMost256KiBOfMessagesAndPagingReachesAll) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  const std::string text(16'000, 't');
  for (int i = 0; i < 40; ++i) ana.Say("hall", text);
  std::vector<std::int64_t> all;
  Json page;
  do {
    const std::int64_t after = all.empty() ? 0 : all.back();
    page = ana.Ask("history", {{"room", "hall"}, {"limit", 200}, {"after", after}});
    EXPECT_LE(page.raw().size(), 257U * 1024);
    ASSERT_GE(page["messages"].size(), 1U);
    for (const std::int64_t sequence : Sequences(page["messages"])) all.push_back(sequence);
  } while (page["more"].Flag());
  EXPECT_EQ(all, Range(1, 40));
  const Json newest = ana.Ask("history", {{"room", "hall"}, {"limit", 200}});
  const std::vector<std::int64_t> back = Sequences(newest["messages"]);
  EXPECT_EQ(newest["more"], true);
  EXPECT_GE(back.size(), 10U);
  EXPECT_EQ(back, Range(back.front(), 40));
  LinePeer ben(server.port(), "Ben");
  EXPECT_LE(ben.Join("hall")["messages"].size(), 17U);
}

TEST(Messages, TheLargestTextOfCharactersThatJsonEscapesArrives) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const std::string quotes(16384, '"');
  EXPECT_EQ(Outcome(ana.Say("hall", quotes)), "ok");
  EXPECT_EQ(ben.NextEvent("message")["text"], quotes);
  const std::string controls(10'000, '\x01');
  EXPECT_EQ(Outcome(ana.Say("hall", controls)), "ok");
  EXPECT_EQ(ben.NextEvent("message")["text"], controls);
}

}  // namespace
}  // namespace parley::test
