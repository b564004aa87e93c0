// Who comes in, under which name, and what the token of an earlier session is good for.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

TEST(Hello, AWelcomeSaysWhoOneIsAndWhatIsAllowed) {
  ServerProcess server;
  LinePeer ana(server.port());
  const Json welcome = ana.Greet({{"protocol", 1}, {"name", "Ana"}, {"agent", "test/1"}});
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["protocol"], 1);
  EXPECT_FALSE(welcome["server"].Text().empty());
  EXPECT_FALSE(welcome["id"].Text().empty());
  EXPECT_EQ(welcome["name"], "Ana");
  EXPECT_EQ(welcome["role"], "guest");
  EXPECT_FALSE(welcome["token"].Text().empty());
  EXPECT_EQ(welcome["limits"]["text"], 16384);
  EXPECT_EQ(welcome["limits"]["message"], 65536);
  EXPECT_EQ(welcome["limits"]["name"], 32);
  EXPECT_EQ(welcome["limits"]["room"], 64);
  EXPECT_EQ(welcome["limits"]["rooms"], 32);
}

TEST(Hello, AnyOtherRequestBeforeIsHelloRequiredAndCloses) {
  ServerProcess server;
  for (const std::string_view type : {"ping", "join", "message", "rooms", "dance"}) {
    LinePeer peer(server.port());
    const Json error = peer.Ask(type, {{"room", "lobby"}, {"text", "hi"}});
    EXPECT_EQ(Outcome(error), "hello_required") << type;
    EXPECT_EQ(peer.ReceiveLine(), "");
  }
}

TEST(Hello, APersonMayAskAboutARoomBefore) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("Lab");
  LinePeer ben(server.port());
  const Json info = ben.Ask("room_info", {{"room", "lab"}});
  EXPECT_EQ(Outcome(info), "room_info");
  EXPECT_EQ(info["room"], "Lab");
  EXPECT_EQ(info["members"], 1);
  EXPECT_EQ(info["names"][0], "Ana");
  EXPECT_EQ(info["first_is_host"], false);
  EXPECT_EQ(Outcome(ben.Ask("room_info", {{"room", "no/room"}})), "room_invalid");
  EXPECT_EQ(Outcome(ben.Hello("Ben")), "welcome");
  EXPECT_EQ(Outcome(ben.Ask("room_info", {{"room", "lab"}})), "room_info");
}

TEST(Hello, AnotherProtocolIsUnsupportedAndCloses) {
  ServerProcess server;
  for (const int version : {0, 2, 99}) {
    LinePeer peer(server.port());
    EXPECT_EQ(Outcome(peer.Greet({{"protocol", version}, {"name", "Ana"}})), "protocol_unsupported");
    EXPECT_EQ(peer.ReceiveLine(), "");
  }
}

TEST(Hello, ASecondOneIsAlreadyGreeted) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  EXPECT_EQ(Outcome(ana.Ask("hello", {{"protocol", 1}, {"name", "Eve"}})), "already_greeted");
  EXPECT_EQ(ana.Join("hall")["members"][0]["name"], "Ana");
}

TEST(Hello, OneThatFailedMayBeTriedAgain) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port());
  EXPECT_EQ(Outcome(ben.Hello("Ana")), "name_taken");
  EXPECT_EQ(Outcome(ben.Hello(" ")), "name_invalid");
  EXPECT_EQ(Outcome(ben.Greet({{"protocol", 1}})), "bad_message");
  EXPECT_EQ(Outcome(ben.Greet({{"protocol", 1}, {"name", 5}})), "bad_message");
  EXPECT_EQ(Outcome(ben.HelloWithToken("made up")), "bad_credentials");
  EXPECT_EQ(Outcome(ben.Hello("Ben")), "welcome");
}

TEST(Hello, OneThatFailedDoesNotGreet) {
  ServerProcess server;
  LinePeer peer(server.port());
  EXPECT_EQ(Outcome(peer.Hello("")), "name_invalid");
  EXPECT_EQ(Outcome(peer.Ask("ping")), "hello_required");
}

TEST(Hello, NamesAreComparedByCaseFoldingOnTheWholeServer) {
  ServerProcess server;
  LinePeer first(server.port(), "Straße");
  for (const std::string_view same : {"straße", "STRASSE", "Ｓtraße"}) {
    LinePeer second(server.port());
    EXPECT_EQ(Outcome(second.Hello(same)), "name_taken") << same;
  }
}

TEST(Hello, ANameIsShownInNfc) {
  ServerProcess server;
  LinePeer ana(server.port());
  EXPECT_EQ(ana.Hello("Rene\u0301")["name"], "Ren\u00e9");
  LinePeer other(server.port());
  EXPECT_EQ(Outcome(other.Hello("REN\u00c9")), "name_taken");
}

