// The TLS door from outside: every dialect behind it, its certificate, and its reload.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

// OpenSSL's own client: another implementation of the other side.
class OpensslPeer {
 public:
  explicit OpensslPeer(std::uint16_t port, const std::vector<std::string>& options = {})
      : process_(Command(port, options)) {}

  void Say(const std::string& bytes) { process_.Write(bytes); }
  std::string Hear(std::string_view part) { return process_.out().TakeLineWith(part); }

 private:
  static std::vector<std::string> Command(std::uint16_t port, const std::vector<std::string>& options) {
    std::vector<std::string> command = {"/usr/bin/openssl", "s_client", "-quiet", "-connect",
                                        "127.0.0.1:" + std::to_string(port)};
    command.insert(command.end(), options.begin(), options.end());
    return command;
  }
  Process process_;
};

std::string RunProgram(const std::vector<std::string>& command) {
  Process process(command);
  process.CloseStdin();
  const std::string said = process.out().TakeAll();
  EXPECT_EQ(process.WaitForExit(), 0);
  return said;
}

// The SHA-256 of the certificate that the door shows to a newcomer, as `openssl x509` prints it.
std::string FingerprintAt(std::uint16_t port) {
  return RunProgram({"/bin/sh", "-c",
                     "openssl s_client -connect 127.0.0.1:" + std::to_string(port) +
                         " </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256"});
}

TEST(TlsDoor, SpeaksLinesWithEveryVersionThatIsAllowed) {
  ServerProcess server;
  for (const std::string version : {"-tls1_2", "-tls1_3"}) {
    OpensslPeer peer(server.tls_port(), {version});
    peer.Say(R"({"type":"hello","protocol":1,"name":"tls)" + version + "\"}\n");
    EXPECT_THAT(peer.Hear("welcome"), HasSubstr("tls" + version));
  }
}

TEST(TlsDoor, BringsRawPeersAndLinesIntoTheSameLobby) {
  ServerProcess server;
  LinePeer plain(server.port());
  plain.Hello("plain");
  plain.Join("lobby");
  OpensslPeer raw(server.tls_port());
  raw.Say("hello from behind TLS\n");

  EXPECT_EQ(plain.NextEvent("message")["text"].Text(), "hello from behind TLS");
  plain.Say("lobby", "welcome in");
  EXPECT_THAT(raw.Hear("plain: "), HasSubstr("welcome in"));
}

TEST(TlsDoor, SpeaksHttpAtOnceWhereAlpnSaysSo) {
  ServerProcess server;
  OpensslPeer browser(server.tls_port(), {"-alpn", "http/1.1"});
  browser.Say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(browser.Hear("HTTP/1.1"), HasSubstr("200"));
  EXPECT_THAT(browser.Hear("ok"), HasSubstr("ok"));
}

TEST(TlsDoor, ClosesOnWhatIsNoHandshakeAndServesOthers) {
  ServerProcess server;
  RawPeer garbage(server.tls_port());
  garbage.Send("GET / HTTP/1.1\r\n\r\n");
  garbage.ReceiveToEnd();
  OpensslPeer peer(server.tls_port());
  peer.Say("{\"type\":\"hello\",\"protocol\":1,\"name\":\"after\"}\n");
  peer.Hear("welcome");
}

TEST(TlsDoor, LoadsTheCertificateAgainOnSighupWithoutDroppingAnyone) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "parley-reload";
  std::filesystem::create_directories(folder);
  const std::string certificate = folder / "c.pem";
  const std::string key = folder / "k.pem";
  const auto make = [&] {
    RunProgram({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate});
  };
  make();
  ServerProcess server({"--cert", certificate, "--key", key});
  OpensslPeer before(server.tls_port());
  before.Say("{\"type\":\"hello\",\"protocol\":1,\"name\":\"before\"}\n");
  before.Hear("welcome");
  const std::string old_fingerprint = FingerprintAt(server.tls_port());

  make();
  server.process().Signal(SIGHUP);
  server.process().err().TakeLineWith("a new certificate is in force");
  const std::string new_fingerprint = FingerprintAt(server.tls_port());
  EXPECT_NE(new_fingerprint, old_fingerprint);

  std::ofstream(certificate) << "broken";
  server.process().Signal(SIGHUP);
  server.process().err().TakeLineWith("the old certificate stays");
  EXPECT_EQ(FingerprintAt(server.tls_port()), new_fingerprint);

  before.Say("{\"type\":\"ping\"}\n");
  before.Hear("pong");
  std::filesystem::remove_all(folder);
}

TEST(TlsDoor, AWrongCertificateOrKeyIsNamedAtTheStart) {
  Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--memory", "--cert",
                  "/nowhere/c.pem", "--key", "/nowhere/k.pem"});
  EXPECT_THAT(server.err().TakeLineWith("chat_server:"), HasSubstr("/nowhere/c.pem can't be read"));
  EXPECT_EQ(server.WaitForExit(), 1);
}

}  // namespace
}  // namespace parley::test
