// The framing of lines, the limits of a message, and what each malformed one gets.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

// A ping of exactly `size` bytes.
std::string PingOfSize(std::size_t size) {
  const std::string head = R"({"type":"ping","ref":"big","pad":")";
  return head + std::string(size - head.size() - 2, 'x') + "\"}";
}

// What the server says to `line`, last, before it closes.
std::string FatalCodeOf(ServerProcess& server, std::string_view line) {
  LinePeer peer(server.port(), "peer");
  peer.SendLine(line);
  const Json error = Json::Parse(peer.ReceiveLine());
  EXPECT_EQ(error["type"], "error");
  EXPECT_TRUE(error["text"].Text().size() > 3) << error;
  EXPECT_EQ(peer.ReceiveLine(), "") << "not closed after " << error;
  return error["code"].Text();
}

TEST(Lines, ACarriageReturnBeforeTheNewlineIsAccepted) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.wire().Send("{\"type\":\"ping\",\"ref\":\"1\"}\r\n");
  EXPECT_EQ(peer.NextReply()["type"], "pong");
}

TEST(Lines, AnEmptyLineIsIgnored) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.wire().Send("\n\r\n\n");
  const Json reply = peer.Ask("ping");
  EXPECT_EQ(reply["type"], "pong");
}

TEST(Lines, SeveralMessagesInOneSegmentAreAnsweredInTheirOrder) {
  ServerProcess server;
  LinePeer peer(server.port());
  std::string segment = R"({"type":"hello","protocol":1,"name":"Ana","ref":"0"})"
                        "\n";
  for (int i = 1; i < 40; ++i) segment += R"({"type":"ping","ref":")" + std::to_string(i) + "\"}\n";
  peer.wire().Send(segment);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(peer.NextReply()["ref"], std::to_string(i));
}

TEST(Lines, AMessageMayComeInSingleBytes) {
  ServerProcess server;
  LinePeer other(server.port(), "other");
  LinePeer peer(server.port());
  for (const char byte : std::string("{\"type\":\"hello\",\"protocol\":1,\"name\":\"Ana\"}\n")) {
    peer.wire().Send({&byte, 1});
  }
  EXPECT_EQ(peer.NextEvent()["type"], "welcome");
}

TEST(Lines, AMessageOf64KiBIsReadAndOneByteMoreIsTooLarge) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.SendLine(PingOfSize(65536));
  EXPECT_EQ(peer.NextReply()["ref"], "big");
  EXPECT_EQ(FatalCodeOf(server, PingOfSize(65537)), "too_large");
}

