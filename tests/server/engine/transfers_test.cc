// Uploads and downloads of an exchange: two at once, their silence, and the time for which their URLs work.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/limits.h"
#include "common/protocol/time_text.h"
#include "tests/server/engine/simulation/shelf.h"
#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TransfersTest : public testing::Test {
 protected:
  static constexpr std::string_view kBytes = "0123456789";

  // The text in a field of a reply.
  static std::string FieldIn(const std::string& reply, const std::string& field) {
    const std::string begin = "\"" + field + "\":\"";
    const std::size_t at = reply.find(begin);
    EXPECT_NE(at, std::string::npos) << reply;
    if (at == std::string::npos) return {};
    return reply.substr(at + begin.size(), reply.find('"', at + begin.size()) - at - begin.size());
  }
  // The reply.
  std::string Ask(const protocol::Request& request) {
    ana_.Reads();
    ana_.Ask(request);
    return ana_.Reads();
  }
  std::string Announce() { return Ask(protocol::Upload{"lab", "notes.txt", kBytes.size(), "text/plain"}); }
  TestPeer Browser() { return server_.Connects({.address = "10.0.0.2"}); }
  static std::string Head(std::string_view method, const std::string& url, std::string_view fields = "") {
    return std::string(method).append(" ").append(url).append(" HTTP/1.1\r\nHost: lab\r\n").append(fields) +
           "\r\n";
  }
  static std::string Put(const std::string& url, std::string_view bytes = "") {
    return Head("PUT", url, "Content-Length: 10\r\n").append(bytes);
  }

  simulation::Shelf shelf_;
  TestServer server_{{}, 1'000, shelf_.Open({}, {})};
  TestPeer ana_ = server_.LinesIn("lab", "Ana");
};

TEST_F(TransfersTest, OfTwoUploadsAtOnceTheSecondIsToldWhereTheFirstIs) {
  const std::string url = FieldIn(Announce(), "url");
  TestPeer first = Browser();
  TestPeer second = Browser();
  first.Send(Put(url, kBytes.substr(0, 4)));
  second.Send(Put(url, kBytes));
  EXPECT_THAT(second.Reads(), AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("\r\nUpload-Offset: 4\r\n")));
  EXPECT_TRUE(second.closed());
  first.Send(kBytes.substr(4));
  EXPECT_THAT(first.Reads(), StartsWith("HTTP/1.1 201 "));
}

TEST_F(TransfersTest, AnUploadOvertakenByAnotherConnectionGets409) {
  const std::string url = FieldIn(Announce(), "url");
  TestPeer first = Browser();
  TestPeer second = Browser();
  first.Send(Put(url));
  second.Send(Put(url, kBytes.substr(0, 6)));
  first.Send(kBytes);
  EXPECT_THAT(first.Reads(), AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("\r\nUpload-Offset: 6\r\n")));
  EXPECT_TRUE(first.closed());
  second.Send(kBytes.substr(6));
  EXPECT_THAT(second.Reads(), StartsWith("HTTP/1.1 201 "));
}

TEST_F(TransfersTest, ASilentUploadIsClosedAndGoesOnWithAnother) {
  const std::string url = FieldIn(Announce(), "url");
  TestPeer silent = Browser();
  silent.Send(Put(url, kBytes.substr(0, 4)));
  server_.Pass(limits::kUploadSilence - std::chrono::milliseconds(1));
  EXPECT_FALSE(silent.closed());
  silent.Send(kBytes.substr(4, 1));
  server_.Pass(limits::kUploadSilence - std::chrono::milliseconds(1));
  EXPECT_FALSE(silent.closed());
  server_.Pass(std::chrono::milliseconds(1));
  EXPECT_THAT(silent.Reads(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(silent.closed());
  TestPeer other = Browser();
  other.Send(Head("HEAD", url));
  EXPECT_THAT(other.Reads(), HasSubstr("\r\nUpload-Offset: 5\r\n"));
  other.Send(
      Head("PUT", url, "Content-Length: 5\r\nContent-Range: bytes 5-9/10\r\n").append(kBytes.substr(5)));
  EXPECT_THAT(other.Reads(), StartsWith("HTTP/1.1 201 "));
}

TEST_F(TransfersTest, AnUploadThatExpiresMeanwhileIsNotFound) {
  const std::string url = FieldIn(Announce(), "url");
  server_.Pass(limits::kUploadKept - std::chrono::seconds(1));
  TestPeer late = Browser();
  late.Send(Put(url, kBytes.substr(0, 4)));
  EXPECT_EQ(late.Reads(), "");
  server_.Pass(std::chrono::seconds(1));
  late.Send(kBytes.substr(4));
  EXPECT_THAT(late.Reads(), StartsWith("HTTP/1.1 404 "));
  TestPeer later = Browser();
  later.Send(Put(url, kBytes));
  EXPECT_THAT(later.Reads(), StartsWith("HTTP/1.1 404 "));
  later = Browser();
  later.Send(Head("HEAD", url));
  EXPECT_THAT(later.Reads(), AllOf(StartsWith("HTTP/1.1 404 "), testing::EndsWith("\r\n\r\n")));
}

TEST_F(TransfersTest, ARefusedHeadHasNoBody) {
  TestPeer browser = Browser();
  browser.Send(Head("HEAD", "/files/unknown"));
  const std::string answer = browser.Reads();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 404 "), testing::EndsWith("\r\n\r\n")));
  EXPECT_THAT(answer, Not(HasSubstr("\r\nContent-Length: 0\r\n"))) << "it is that of the answer to GET";
}

TEST_F(TransfersTest, AMethodThatAFileDoesNotKnowIsToldTheOnesItDoes) {
  const std::string announced = Announce();
  TestPeer browser = Browser();
  browser.Send(Head("GET", FieldIn(announced, "url")));
  EXPECT_THAT(browser.Reads(), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: PUT, HEAD\r\n")));
  browser = Browser();
  browser.Send(Put(FieldIn(announced, "url"), kBytes));
  EXPECT_THAT(browser.Reads(), StartsWith("HTTP/1.1 201 "));
  Ask(protocol::Message{"lab", "", {}, FieldIn(announced, "file")});
  browser = Browser();
  browser.Send(Put(FieldIn(Ask(protocol::Download{"lab", 1}), "url"), kBytes));
  EXPECT_THAT(browser.Reads(), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: GET, HEAD\r\n")));
}

TEST_F(TransfersTest, ADownloadWorksUntilItExpiresAndNoLonger) {
  const std::string announced = Announce();
  TestPeer browser = Browser();
  browser.Send(Put(FieldIn(announced, "url"), kBytes));
  EXPECT_THAT(browser.Reads(), StartsWith("HTTP/1.1 201 "));
  Ask(protocol::Message{"lab", "", {}, FieldIn(announced, "file")});
  const std::string download = Ask(protocol::Download{"lab", 1});
  EXPECT_EQ(protocol::ParseTime(FieldIn(download, "expires")), server_.now().wall + limits::kDownloadKept);
  const std::string url = FieldIn(download, "url");
  server_.Pass(limits::kDownloadKept - std::chrono::milliseconds(1));
  browser = Browser();
  browser.Send(Head("GET", url));
  EXPECT_THAT(browser.Reads(), AllOf(StartsWith("HTTP/1.1 200 "), testing::EndsWith(std::string(kBytes))));
  server_.Pass(std::chrono::milliseconds(1));
  browser = Browser();
  browser.Send(Head("GET", url));
  EXPECT_THAT(browser.Reads(), StartsWith("HTTP/1.1 404 "));
}

}  // namespace
}  // namespace parley::test
