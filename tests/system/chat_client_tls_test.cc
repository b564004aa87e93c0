// chat_client --tls from outside: whom it talks to, and what it says of those it does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ChatClientTls : public testing::Test {
 protected:
  ChatClientTls() {
    ana_.Join("lobby");
    std::ofstream(ca_file_) << WebPeer(TlsPeer(server_.tls_port())).Get("/ca.crt", "localhost").body;
  }
  ~ChatClientTls() override { std::filesystem::remove(ca_file_); }

  struct Outcome {
    int status;
    std::string said;  // on stderr
  };
  // One that says "hi" to the lobby, in a pipe.
  [[nodiscard]] Outcome SaysHi(const std::string& host, const std::vector<std::string>& options) const {
    std::vector<std::string> command = {PARLEY_CHAT_CLIENT, "--name", "Ben", "--tls",
                                        host + ':' + std::to_string(server_.tls_port())};
    command.insert(command.end(), options.begin(), options.end());
    Process client(command);
    client.Write("hi\n");
    client.CloseStdin();
    std::string said = client.err().TakeAll();
    return {client.WaitForExit(), std::move(said)};
  }
  // The fingerprint on the server's own page.
  [[nodiscard]] std::string Fingerprint() const {
    const std::string page = WebPeer(TlsPeer(server_.tls_port())).Get("/trust", "localhost").body;
    std::smatch found;
    EXPECT_TRUE(std::regex_search(page, found, std::regex("([0-9A-F]{2}:){31}[0-9A-F]{2}")));
    return found.str();
  }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana"};
  std::string ca_file_ = testing::TempDir() + "parley-client-ca-" + std::to_string(::getpid()) + ".pem";
};

TEST_F(ChatClientTls, AnUntrustedServerIsRefusedWithItsFingerprintAndHowToPinIt) {
  const Outcome outcome = SaysHi("localhost", {});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.said, AllOf(HasSubstr("is not trusted"), HasSubstr("SHA-256 is " + Fingerprint()),
                                  HasSubstr("--pin " + Fingerprint())));
  LinePeer marker(server_.port(), "marker");
  marker.Join("lobby");
  EXPECT_EQ(ana_.NextEvent()["member"]["name"], "marker") << "it said nothing, not even its name";
}

TEST_F(ChatClientTls, AServerThatTheAuthorityOrTheFingerprintVouchesForIsTrusted) {
  std::string plain = Fingerprint();
  std::erase(plain, ':');
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--ca", ca_file_}, {"--pin", Fingerprint()}, {"--pin", plain}}) {
    const Outcome outcome = SaysHi("localhost", options);
    EXPECT_EQ(outcome.status, 0) << outcome.said;
    EXPECT_EQ(ana_.NextEvent("message")["text"], "hi");
  }
  EXPECT_EQ(SaysHi("127.0.0.1", {"--ca", ca_file_}).status, 0) << "the address is in the certificate, too";
}

TEST_F(ChatClientTls, AnotherFingerprintIsRefused) {
  std::string other = Fingerprint();
  other[0] = other[0] == '0' ? '1' : '0';
  const Outcome outcome = SaysHi("localhost", {"--pin", other});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.said, AllOf(HasSubstr("is not the pinned one"), HasSubstr(Fingerprint())));
}

TEST_F(ChatClientTls, AnUnreadableAuthorityFileIsNamed) {
  const Outcome outcome = SaysHi("localhost", {"--ca", "/nowhere/ca.pem"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.said, HasSubstr("/nowhere/ca.pem can't be used: No such file or directory"));
}

}  // namespace
}  // namespace parley::test
