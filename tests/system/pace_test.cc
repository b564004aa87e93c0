// --rate: a sender that is too fast is slowed by not being read. It loses nothing, and nobody else waits.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// At 20 a second with a burst of 40, what is over 40 takes a second for each 20.
constexpr int kSent = 80;
constexpr milliseconds kLeast{1900};

class Pace : public testing::Test {
 protected:
  Pace() {
    for (LinePeer* peer : {&fast_, &calm_, &listener_}) peer->Join("hall");
  }
  // The calm one speaks once the first of the fast one's has come: it must be heard before the last of them.
  void ExpectCalmAmongFast(std::string_view type) {
    listener_.NextEvent(type);
    EXPECT_EQ(Outcome(calm_.Say("hall", "me too")), "ok");
    for (int heard = 1; heard < kSent; ++heard) {
      if (NextChat()["from"]["name"] == "calm") return;
    }
    ADD_FAILURE() << "heard only after all that the fast one sent";
  }
  Json NextChat() {
    while (true) {
      Json event = listener_.NextEvent();
      if (event["type"] == "message" || event["type"] == "whisper" || event["type"] == "member_changed")
        return event;
    }
  }

  ServerProcess server_{{"--rate", "20"}};
  LinePeer fast_{server_.port(), "fast"};
  LinePeer calm_{server_.port(), "calm"};
  LinePeer listener_{server_.port(), "listener"};
};

TEST_F(Pace, AFastSenderIsSlowedAndLosesNothing) {
  const auto begin = steady_clock::now();
  for (int i = 1; i <= kSent; ++i) fast_.Send("message", {{"room", "hall"}, {"text", std::to_string(i)}});
  for (int i = 1; i <= kSent; ++i) {
    const Json message = listener_.NextEvent("message");
    ASSERT_EQ(message["seq"], i);
    ASSERT_EQ(message["text"], std::to_string(i));
  }
  EXPECT_GE(steady_clock::now() - begin, kLeast);
  for (int i = 1; i <= kSent; ++i) ASSERT_EQ(fast_.NextReply()["seq"], i);
}

TEST_F(Pace, ABurstOfTwiceTheRateIsFree) {
  for (int i = 0; i < kSent; ++i) fast_.Send("message", {{"room", "hall"}, {"text", "x"}});
  int heard = 0;
  while (heard < 40 && listener_.NextEvent("message")["seq"].Number() == heard + 1) ++heard;
  EXPECT_EQ(heard, 40);
  EXPECT_EQ(Outcome(calm_.Say("hall", "me too")), "ok");
  while (heard < kSent && listener_.NextEvent("message")["from"]["name"] == "fast") ++heard;
  EXPECT_LT(heard, kSent);
}

TEST_F(Pace, OthersAreNotSlowed) {
  for (int i = 0; i < kSent; ++i) fast_.Send("message", {{"room", "hall"}, {"text", "x"}});
  ExpectCalmAmongFast("message");
}

TEST_F(Pace, WhispersCount) {
  for (int i = 0; i < kSent; ++i) fast_.Send("whisper", {{"to", listener_.id()}, {"text", "x"}});
  ExpectCalmAmongFast("whisper");
}

TEST_F(Pace, StatesCount) {
  for (int i = 0; i < kSent; ++i) fast_.Send("state", {{"room", "hall"}, {"hand", i % 2 == 0}});
  ExpectCalmAmongFast("member_changed");
}

TEST_F(Pace, ARequestAfterAFastSendersMessagesIsAnsweredInItsTurn) {
  for (int i = 0; i < kSent; ++i) fast_.Send("message", {{"room", "hall"}, {"text", "x"}});
  fast_.Send("ping");
  for (int i = 1; i <= kSent; ++i) ASSERT_EQ(fast_.NextReply()["seq"], i);
  EXPECT_EQ(fast_.NextReply()["type"], "pong");
}

// Eight are free, and each of the others waits for a quarter of a second. If one of them did not count, the
// last reply would come that much earlier.
TEST(PaceOfChanges, EditDeleteReactPollVoteAndUploadCount) {
  const TemporaryFolder folder;
  ServerProcess server({"--rate", "4", "--data", folder.path().string()});
  LinePeer fast(server.port(), "fast");
  fast.Join("hall");
  const auto begin = steady_clock::now();
  for (int i = 0; i < 8; ++i) fast.Send("message", {{"room", "hall"}, {"text", "x"}});
  fast.Send("edit", {{"room", "hall"}, {"seq", 1}, {"text", "y"}});
  fast.Send("react", {{"room", "hall"}, {"seq", 1}, {"emoji", "👍"}, {"on", true}});
  fast.Send("delete", {{"room", "hall"}, {"seq", 1}});
  fast.Send("poll", {{"room", "hall"}, {"question", "Tea?"}, {"options", Verbatim{R"(["yes","no"])"}}});
  fast.Send("vote", {{"room", "hall"}, {"seq", 9}, {"choices", Verbatim{"[0]"}}});
  fast.Send("upload", {{"room", "hall"}, {"name", "a"}, {"size", 1}, {"media_type", "text/plain"}});
  for (int i = 0; i < 13; ++i) EXPECT_EQ(Outcome(fast.NextReply()), "ok");
  EXPECT_EQ(Outcome(fast.NextReply()), "upload");
  EXPECT_GE(steady_clock::now() - begin, milliseconds(1450));
}

