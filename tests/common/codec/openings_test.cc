#include "common/codec/openings.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace parley {
namespace {

using std::string_literals::operator""s;

std::string ProtocolOf(std::string_view read) {
  return std::string(RecognizeProtocol(read).value_or(""));
}

TEST(OpeningsTest, TextMayBeginWithAByteOrderMarkAndWhiteSpace) {
  EXPECT_EQ(BytesBeforeText(""), 0u);
  EXPECT_EQ(BytesBeforeText("{"), 0u);
  EXPECT_EQ(BytesBeforeText("\xEF\xBB\xBF{"), 3u);
  EXPECT_EQ(BytesBeforeText("\xEF\xBB\xBF \r\n\t{"), 7u);
  EXPECT_EQ(BytesBeforeText(" \n"), 2u);
  EXPECT_EQ(BytesBeforeText(" \xEF\xBB\xBF{"), 1u) << "a mark stands at the very beginning";
}

TEST(OpeningsTest, RequestLinesOfAnyMethodAndVersionAreHttp) {
  for (const char* read :
       {"PROPFIND /dav HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1", "GET / HTTP/2\n", "PRI * HTTP/2.0\r\n",
        "\r\n\r\nMKCOL /a HTTP/1.0\n", " M-SEARCH * HTTP/1.1\r\n", "\xEF\xBB\xBFGET / HTTP/1.1\n",
        "CONNECT lab:443 HTTP/1.1\r\n", "BREW http://x/ HTTP/1.1\r\n"}) {
    EXPECT_TRUE(BeginsWithHttp(read)) << read;
  }
}

TEST(OpeningsTest, ProseAboutHttpIsNotARequestLine) {
  for (const char* read :
       {"GET well soon everybody\n", "get / HTTP/1.1\n", "I like HTTP/2\n", "HTTP/1.1 rocks\n",
        "PROPFIND /dav\n", "GET / HTTP/1.1 is a request line\n", "A / HTTP/x\n", "\n", "",
        "GET / HTTP/1.10\n", "Use /dav HTTP/1.1\n", "see: GET / HTTP/1.1\n", "PROPFIND  /dav HTTP/1.1\n"}) {
    EXPECT_FALSE(BeginsWithHttp(read)) << read;
  }
}

TEST(OpeningsTest, OtherProtocolsAreKnownByName) {
  const struct {
    std::string read, protocol;
  } cases[] = {
      {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n{", "the PROXY protocol"},
      {"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n", "the PROXY protocol"},
      {"PROXY UNKNOWN\r\n", "the PROXY protocol"},
      {"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C"s, "the PROXY protocol"},
      {"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"},
      {"SSH-1.99-x", "SSH"},
      {"INVITE sip:bob@example.org SIP/2.0\r\nVia: x\r\n", "SIP"},
      {"DESCRIBE rtsp://lab/1 RTSP/1.0\r\nAuthorization: Basic x\r\n", "RTSP"},
      {"SOURCE /live ICE/1.0\r\n", "Icecast"},
      {"EHLO mail.example.org\r\n", "SMTP"},
      {"AUTH PLAIN AGFuYQBzZWNyZXQ=\r\n", "SMTP"},
      {"AUTH secret\r\n", "SMTP"},
      {"CAP LS 302\r\n", "IRC"},
      {"PASS secret\r\n", "IRC"},
      {"NICK ana\r\nUSER ana 0 * :Ana\r\n", "IRC"},
      {"USER ana 0 * :Ana B\r\n", "IRC"},
      {"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n", "Redis"},
      {"\x10\x20\0\4MQTT\4\xC2\0\x3C"s, "MQTT"},
      {"\x10\x80\x01\0\6MQIsdp\3"s, "MQTT"},
      {"\0\0\0\x24\0\3\0\0user\0ana\0"s, "PostgreSQL"},
      {"\0\0\0\x08\x04\xD2\x16\x2F"s, "PostgreSQL"},
      {"\3\0\0\x2A\x25\xE0\0\0\0\0\0Cookie: mstshash=ana\r\n"s, "RDP"},
      {"0\x22\x02\x01\x01\x60\x1D\x02\x01\x03"s, "LDAP"},
      {"0\x84\0\0\0\x22\x02\x01\x01\x60\x1D"s, "LDAP"},
      {"CONNECT\nlogin:ana\npasscode:secret\n\n"s, "STOMP"},
      {"STOMP\r\naccept-version:1.2\r\n", "STOMP"},
      {"<?xml version='1.0'?><stream:stream to='lab'>", "XMPP"},
      {"<stream:stream to='lab'>", "XMPP"},
      {"AMQP\0\0\x09\x01"s, "AMQP"},
      {"CONNECT {\"user\":\"ana\",\"pass\":\"secret\"}\r\n", "NATS"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(ProtocolOf(one.read), one.protocol) << testing::PrintToString(one.read);
  }
}

TEST(OpeningsTest, ProseIsNotAnotherProtocol) {
  for (const char* read : {"HELO there\n",
                           "HELO everybody\r\n",
                           "EHLO you two\r\n",
                           "EHLO\r\n",
                           "EHLO there\n",
                           "AUTH\r\n",
                           "AUTH failed\n",
                           "AUTH does not work here\r\n",
                           "PASS the salt\r\n",
                           "PASS it\n",
                           "PASS\r\n",
                           "NICK Ana\r\n",
                           "Nick Ana\r\nUSER x\r\n",
                           "CAP the bottle\r\n",
                           "USER guide\r\n",
                           "SSH-2.0\n",
                           "SSH is down\n",
                           "SSH-keys-please\n",
                           "PROXY TCP4 is broken\r\n",
                           "PROXY UNKNOWN\n",
                           "PROXY TCP4 a b c d\r\n",
                           "INVITE bob SIP\n",
                           "*2 for me\n",
                           "$4\n",
                           "*2\n$4\n",
                           "CONNECT\nme please\n",
                           "STOMP\n",
                           "CONNECT {me}\n",
                           "<?xml version='1.0'?><note/>\n",
                           "<stream>\n",
                           "AMQP is a protocol\n",
                           "0",
                           "0 to 9\n",
                           "",
                           "\n",
                           " ",
                           "{\"type\":\"hello\"}\n"}) {
    EXPECT_EQ(ProtocolOf(read), "") << read;
  }
}

TEST(OpeningsTest, BytesThatOnlyBeginLikeAProtocolAreNotRecognised) {
  for (const std::string& read :
       {"\x10"s, "\x10\x20\0\4MQTX"s, "\x10\xFF\xFF\xFF\xFF\xFF"s, "\0\0\0\x08"s, "\0\0\0\x08\0\4\0\0"s,
        "\3\0\0\x2A"s, "\3\0\0\x2A\x24\xE0\0\0\0\0\0"s, "\3\0\0\x05\0\xE0\0\0\0\0\0"s,
        "0\x22\x02\x01\x01\x61"s, "0\x85\0\0\0\0\x22\x02\x01\x01\x60"s, "0\x84\0"s, "AMQP\x09\0\0\0"s,
        "\r\n\r\n\0\r\nQUIT"s}) {
    EXPECT_EQ(ProtocolOf(read), "") << testing::PrintToString(read);
  }
}

TEST(OpeningsTest, AHelloIsKnownHoweverItIsWritten) {
  for (const char* read : {R"({"type":"hello","protocol":1,"user":"ana","password":"x"})"
                           "\n",
                           R"({"password":"x","type":"hello"})", "\xEF\xBB\xBF{\"type\":\"hello\"}",
                           " \r\n{\n  \"type\" : \"hello\"", R"({"type":"hello","password":"cut o)",
                           R"({"a":{"type":1},"type":"hello")"}) {
    EXPECT_TRUE(BeginsWithHello(read)) << read;
  }
}

TEST(OpeningsTest, OtherTextIsNotAHello) {
  for (const char* read : {R"({"type":"ping"})", R"(say {"type":"hello"})", R"(["type","hello"])", "{hello}",
                           "{", "", R"({"type":"hell)", R"({"kind":"hello"})", R"({"type":["hello"]})"}) {
    EXPECT_FALSE(BeginsWithHello(read)) << read;
  }
}

}  // namespace
}  // namespace parley