TEST(Hello, NamesHaveUpTo32CodePoints) {
  ServerProcess server;
  std::string longest;
  for (int i = 0; i < 32; ++i) longest += "\u4eba";
  LinePeer peer(server.port());
  EXPECT_EQ(Outcome(peer.Hello(longest + "\u4eba")), "name_invalid");
  EXPECT_EQ(Outcome(peer.Hello(longest)), "welcome");
}

TEST(Hello, NamesThatCouldDeceiveAreInvalid) {
  ServerProcess server;
  LinePeer peer(server.port());
  for (const std::string_view name :
       {"", " Ana", "Ana ", "A\tna", "A\nna", "A\x7fna", "A\u0085na", "A\u2028na", "A\u2029na", "A\u202ena",
        "A\u2066na", "A\u200ena", "A\u200bna", "A\u200cna", "A\ufeffna", "\u00a0Ana", "Ana\u3000",
        "A\u061cna"}) {
    EXPECT_EQ(Outcome(peer.Hello(name)), "name_invalid") << Quote(name);
  }
  peer.SendLine(R"({"type":"hello","protocol":1,"name":"A\u0000na","ref":"zero"})");
  EXPECT_EQ(Outcome(peer.NextReply()), "name_invalid");
}

TEST(Hello, SpacesWithinANameAndTheJoinerOfEmojiAreAllowed) {
  ServerProcess server;
  for (const std::string_view name : {"Ana Maria", "\U0001f469\u200d\U0001f4bb", "李 小龙"}) {
    LinePeer peer(server.port());
    EXPECT_EQ(peer.Hello(name)["name"], name);
  }
}

TEST(Hello, ANameIsFreeAgainOnceItsPeerIsGone) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("hall");
  {
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
  }
  EXPECT_EQ(witness.NextEvent("member_left")["name"], "Ana");
  LinePeer next(server.port());
  EXPECT_EQ(Outcome(next.Hello("Ana")), "welcome");
}

TEST(Hello, ARawPeersNameIsTaken) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("x");
  LinePeer ben(server.port());
  EXPECT_EQ(Outcome(ben.Hello(ana.NextEvent("message")["from"]["name"].Text())), "name_taken");
}

TEST(Hello, ATokenBringsBackTheSameNameAsAFreshMember) {
  ServerProcess server;
  LinePeer first(server.port(), "Ana");
  LinePeer second(server.port());
  const Json welcome = second.HelloWithToken(first.token());
  EXPECT_EQ(Outcome(welcome), "welcome");
  EXPECT_EQ(second.name(), "Ana");
  EXPECT_NE(second.id(), first.id());
  EXPECT_EQ(welcome["role"], "guest");
}

TEST(Hello, UsingATokenEndsNoOtherSession) {
  ServerProcess server;
  LinePeer first(server.port(), "Ana");
  first.Join("hall");
  LinePeer second(server.port());
  second.HelloWithToken(first.token());
  second.Join("hall");
  second.Say("hall", "from here");
  EXPECT_EQ(first.NextEvent("message")["text"], "from here");
}

TEST(Hello, EachWelcomeBringsAFreshTokenAndTheOlderOnesStayGood) {
  ServerProcess server;
  LinePeer first(server.port(), "Ana");
  LinePeer second(server.port());
  second.HelloWithToken(first.token());
  EXPECT_NE(second.token(), first.token());
  for (const std::string& token : {first.token(), second.token()}) {
    LinePeer again(server.port());
    EXPECT_EQ(Outcome(again.HelloWithToken(token)), "welcome");
    EXPECT_EQ(again.name(), "Ana");
  }
}

TEST(Hello, ATokenIsGoodAfterItsSessionIsGone) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("hall");
  std::string token;
  {
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
    token = ana.token();
  }
  witness.NextEvent("member_left");
  LinePeer again(server.port());
  EXPECT_EQ(Outcome(again.HelloWithToken(token)), "welcome");
  EXPECT_EQ(again.name(), "Ana");
}

TEST(Hello, AnAccountThatDoesNotExistIsBadCredentials) {
  ServerProcess server;
  LinePeer peer(server.port());
  EXPECT_EQ(Outcome(peer.Greet({{"protocol", 1}, {"user", "ana"}, {"password", "secret"}})),
            "bad_credentials");
  EXPECT_EQ(Outcome(peer.Greet({{"protocol", 1}, {"user", "ana"}})), "bad_message");
}

TEST(Hello, WithoutGuestsANameAloneIsNotEnough) {
  ServerProcess server({"--guests", "no"});
  LinePeer peer(server.port());
  EXPECT_EQ(Outcome(peer.Hello("Ana")), "login_required");
}

}  // namespace
}  // namespace parley::test
