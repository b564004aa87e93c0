#include "common/codec/http_head.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/limits.h"

namespace parley {
namespace {

using Result = std::variant<HttpNeedMore, HttpRequest, HttpBad>;

// A result as one string, so that two can be compared.
std::string Describe(const Result& result) {
  if (std::holds_alternative<HttpNeedMore>(result)) return "need more";
  if (const auto* bad = std::get_if<HttpBad>(&result)) return std::to_string(bad->status);
  const auto& request = std::get<HttpRequest>(result);
  std::string text = std::string(request.method) + ' ' + std::string(request.target) + " 1." +
                     std::to_string(request.minor_version) + " host=" + std::string(request.host) + ' ' +
                     std::to_string(request.consumed);
  for (const HttpField& field : request.fields) {
    text.append("; ").append(field.name).append("=").append(field.value);
  }
  return text;
}

// What a reader finds whose bytes come one at a time: the first result that is not need-more.
std::string DescribeDribbled(std::string_view input) {
  for (std::size_t size = 0; size <= input.size(); ++size) {
    std::string text = Describe(ParseHttpHead(input.substr(0, size)));
    if (text != "need more") return text;
  }
  return "need more";
}

// Parses `input`, and again split at every byte.
std::string Parse(std::string_view input) {
  std::string text = Describe(ParseHttpHead(input));
  EXPECT_EQ(DescribeDribbled(input), text) << input;
  return text;
}

HttpRequest Request(std::string_view input) {
  return std::get<HttpRequest>(ParseHttpHead(input));
}

// A request for "/" with these lines after its Host.
std::string WithFields(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

TEST(HttpHead, TakesARequestApart) {
  EXPECT_EQ(Parse("GET /room/x?y=1 HTTP/1.1\r\nHost: localhost:8443\r\nAccept: */*\r\n\r\n"),
            "GET /room/x?y=1 1.1 host=localhost:8443 63; Host=localhost:8443; Accept=*/*");
}

TEST(HttpHead, ConsumesNothingBeyondTheEmptyLine) {
  EXPECT_EQ(Request("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n").consumed, 27U);
}

TEST(HttpHead, AcceptsLineFeedsAlone) {
  EXPECT_EQ(Parse("GET / HTTP/1.1\nHost: a\n\n"), "GET / 1.1 host=a 24; Host=a");
  EXPECT_EQ(Parse("GET / HTTP/1.1\nHost: a\r\n\n"), "GET / 1.1 host=a 25; Host=a");
}

TEST(HttpHead, SkipsOneEmptyLineBeforeARequest) {
  EXPECT_EQ(Parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "GET / 1.1 host=a 29; Host=a");
  EXPECT_EQ(Parse("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "GET / 1.1 host=a 28; Host=a");
  EXPECT_EQ(Parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
}

TEST(HttpHead, NeedsMoreUntilTheEmptyLine) {
  for (const std::string_view input : {"", "\r", "\r\n", "G", "GET / HTTP/1.1", "GET / HTTP/1.1\r",
                                       "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    EXPECT_EQ(Parse(input), "need more") << input;
  }
}

TEST(HttpHead, RefusesMalformedRequestLines) {
  for (const std::string_view line : {
           "GET",
           "GET /",
           "GET / ",
           " GET / HTTP/1.1",
           "GET  / HTTP/1.1",
           "GET /  HTTP/1.1",
           "GET / HTTP/1.1 ",
           "GET\t/ HTTP/1.1",
           "GET / a HTTP/1.1",
           "GET HTTP/1.1",
           "G(T / HTTP/1.1",
           "G\xC3\xA9T / HTTP/1.1",
           "GET / http/1.1",
           "GET / HTTP/1",
           "GET / HTTP/1.",
           "GET / HTTP/1.10",
           "GET / HTTP/x.1",
           "GET / HTTP/1.x",
           "GET / HTTP/1-1",
           "GET / HTCPCP/1.0",
           "GET / HTTP/1.1\r",
           "GET /\r HTTP/1.1",
           "GET\r / HTTP/1.1",
           "\rGET / HTTP/1.1",
       }) {
    EXPECT_EQ(Parse(std::string(line) + "\r\nHost: a\r\n\r\n"), "400") << line;
  }
}

TEST(HttpHead, RefusesOtherVersions) {
  for (const std::string_view version : {"HTTP/0.9", "HTTP/2.0", "HTTP/3.0"}) {
    EXPECT_EQ(Parse("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n"), "505") << version;
  }
  EXPECT_EQ(Parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "505");
}

TEST(HttpHead, TakesALaterMinorVersionForWhatItIs) {
  EXPECT_EQ(Request("GET / HTTP/1.7\r\nHost: a\r\n\r\n").minor_version, 7);
}

TEST(HttpHead, RefusesMalformedTargets) {
  for (const std::string_view target :
       {"*", "room", "a:80", "?x", "/a#b", "/\xC3\xA9", "/a\x7F", "/a\x01", "ftp://a/", "http:/a", "http://",
        "http:///x", "http://user@a/", "http://a b/", "http://a:b/", "http://[::1/"}) {
    EXPECT_EQ(Parse("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n"), "400") << target;
  }
}

TEST(HttpHead, UnderstandsTheAbsoluteForm) {
  EXPECT_EQ(Parse("GET http://b:1/x?y HTTP/1.1\r\nHost: a\r\n\r\n"), "GET /x?y 1.1 host=b:1 40; Host=a");
  EXPECT_EQ(Parse("GET HTTPS://b HTTP/1.1\r\nHost: a\r\n\r\n"), "GET / 1.1 host=b 35; Host=a");
  EXPECT_EQ(Parse("GET http://b?x HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
}

TEST(HttpHead, LeavesTheTargetFormsOfOtherMethodsToTheCaller) {
  EXPECT_EQ(Request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target, "*");
  EXPECT_EQ(Request("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").target, "a:443");
}

TEST(HttpHead, RefusesMalformedFields) {
  for (const std::string_view line : {
           "X",                 // no colon
           ": x",               // no name
           "X : x",             // a space before the colon
           "X\t: x",            //
           " X: x",             // folded into the Host
           "\tX: x",            //
           "X: a\r\n folded",   //
           "X: a\r\n\tfolded",  //
           "X Y: a",            //
           "X(: a",             //
           "X\xC3\xA9: a",      //
           "X: a\rb",           // a CR alone
           "X: a\r",            //
           "X\r: a",            //
           "X: a\x01",          //
           "X: \x7F",           //
           "\r",                //
       }) {
    EXPECT_EQ(Parse(WithFields(std::string(line) + "\r\n")), "400") << line;
  }
  using std::string_literals::operator""s;
  EXPECT_EQ(Parse(WithFields("X: a\0b\r\n"s)), "400");
  EXPECT_EQ(Parse(WithFields("X\0: a\r\n"s)), "400");
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), "400");
}

TEST(HttpHead, TrimsValues) {
  const std::string head = WithFields("A:x\r\nB: \t x y\t \r\nC:\r\nD: \xC3\xA9\r\n");
  const HttpRequest request = Request(head);
  EXPECT_EQ(request.Only("A"), "x");
  EXPECT_EQ(request.Only("B"), "x y");
  EXPECT_EQ(request.Only("C"), "");
  EXPECT_EQ(request.Only("D"), "\xC3\xA9");
}

TEST(HttpHead, NeedsExactlyOneHost) {
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"), "400");
  EXPECT_EQ(Parse("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(Parse("GET http://a/ HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(Parse("GET / HTTP/1.0\r\n\r\n"), "GET / 1.0 host= 18");
}

TEST(HttpHead, AcceptsHostsThatCanBeOnesOwn) {
  for (const std::string_view host : {"localhost", "localhost:8443", "127.0.0.1:8080", "[::1]",
                                      "[fe80::1]:8443", "my_host-2.example", "EXAMPLE.com:", "a:65535"}) {
    EXPECT_EQ(Request("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").host.size(), host.size());
  }
}

TEST(HttpHead, RefusesInvalidHosts) {
  for (const std::string_view host : {"", "a b", "a/b", "a@b", "a,b", "a;b", "a\"b", ":80", "a:b", "a:123456",
                                      "[]", "[::1", "[::1]x", "[g!]", "::1", "a:1:2", "%61", "\xC3\xA9"}) {
    EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), "400") << host;
  }
}

TEST(HttpHead, RefusesBodies) {
  for (const std::string_view lines :
       {"Content-Length: 1\r\n", "Content-Length: 00\r\n", "content-length: 12\r\n",
        "Transfer-Encoding: chunked\r\n", "transfer-encoding: identity\r\n"}) {
    EXPECT_EQ(Parse(WithFields(lines)), "400") << lines;
    EXPECT_EQ(Parse("HEAD / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n"), "400") << lines;
    // A method that there is not is the better thing to name; the connection ends all the same.
    EXPECT_EQ(Parse("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n"), "405") << lines;
  }
}

TEST(HttpHead, TellsTheLengthOfTheBodyOfAPut) {
  const HttpRequest put = Request("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(put.content_length, 12U);
  EXPECT_TRUE(put.HasBody() && !put.chunked);
  const HttpRequest chunked = Request("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(chunked.content_length, std::nullopt);
  EXPECT_TRUE(chunked.HasBody() && chunked.chunked);
  const HttpRequest nothing = Request("PUT / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(!nothing.HasBody() && !nothing.content_length);
  EXPECT_EQ(Parse("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n"), "413");
}

TEST(HttpHead, AllowsALengthOfZero) {
  EXPECT_EQ(Request(WithFields("Content-Length: 0\r\n")).Only("Content-Length"), "0");
  EXPECT_EQ(Request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").method, "POST");
}

TEST(HttpHead, RefusesWhatTwoReadersCouldMeasureDifferently) {
  for (const std::string_view lines : {
           "Content-Length: 0\r\nContent-Length: 0\r\n",
           "Content-Length: 0\r\nContent-Length: 5\r\n",
           "Content-Length: 0, 0\r\n",
           "Content-Length: +0\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x0\r\n",
           "Content-Length: 0 0\r\n",
           "Content-Length: \r\n",
           "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length : 0\r\n",
           "Content-Length: 0\r\n Transfer-Encoding: chunked\r\n",
           "X: a\rContent-Length: 5\r\n",
       }) {
    for (const std::string_view method : {"GET", "POST", "PUT"}) {
      EXPECT_EQ(Parse(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n"),
                "400")
          << method << ' ' << lines;
    }
  }
  for (const std::string_view lines :
       {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding:\tchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding:\r\n"}) {
    EXPECT_EQ(Parse(WithFields(lines)), "400") << lines;
  }
}

TEST(HttpHead, RefusesNulWhereverItStands) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n";
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '\r' || head[at] == '\n') continue;
    std::string bytes = head;
    bytes[at] = '\0';
    EXPECT_EQ(Parse(bytes), "400") << "at " << at;
  }
}

// A CR that no LF follows ends nothing, and makes whatever it stands in malformed.
TEST(HttpHead, RefusesACarriageReturnAloneWhereverItStands) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n";
  for (std::size_t at = 1; at < head.size(); ++at) {
    if (head[at] == '\n' || head[at - 1] == '\n') continue;  // before an LF it would be the line's end
    std::string bytes = head;
    bytes.insert(at, "\r");
    EXPECT_EQ(Parse(bytes), "400") << "at " << at;
  }
  EXPECT_EQ(Parse("GET / HTTP/1.1\rHost: a\r\r"), "need more") << "no line has ended";
}

// Another reader might take each of these for the length, or for the end of the request before.
TEST(HttpHead, RefusesNamesThatOnlyLookLikeTheRightOne) {
  for (const std::string_view line :
       {"Content-Length\t: 5", "Content-Length\x0B: 5", "Content-Length\xA0: 5",
        "\x0B"
        "Content-Length: 5",
        "Transfer-Encoding : chunked", "Transfer-Encoding\x0C: chunked", "[Content-Length]: 5",
        "Content-Length: 5\x0B", "Transfer-Encoding: chunked\x0C", "Content Length: 5", "\"Host\": b",
        "Host\t: b", "Host@: b"}) {
    EXPECT_EQ(Parse(WithFields(std::string(line) + "\r\n")), "400") << line;
  }
}

TEST(HttpHead, RefusesASecondHostHoweverItIsSpelt) {
  for (const std::string_view line : {"Host: a", "HOST: b", "host:", "hOsT: a, b"}) {
    EXPECT_EQ(Parse(WithFields(std::string(line) + "\r\n")), "400") << line;
    EXPECT_EQ(Parse("GET http://a/ HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n"), "400") << line;
  }
}

// A head of exactly `size` bytes.
std::string HeadOf(std::size_t size) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  head.append(size - head.size() - 4, 'x');
  return head + "\r\n\r\n";
}

TEST(HttpHead, AllowsAHeadOfFullLengthAndNotAByteMore) {
  EXPECT_EQ(Request(HeadOf(limits::kHttpHeadBytes)).consumed, limits::kHttpHeadBytes);
  EXPECT_EQ(Describe(ParseHttpHead(HeadOf(limits::kHttpHeadBytes + 1))), "431");
}

TEST(HttpHead, RefusesALongHeadBeforeItsEndComes) {
  const std::string head = HeadOf(2 * limits::kHttpHeadBytes);
  EXPECT_EQ(Describe(ParseHttpHead(std::string_view(head).substr(0, limits::kHttpHeadBytes - 1))),
            "need more");
  EXPECT_EQ(Describe(ParseHttpHead(std::string_view(head).substr(0, limits::kHttpHeadBytes))), "431");
  EXPECT_EQ(Describe(ParseHttpHead(head)), "431");
}

TEST(HttpHead, SaysSoWhereTheRequestLineAloneIsTooLong) {
  const std::string line = "GET /" + std::string(limits::kHttpHeadBytes, 'x');
  EXPECT_EQ(Describe(ParseHttpHead(std::string_view(line).substr(0, limits::kHttpHeadBytes - 1))),
            "need more");
  EXPECT_EQ(Describe(ParseHttpHead(line)), "414");
  EXPECT_EQ(Describe(ParseHttpHead(line + " HTTP/1.1\r\nHost: a\r\n\r\n")), "414");
}

TEST(HttpHead, LimitsTheNumberOfFields) {
  std::string fields;
  for (std::size_t i = 1; i < limits::kHttpFields; ++i) fields += "X: a\r\n";  // and Host
  EXPECT_EQ(Request(WithFields(fields)).fields.size(), limits::kHttpFields);
  EXPECT_EQ(Parse(WithFields(fields + "X: a\r\n")), "431");
}

TEST(HttpHead, FindsFieldsWhateverTheirCase) {
  const std::string head = WithFields("X-One: 1\r\nTWICE: a\r\nTwice: b\r\n");
  const HttpRequest request = Request(head);
  EXPECT_TRUE(request.Has("x-one"));
  EXPECT_TRUE(request.Has("X-ONE"));
  EXPECT_FALSE(request.Has("X-On"));
  EXPECT_EQ(request.Only("x-ONE"), "1");
  EXPECT_EQ(request.Only("twice"), std::nullopt);
  EXPECT_EQ(request.Only("absent"), std::nullopt);
}

TEST(HttpHead, SplitsLists) {
  const std::string head = WithFields("A: x, y ,,\t z\r\na: ,\r\nA: w\r\nB:\r\n");
  const HttpRequest request = Request(head);
  EXPECT_EQ(request.List("A"), (std::vector<std::string_view>{"x", "y", "z", "w"}));
  EXPECT_TRUE(request.List("B").empty());
  EXPECT_TRUE(request.Lists("a", "Z"));
  EXPECT_FALSE(request.Lists("A", "xy"));
  EXPECT_FALSE(request.Lists("A", ""));
}

TEST(HttpHead, KnowsWhetherTheConnectionGoesOn) {
  const auto keeps = [](std::string_view version, std::string_view connection) {
    return Request("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(connection) + "\r\n")
        .KeepAlive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: Upgrade\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive, CLOSE\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\nConnection: close\r\n"));
}

}  // namespace
}  // namespace parley
