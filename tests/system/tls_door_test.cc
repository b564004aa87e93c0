// The TLS door from outside: every dialect behind it, its certificate, and its reload.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/net/certificate.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(TlsDoor, ClosesOnBytesThatAreNotAHandshakeAndServesOthers) {
  ServerProcess server;
  RawPeer garbage(server.tls_port());
  garbage.Send("GET / HTTP/1.1\r\n\r\n");
  garbage.ReceiveToEnd();
  OpensslPeer peer(server.tls_port());
  peer.Say("{\"type\":\"hello\",\"protocol\":1,\"name\":\"after\"}\n");
  peer.Hear("welcome");
}

// A certificate and its key, made by openssl; gone with the object.
struct CertificateFiles {
  explicit CertificateFiles(const std::string& name)
      : folder(testing::TempDir() + "parley-" + name + "-" + std::to_string(::getpid())),
        certificate(folder / "c.pem"),
        key(folder / "k.pem") {
    std::filesystem::create_directories(folder);
    Make();
  }
  ~CertificateFiles() { std::filesystem::remove_all(folder); }
  CertificateFiles(const CertificateFiles&) = delete;
  CertificateFiles& operator=(const CertificateFiles&) = delete;

  void Make() const {
    RunProgram({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate});
  }

  std::filesystem::path folder;
  std::string certificate, key;
};

TEST(TlsDoor, LoadsTheCertificateAgainOnSighupWithoutDroppingAnyone) {
  const CertificateFiles files("reload");
  ServerProcess server({"--cert", files.certificate, "--key", files.key});
  OpensslPeer before(server.tls_port());
  before.Say("{\"type\":\"hello\",\"protocol\":1,\"name\":\"before\"}\n");
  before.Hear("welcome");
  const std::string old_fingerprint = FingerprintAt(server.tls_port());

  files.Make();
  server.process().Signal(SIGHUP);
  server.process().err().TakeLineWith("a new certificate is in use");
  const std::string new_fingerprint = FingerprintAt(server.tls_port());
  EXPECT_NE(new_fingerprint, old_fingerprint);

  std::ofstream(files.certificate) << "broken";
  server.process().Signal(SIGHUP);
  server.process().err().TakeLineWith("the old certificate stays");
  EXPECT_EQ(FingerprintAt(server.tls_port()), new_fingerprint);
  std::filesystem::remove(files.key);
  std::filesystem::create_directory(files.key);
  server.process().Signal(SIGHUP);
  server.process().err().TakeLineWith("the old certificate stays");
  EXPECT_EQ(FingerprintAt(server.tls_port()), new_fingerprint);

  before.Say("{\"type\":\"ping\"}\n");
  before.Hear("pong");
}

// What chat_server says that was given these files, and can't serve them.
std::string Refusal(const std::string& certificate, const std::string& key) {
  Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--memory", "--cert",
                  certificate, "--key", key});
  server.Write("secret\n");  // it does not ask for it
  const std::string said = server.err().TakeLineWith("chat_server:");
  EXPECT_EQ(server.WaitForExit(), 1) << said;
  EXPECT_EQ(server.out().TakeAll(), "") << said;
  return said;
}

TEST(TlsDoor, AnEndOfTheCertificateThatIsNearOrPastIsToldInTheLog) {
  const TemporaryFolder folder;
  const std::string certificate = (folder.path() / "cert.pem").string();
  const std::string key = (folder.path() / "key.pem").string();
  const auto log_of_one_made_ago = [&](std::chrono::hours ago) {
    const auto then = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - ago);
    const auto pair = MakeLeaf(*MakeAuthority("a", then), {"chat.example"}, then);
    std::ofstream(certificate) << pair->certificate;
    std::ofstream(key) << pair->key;
    ServerProcess server({"--cert", certificate, "--key", key});
    EXPECT_EQ(server.Stop(), 0);
    return server.process().err().TakeAll();
  };
  constexpr std::chrono::hours kDay{24};
  EXPECT_THAT(log_of_one_made_ago(kDay), Not(HasSubstr("renew it")));
  EXPECT_THAT(log_of_one_made_ago(355 * kDay + kDay / 2),
              HasSubstr("expires in 9 days: renew it, then send SIGHUP"));
  EXPECT_THAT(log_of_one_made_ago(400 * kDay), HasSubstr("has expired"));
  EXPECT_THAT(log_of_one_made_ago(-kDay / 2), Not(HasSubstr("not valid before")));
  EXPECT_THAT(log_of_one_made_ago(-3 * kDay), HasSubstr("is not valid before"));
}

// A first start with a clock that was a year ahead, and one with a clock that is right.
TEST(TlsDoor, ItsOwnCertificateOfTheFutureIsMadeAgainAndSaidSo) {
  const TemporaryFolder folder;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto ahead = now + std::chrono::days(365);
  const auto authority = MakeAuthority("Parley local authority", ahead);
  const auto leaf = MakeLeaf(*authority, {"localhost"}, ahead);
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
    std::filesystem::permissions(folder.path() / name, std::filesystem::perms(0600));
  };
  write("ca.crt", authority->certificate);
  write("ca.key", authority->key);
  write("server.crt", leaf->certificate + authority->certificate);
  write("server.key", leaf->key);

  Process check({ChatServerPath(), "check", "--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--data",
                 folder.path().string()});
  EXPECT_THAT(check.out().TakeAll(),
              HasSubstr("problem certificate: the local authority, ca.crt, is not valid before"));
  EXPECT_EQ(check.WaitForExit(), 1);

  ServerProcess server({"--data", folder.path().string()});
  server.process().err().TakeLineWith("the clock was ahead when it was made. A new one is in use");
  std::ifstream kept(folder.path() / "server.crt");
  const auto served =
      ReadCertificate({std::istreambuf_iterator<char>(kept), std::istreambuf_iterator<char>()});
  ASSERT_TRUE(served);
  EXPECT_LE(served->begins, now);
  EXPECT_GT(served->ends, now);
  EXPECT_THAT(FingerprintAt(server.tls_port()), HasSubstr(WithColons(served->fingerprint)));
}

TEST(TlsDoor, AWrongCertificateOrKeyIsNamedAtTheStartWithWhatToDo) {
  const CertificateFiles good("good");
  const CertificateFiles other("other");
  const std::string encrypted = good.folder / "encrypted.pem";
  RunProgram(
      {"/usr/bin/openssl", "pkey", "-in", good.key, "-aes256", "-passout", "pass:secret", "-out", encrypted});
  const std::string nowhere = "/nowhere/it.pem";
  const std::string folder = good.folder;
  EXPECT_THAT(Refusal(nowhere, good.key), HasSubstr("the certificate " + nowhere + " can't be read"));
  EXPECT_THAT(Refusal(good.certificate, nowhere), HasSubstr("the key " + nowhere + " can't be read"));
  EXPECT_THAT(Refusal(folder, good.key), HasSubstr("the certificate " + folder + " can't be read"));
  EXPECT_THAT(Refusal(good.key, good.key), HasSubstr(good.key + " is not a PEM certificate"));
  EXPECT_THAT(Refusal(good.certificate, good.certificate), HasSubstr("the key is not a PEM private key"));
  EXPECT_THAT(Refusal(good.certificate, encrypted),
              HasSubstr("the key is not a PEM private key without a password"));
  const std::string said = Refusal(good.certificate, other.key);
  EXPECT_THAT(said, HasSubstr("the key does not belong to the certificate"));
  EXPECT_THAT(said,
              HasSubstr("; name a PEM certificate and its key, without a password, by --cert and --key"));
}

}  // namespace
}  // namespace parley::test