// At one a second, any of them that counted would take ten seconds more.
TEST(PaceOfChanges, ClosingAPollMarkingSearchingAndFetchingDoNotCount) {
  const TemporaryFolder folder;
  ServerProcess server({"--rate", "1", "--data", folder.path().string()});
  LinePeer fast(server.port(), "fast");
  fast.Join("hall");
  fast.Ask("poll", {{"room", "hall"}, {"question", "Tea?"}, {"options", Verbatim{R"(["yes","no"])"}}});
  const auto begin = steady_clock::now();
  constexpr int kEach = 12;
  for (int i = 0; i < kEach; ++i) {
    fast.Send("close_poll", {{"room", "hall"}, {"seq", 1}});
    fast.Send("seen", {{"room", "hall"}, {"seq", 1}});
    fast.Send("typing", {{"room", "hall"}});
    fast.Send("search", {{"room", "hall"}, {"query", "tea"}});
    fast.Send("history", {{"room", "hall"}, {"changed_after", 0}});
    fast.Send("download", {{"room", "hall"}, {"seq", 1}});
  }
  for (int i = 0; i < kEach; ++i) {
    for (const char* const outcome : {"ok", "ok", "ok", "found", "history", "no_such_file"}) {
      EXPECT_EQ(Outcome(fast.NextReply()), outcome);
    }
  }
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(10));
}

// Where signals counted as messages, 400 would take 18 s: longer than the message that is sent with the last.
TEST_F(Pace, SignalsHaveAPaceOfTheirOwn) {
  for (int i = 0; i < kSent; ++i) fast_.Send("message", {{"room", "hall"}, {"text", "x"}});
  for (int i = 0; i < 400; ++i) calm_.Send("signal", {{"room", "hall"}, {"to", listener_.id()}, {"data", i}});
  calm_.Send("message", {{"room", "hall"}, {"text", "after the signals"}});
  int heard = 0;
  while (heard < kSent && listener_.NextEvent("message")["from"]["name"] == "fast") ++heard;
  EXPECT_LT(heard, kSent);
}

// 50 a second with a burst of 100: 240 take at least 2.8 s, and 80 messages 2 s.
TEST_F(Pace, AnythingElseIsPacedToo) {
  const auto begin = steady_clock::now();
  for (int i = 0; i < 240; ++i) fast_.Send("ping");
  for (int i = 0; i < 240; ++i) ASSERT_EQ(fast_.NextReply()["type"], "pong");
  EXPECT_GE(steady_clock::now() - begin, milliseconds(2600));
}

TEST_F(Pace, ARawSenderIsSlowedAndLosesNothing) {
  listener_.Join("lobby");
  RawPeer raw(server_.port());
  std::string sent;
  for (char letter = 'a'; sent.size() < 80U * 16384;
       letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    sent.append(1000, letter);
  }
  const auto begin = steady_clock::now();
  raw.Send(sent);
  raw.ShutdownSend();
  std::string heard;
  while (heard.size() < sent.size()) heard += listener_.NextEvent("message")["text"].Text();
  EXPECT_EQ(heard, sent);
  EXPECT_GE(steady_clock::now() - begin, kLeast);
}

TEST(PaceWithoutLimit, ARateOfZeroSlowsNobody) {
  ServerProcess server({"--rate", "0"});
  LinePeer fast(server.port(), "fast");
  LinePeer listener(server.port(), "listener");
  fast.Join("hall");
  listener.Join("hall");
  // At any rate up to 150 a second these would outlast the deadline.
  for (int i = 1; i <= 5000; ++i) {
    fast.Send("message", {{"room", "hall"}, {"text", "x"}});
    if (i % 500 != 0) continue;
    for (int j = i - 499; j <= i; ++j) {
      ASSERT_EQ(listener.NextEvent("message")["seq"], j);
      ASSERT_EQ(fast.NextReply()["seq"], j);
    }
  }
}

}  // namespace
}  // namespace parley::test
