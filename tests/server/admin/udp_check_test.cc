// CheckUdp on a STUN server of the test's own.

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

#include "server/admin/checks.h"
#include "tests/support/unique_fd.h"

namespace parley {
namespace {

using testing::HasSubstr;
using Grade = Finding::Grade;

// A UDP socket on loopback.
class Datagrams {
 public:
  Datagrams() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string Url() const { return "stun:127.0.0.1:" + std::to_string(port_); }
  // Answers the next request with `head`, the request's transaction, and `attributes`.
  void AnswerOnce(const std::string& head, const std::string& attributes) {
    std::array<char, 512> bytes{};
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const auto count =
        ::recvfrom(socket_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    ASSERT_EQ(count, 20);
    EXPECT_EQ(std::string(bytes.data(), 8), std::string("\x00\x01\x00\x00\x21\x12\xA4\x42", 8));
    const std::string answer = head + std::string(bytes.data() + 8, 12) + attributes;
    ::sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }

 private:
  test::UniqueFd socket_;
  std::uint16_t port_ = 0;
};

Finding Of(const std::string& url) {
  Config config;
  config.ice = {url};
  return CheckUdp(config).back();
}

TEST(CheckUdp, AStunServerThatAnswersSaysWhatItSees) {
  Datagrams server;
  std::thread answering([&] {
    server.AnswerOnce(std::string("\x01\x01\x00\x0C\x21\x12\xA4\x42", 8),
                      std::string("\x00\x20\x00\x08\x00\x01\xA1\x47\xE1\x12\xA6\x43", 12));
  });
  const Finding finding = Of(server.Url());
  answering.join();
  EXPECT_EQ(finding.grade, Grade::kOk);
  EXPECT_THAT(finding.text, HasSubstr("192.0.2.1:32853"));
}

TEST(CheckUdp, AServerThatRefusesSaysItsNumber) {
  Datagrams server;
  std::thread answering([&] {
    server.AnswerOnce(std::string("\x01\x11\x00\x08\x21\x12\xA4\x42", 8),
                      std::string("\x00\x09\x00\x04\x00\x00\x05\x00", 8));
  });
  const Finding finding = Of(server.Url());
  answering.join();
  EXPECT_EQ(finding.grade, Grade::kProblem);
  EXPECT_THAT(finding.text, HasSubstr("500"));
}

TEST(CheckUdp, ALateAnswerToAnotherQuestionIsPassedOver) {
  Datagrams server;
  std::thread answering([&] {
    server.AnswerOnce("who is there", "");
    server.AnswerOnce(std::string("\x01\x01\x00\x00\x21\x12\xA4\x42", 8), "");
  });
  EXPECT_EQ(Of(server.Url()).grade, Grade::kOk);
  answering.join();
}

TEST(CheckUdp, AServerThatDoesNotSpeakStunIsAProblem) {
  Datagrams server;
  std::thread answering([&] {
    for (int i = 0; i < 3; ++i) server.AnswerOnce("who is there", "");
  });
  const Finding finding = Of(server.Url());
  answering.join();
  EXPECT_EQ(finding.grade, Grade::kProblem);
  EXPECT_THAT(finding.text, HasSubstr("not a STUN server"));
}

TEST(CheckUdp, AServerThatIsSilentIsAProblem) {
  const Datagrams silent;
  const Finding finding = Of(silent.Url());
  EXPECT_EQ(finding.grade, Grade::kProblem);
  EXPECT_THAT(finding.text, AllOf(HasSubstr("no answer"), HasSubstr("firewall")));
}

TEST(CheckUdp, AServerThatIsNotThereIsAProblem) {
  std::string url;
  {
    const Datagrams gone;
    url = gone.Url();
  }
  EXPECT_EQ(Of(url).grade, Grade::kProblem);
  EXPECT_EQ(Of("stun:nobody.invalid").grade, Grade::kProblem);
}

TEST(CheckUdp, AServerForTcpOrTlsIsNotTried) {
  for (const char* url : {"turn:127.0.0.1:1?transport=tcp", "turns:127.0.0.1:1", "stuns:127.0.0.1:1"}) {
    EXPECT_EQ(Of(url).grade, Grade::kOk) << url;
    EXPECT_THAT(Of(url).text, HasSubstr("not tried")) << url;
  }
}

TEST(CheckUdp, TheMachineHearsItself) {
  EXPECT_EQ(CheckUdp({}).size(), 1U);
  EXPECT_EQ(CheckUdp({}).front().grade, Grade::kOk) << CheckUdp({}).front().text;
}

}  // namespace
}  // namespace parley