TEST(Lines, ALineWithoutAnEndIsTooLargeOnceItIsOver64KiB) {
  ServerProcess server;
  LinePeer peer(server.port());
  peer.wire().Send("{" + std::string(200'000, 'x'));
  EXPECT_EQ(Json::Parse(peer.ReceiveLine())["code"], "too_large");
  EXPECT_EQ(peer.ReceiveLine(), "");
}

TEST(Lines, ALineThatIsNotAJsonObjectIsBadJsonAndCloses) {
  ServerProcess server;
  for (const std::string_view line :
       {"hello", "{", "{}}", R"({"type":"ping",})", R"({'type':'ping'})", R"(["ping"])", R"("ping")", "7",
        "null", R"({"type":"ping"} {"type":"ping"})", "{\"type\":\"p\x01ing\"}"}) {
    EXPECT_EQ(FatalCodeOf(server, line), "bad_json") << line;
  }
}

TEST(Lines, BytesThatAreNotUtf8AreBadJson) {
  ServerProcess server;
  for (const std::string_view bytes : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(FatalCodeOf(server, R"({"type":"ping","pad":")" + std::string(bytes) + "\"}"), "bad_json");
  }
}

TEST(Lines, JsonNestsAtMost64Deep) {
  ServerProcess server;
  const auto nested = [](int arrays) {
    const auto count = static_cast<std::size_t>(arrays);
    return R"({"type":"ping","ref":"deep","pad":)" + std::string(count, '[') + std::string(count, ']') + "}";
  };
  LinePeer peer(server.port(), "Ana");
  peer.SendLine(nested(63));
  EXPECT_EQ(peer.NextReply()["type"], "pong");
  EXPECT_EQ(FatalCodeOf(server, nested(64)), "bad_json");
  EXPECT_EQ(FatalCodeOf(server, nested(30'000)), "bad_json");
}

TEST(Lines, NothingAfterAFatalErrorIsCarriedOut) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("lobby");
  LinePeer peer(server.port(), "Ana");
  peer.Join("lobby");
  peer.SendLine("{bad\n" + Object("message", {{"room", "lobby"}, {"text", "after"}}));
  EXPECT_EQ(peer.NextEvent("error")["code"], "bad_json");
  EXPECT_EQ(peer.ReceiveLine(), "");
  EXPECT_EQ(witness.NextEvent("member_left")["reason"], "lost");
  EXPECT_EQ(witness.Ask("history", {{"room", "lobby"}})["messages"].size(), 0U);
}

TEST(Lines, RequestsBeforeAFatalErrorAreStillAnswered) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.wire().Send("{\"type\":\"ping\",\"ref\":\"1\"}\n{bad\n");
  EXPECT_EQ(peer.NextReply()["type"], "pong");
  EXPECT_EQ(peer.NextEvent("error")["code"], "bad_json");
}

TEST(Lines, AMessageWithoutAStringTypeIsBadMessage) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  for (const std::string_view line :
       {R"({"ref":"r"})", R"({"type":1,"ref":"r"})", R"({"type":null,"ref":"r"})"}) {
    peer.SendLine(line);
    const Json reply = peer.NextReply();
    EXPECT_EQ(Outcome(reply), "bad_message");
    EXPECT_EQ(reply["ref"], "r");
  }
}

TEST(Lines, AnUnknownTypeIsToldAndTheConnectionStands) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  EXPECT_EQ(Outcome(peer.Ask("dance")), "unknown_type");
  EXPECT_EQ(Outcome(peer.Ask("")), "unknown_type");
  EXPECT_EQ(Outcome(peer.Ask("PING")), "unknown_type");
  EXPECT_EQ(Outcome(peer.Ask("ping")), "pong");
}

TEST(Lines, ARefOfUpTo64BytesComesBackAsItWas) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  for (const std::string& ref : {std::string(), std::string(64, 'r'), std::string("é \"\\\n\t\x7f")}) {
    peer.SendLine(Object("ping", {{"ref", ref}}));
    EXPECT_EQ(peer.NextReply()["ref"], ref);
  }
}

TEST(Lines, ARefThatIsTooLongOrNoStringIsBadMessage) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.SendLine(Object("ping", {{"ref", std::string(65, 'r')}}));
  EXPECT_EQ(Json::Parse(peer.ReceiveLine())["code"], "bad_message");
  peer.SendLine(Object("ping", {{"ref", 5}}));
  EXPECT_EQ(Json::Parse(peer.ReceiveLine())["code"], "bad_message");
}

TEST(Lines, ARequestWithoutRefGetsItsReplyWithoutRef) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.SendLine(R"({"type":"ping"})");
  const Json pong = Json::Parse(peer.ReceiveLine());
  EXPECT_EQ(pong["type"], "pong");
  EXPECT_FALSE(pong.Has("ref"));
}

TEST(Lines, UnknownFieldsAreIgnored) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  EXPECT_EQ(Outcome(peer.Ask("ping", {{"colour", "red"}, {"from", Verbatim{R"({"id":[1,{}]})"}}})), "pong");
}

TEST(Lines, APongHasTheTimeInUtcWithMilliseconds) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  const std::string time = peer.Ask("ping")["time"].Text();
  std::string shape = time;
  for (char& c : shape) c = c >= '0' && c <= '9' ? 'd' : c;
  EXPECT_EQ(shape, "dddd-dd-ddTdd:dd:dd.dddZ") << time;
}

