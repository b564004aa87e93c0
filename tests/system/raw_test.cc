// Raw peers among themselves: what the original did, for `nc` and any ten-line socket program.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

TEST(Raw, AChunkWithoutNewlineReachesTheOthersAtOnce) {
  ServerProcess server;
  RawPeer ana(server.port());
  RawPeer ben(server.port());
  RawPeer cam(server.port());
  ana.Send("hello");
  EXPECT_EQ(ben.ReceiveExactly(5), "hello");
  EXPECT_EQ(cam.ReceiveExactly(5), "hello");
}

TEST(Raw, AProgramThatSendsOneChunkAndBlocksReadingGetsTheAnswer) {
  ServerProcess server;
  RawPeer ana(server.port());
  RawPeer ben(server.port());
  ana.Send("ping");
  ASSERT_EQ(ben.Receive(), "ping");
  ben.Send("pong");
  EXPECT_EQ(ana.Receive(), "pong");
}

TEST(Raw, ASpeakerNeverGetsItsOwnBytesBack) {
  ServerProcess server;
  RawPeer ana(server.port());
  RawPeer ben(server.port());
  ana.Send("one");
  ASSERT_EQ(ben.ReceiveExactly(3), "one");
  ben.Send("two");
  EXPECT_EQ(ana.ReceiveExactly(3), "two");
  ana.Send("three");
  EXPECT_EQ(ben.ReceiveExactly(5), "three");
}

TEST(Raw, EveryByteArrivesAsItIs) {
  ServerProcess server;
  RawPeer ana(server.port());
  RawPeer ben(server.port());
  std::string bytes;
  for (int i = 255; i >= 0; --i) bytes.push_back(static_cast<char>(i));
  bytes += "\r\n\r\n\xff\xfe";
  bytes.push_back('\0');
  ana.Send(bytes);
  EXPECT_EQ(ben.ReceiveExactly(bytes.size()), bytes);
}

TEST(Raw, AMebibyteArrivesWholeAndInOrder) {
  ServerProcess server({"--rate", "0"});
  RawPeer ana(server.port());
  RawPeer ben(server.port());
  ben.Send("x");  // for an undecided peer less is kept
  ASSERT_EQ(ana.ReceiveExactly(1), "x");
  std::string bytes;
  for (std::uint32_t state = 1; bytes.size() < 1024 * 1024;) {
    state = state * 1664525 + 1013904223;
    bytes.push_back(static_cast<char>(state >> 24));
  }
  bytes.front() = 'x';
  ana.Send(bytes);
  EXPECT_TRUE(ben.ReceiveExactly(bytes.size()) == bytes);
}

TEST(Raw, EachSpeakersBytesKeepTheirOrderAmongManySpeakers) {
  ServerProcess server({"--rate", "0"});
  RawPeer listener(server.port());
  std::vector<RawPeer> speakers;
  for (int i = 0; i < 10; ++i) speakers.emplace_back(server.port());
  std::size_t total = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i) {
      const std::string text{static_cast<char>('a' + i), static_cast<char>('A' + round)};
      speakers[static_cast<std::size_t>(i)].Send(text);
      total += text.size();
    }
  }
  const std::string heard = listener.ReceiveExactly(total);
  std::vector<int> next(10, 0);
  for (std::size_t i = 0; i + 1 < heard.size(); i += 2) {
    const std::size_t speaker = static_cast<std::size_t>(heard[i] - 'a');
    ASSERT_LT(speaker, 10U);
    EXPECT_EQ(heard[i + 1], 'A' + next[speaker]++);
  }
}

TEST(Raw, APeerIsAGuestInTheLobbyWithANameOfItsOwn) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer first(server.port());
  first.Send("1");
  RawPeer second(server.port());
  const Json one = ana.NextEvent("member_joined");
  EXPECT_EQ(one["room"], "lobby");
  EXPECT_TRUE(one["member"]["name"].Text().starts_with("guest-")) << one;
  EXPECT_EQ(one["member"]["role"], "guest");
  const Json message = ana.NextEvent("message");
  EXPECT_EQ(message["from"]["name"], one["member"]["name"].Text());
  EXPECT_EQ(message["from"]["id"], one["member"]["id"].Text());
  second.Send("2");
  const Json two = ana.NextEvent("member_joined");
  EXPECT_TRUE(two["member"]["name"].Text().starts_with("guest-")) << two;
  EXPECT_NE(two["member"]["name"].Text(), one["member"]["name"].Text());
}

TEST(Raw, APeerHearsChatOnly) {
  ServerProcess server;
  RawPeer raw(server.port());
  raw.Send("x");
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("lobby");
  ben.Join("lobby");
  ana.Ask("state", {{"room", "lobby"}, {"hand", true}});
  ana.Ask("signal", {{"room", "lobby"}, {"to", ben.id()}, {"data", 1}});
  ana.Ask("whisper", {{"to", ben.id()}, {"text", "psst"}});
  ben.Leave("lobby");
  ana.Say("lobby", "marker");
  EXPECT_EQ(raw.ReceiveThrough("\n"), "Ana: marker\n");
}

TEST(Raw, MessagesOfOtherRoomsDoNotReachTheLobby) {
  ServerProcess server;
  RawPeer raw(server.port());
  raw.Send("x");
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  ana.Join("elsewhere");
  ana.Say("elsewhere", "secret");
  ana.Say("lobby", "marker");
  EXPECT_EQ(raw.ReceiveThrough("\n"), "Ana: marker\n");
}

TEST(Raw, APeerThatSpeaksAndClosesAtOnceIsHeard) {
  ServerProcess server;
  RawPeer listener(server.port());
  {
    RawPeer brief(server.port());
    brief.Send("hi\n");
  }
  EXPECT_EQ(listener.ReceiveExactly(3), "hi\n");
}

TEST(Raw, ALostPeerIsTakenOutOfTheLobbyAndDisturbsNobody) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer listener(server.port());
  listener.Send("1");
  RawPeer closing(server.port());
  closing.Send("2");
  RawPeer resetting(server.port());
  resetting.Send("3");
  for (int i = 0; i < 3; ++i) ana.NextEvent("message");
  ASSERT_EQ(listener.ReceiveExactly(2), "23");
  resetting.Reset();
  EXPECT_EQ(ana.NextEvent("member_left")["reason"], "lost");
  // A close alone could be a half-close; the answer to what is said then tells.
  closing.Close();
  ana.Say("lobby", "anyone?");
  ana.Say("lobby", "still here");
  ana.NextEvent("member_left");
  EXPECT_EQ(listener.ReceiveThrough("\n"), "Ana: anyone?\n");
  EXPECT_EQ(listener.ReceiveThrough("\n"), "Ana: still here\n");
}

TEST(Raw, WithoutGuestsAPeerIsToldSoInOneLineAndClosed) {
  ServerProcess server({"--guests", "no"});
  RawPeer speaker(server.port());
  RawPeer silent(server.port());
  speaker.Send("hello");
  for (RawPeer* peer : {&speaker, &silent}) {
    const std::string answer = peer->ReceiveToEnd();
    EXPECT_GT(answer.size(), 1U);
    EXPECT_EQ(answer.find('\n'), answer.size() - 1) << answer;
  }
}

}  // namespace
}  // namespace parley::test