struct BadField {
  std::string_view type;
  std::string_view fields;
  std::string_view wrong;  // which of them the answer must name
};

TEST(Lines, AMissingOrWrongFieldIsBadMessage) {
  ServerProcess server;
  LinePeer peer(server.port(), "Ana");
  peer.Join("hall");
  const std::vector<BadField> cases = {
      {"join", R"("x":1)", "room"},
      {"join", R"("room":7)", "room"},
      {"join", R"("room":"a","since":-1)", "since"},
      {"join", R"("room":"a","since":"1")", "since"},
      {"join", R"("room":"a","password":1)", "password"},
      {"leave", R"("x":1)", "room"},
      {"message", R"("room":"hall")", "text"},
      {"message", R"("text":"hi")", "room"},
      {"message", R"("room":"hall","text":"")", "text"},
      {"message", R"("room":"hall","text":5)", "text"},
      {"message", R"("room":"hall","text":"a\u0000b")", "text"},
      {"message", R"("room":"hall","text":"hi","id":"")", "id"},
      {"message", R"("room":"hall","text":"hi","id":5)", "id"},
      {"whisper", R"("text":"hi")", "to"},
      {"whisper", R"("to":"x")", "text"},
      {"whisper", R"("to":"x","text":"")", "text"},
      {"history", R"("x":1)", "room"},
      {"history", R"("room":"hall","limit":-1)", "limit"},
      {"history", R"("room":"hall","before":-5)", "before"},
      {"history", R"("room":"hall","after":-5)", "after"},
      {"history", R"("room":"hall","after":true)", "after"},
      {"signal", R"("room":"hall","to":"x")", "data"},
      {"signal", R"("room":"hall","data":1)", "to"},
      {"state", R"("room":"hall")", ""},
      {"state", R"("hand":true)", "room"},
      {"state", R"("room":"hall","hand":1)", "hand"},
      {"state", R"("room":"hall","call":null)", "call"},
      {"moderate", R"("room":"hall")", "action"},
      {"moderate", R"("action":"lock")", "room"},
      {"moderate", R"("room":"hall","action":"explode")", "action"},
      {"moderate", R"("room":"hall","action":"kick")", "member"},
      {"moderate", R"("room":"hall","action":"unban")", "value"},
  };
  for (const BadField& bad : cases) {
    peer.SendLine(R"({"ref":"r","type":")" + std::string(bad.type) + "\"," + std::string(bad.fields) + "}");
    const Json reply = peer.NextReply();
    EXPECT_EQ(Outcome(reply), "bad_message") << bad.type << " " << bad.fields;
    EXPECT_NE(reply["text"].Text().find(bad.wrong), std::string::npos) << bad.fields << ": " << reply;
    EXPECT_EQ(reply["ref"], "r");
  }
  EXPECT_EQ(Outcome(peer.Ask("ping")), "pong");
}

TEST(Lines, ATextOf16KiBIsSentAndOneByteMoreIsBadMessage) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const std::string longest(16384, 't');
  EXPECT_EQ(Outcome(ana.Say("hall", longest)), "ok");
  EXPECT_EQ(ben.NextEvent("message")["text"], longest);
  EXPECT_EQ(Outcome(ana.Say("hall", longest + "t")), "bad_message");
  EXPECT_EQ(Outcome(ana.Ask("whisper", {{"to", ben.id()}, {"text", longest}})), "ok");
  EXPECT_EQ(ben.NextEvent("whisper")["text"], longest);
  EXPECT_EQ(Outcome(ana.Ask("whisper", {{"to", ben.id()}, {"text", longest + "t"}})), "bad_message");
}

TEST(Lines, AnIdOf64BytesIsAcceptedAndOneByteMoreIsBadMessage) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  const std::string longest(64, 'i');
  EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "hall"}, {"text", "a"}, {"id", longest}})), "ok");
  EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "hall"}, {"text", "a"}, {"id", longest + "i"}})),
            "bad_message");
}

}  // namespace
}  // namespace parley::test
