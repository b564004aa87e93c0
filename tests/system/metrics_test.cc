// /metrics from outside: figures of the real server, and their list in docs/operations.md.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/accounts/signing.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::Not;

WebPeer::Answer Metrics(const ServerProcess& server, std::string_view fields = "") {
  return WebPeer(server.port()).Get("/metrics", "localhost", fields);
}

// The value of one line of the figures.
double Value(const ServerProcess& server, const std::string& line) {
  const std::string text = "\n" + Metrics(server).body;
  const std::size_t found = text.find("\n" + line + " ");
  EXPECT_NE(found, std::string::npos) << line;
  return found == std::string::npos ? -1 : std::stod(text.substr(found + line.size() + 2));
}

TEST(Metrics, CountWhatHappens) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  ana.Say("lobby", "hi");
  ana.Say("nowhere", "hi");
  EXPECT_EQ(Value(server, "parley_peers{kind=\"lines\"}"), 1);
  EXPECT_EQ(Value(server, "parley_peers{kind=\"http\"}"), 1) << "who asks";
  EXPECT_EQ(Value(server, "parley_messages_total"), 1);
  EXPECT_EQ(Value(server, "parley_refusals_total{code=\"not_in_room\"}"), 1);
  EXPECT_EQ(Value(server, "parley_log_batch_seconds_count"), 1);
  EXPECT_GT(Value(server, "parley_turn_seconds_count"), 3);
  EXPECT_GT(Value(server, "parley_turn_seconds_sum"), 0);
  EXPECT_GT(Value(server, "parley_received_bytes_total"), 100);
  EXPECT_GT(Value(server, "parley_sent_bytes_total"), 1000);
  EXPECT_GT(Value(server, "parley_max_peers"), 0);
  EXPECT_GT(Value(server, "process_resident_memory_bytes"), 1e6);
}

TEST(Metrics, HandshakesAreCountedByWhatBecameOfThem) {
  ServerProcess server;
  WebPeer browser{TlsPeer(server.tls_port())};
  EXPECT_EQ(browser.Get("/healthz", "localhost").body, "ok\n");
  RawPeer stranger(server.tls_port());
  stranger.Send("this is no TLS\n");
  stranger.ReceiveToEnd();
  EXPECT_EQ(Value(server, "parley_tls_handshakes_total{result=\"done\"}"), 1);
  EXPECT_EQ(Value(server, "parley_tls_handshakes_total{result=\"failed\"}"), 1);
  EXPECT_EQ(Value(server, "parley_tls_handshakes_under_way"), 0);
  EXPECT_EQ(Value(server, "parley_connections_total{door=\"tls\"}"), 2);
  EXPECT_GT(Value(server, "parley_certificate_expiry_seconds"), 1.7e9);
}

TEST(Metrics, AWrongPasswordWhoseAnswerWaitsIsCounted) {
  const TemporaryFolder folder;
  ServerProcess server({"--data", folder.path().string()});
  LinePeer ben(server.port());
  const auto guess = [&] {
    return ben.Greet({{"protocol", 1}, {"user", "Ben"}, {"password", "x"}})["code"].Text();
  };
  for (unsigned i = 0; i < limits::kFreeTries; ++i) EXPECT_EQ(guess(), "bad_credentials");
  EXPECT_EQ(Value(server, "parley_logins_delayed_total"), 0);
  EXPECT_EQ(guess(), "bad_credentials");
  EXPECT_EQ(Value(server, "parley_logins_delayed_total"), 1);
}

TEST(Metrics, AreOnlyForTheReadersThatTheOptionNames) {
  const std::string forwarded = "X-Forwarded-For: 192.0.2.1\r\n";
  ServerProcess local;
  EXPECT_EQ(Metrics(local).status, 200);
  EXPECT_EQ(Metrics(local, forwarded).status, 403);
  ServerProcess any({"--metrics", "any"});
  EXPECT_EQ(Metrics(any, forwarded).status, 200);
  ServerProcess off({"--metrics=off"});
  EXPECT_EQ(Metrics(off).status, 404);
}

TEST(Metrics, AnAdminsInvitationOpensThemFromElsewhere) {
  const TemporaryFolder folder;
  const std::string data = folder.path().string();
  ServerProcess server({"--data", data});
  const auto asks_with = [&](const std::vector<std::string>& about) {
    std::vector<std::string> command = {"token", "prometheus", "--data", data};
    command.insert(command.end(), about.begin(), about.end());
    std::string token = RunCommand(command).out;
    token.pop_back();
    return Metrics(server, "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer " + token + "\r\n").status;
  };
  EXPECT_EQ(asks_with({"--role", "admin", "--ttl", "24h"}), 200);
  EXPECT_EQ(asks_with({"--role", "host"}), 403);
  EXPECT_EQ(asks_with({"--role", "admin", "--room", "lab"}), 403);
  LinePeer ana(server.port(), "Ana");
  EXPECT_EQ(
      Metrics(server, "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer " + ana.token() + "\r\n").status,
      403);
}

// It passes through browsers, which an invitation for Prometheus never does.
TEST(Metrics, AnAdminsTokenFromTheWelcomeDoesNotOpenThem) {
  const TemporaryFolder folder;
  const std::string data = folder.path().string();
  const std::string secret(32, 's');
  std::ofstream(folder.path() / "portal.key") << secret;
  ServerProcess server({"--data", data, "--jwt-key", folder.path() / "portal.key"});
  const auto comes_back_with = [&](const std::string& token) {
    LinePeer peer(server.port());
    const Json welcome = peer.HelloWithToken(token);
    EXPECT_EQ(welcome["role"], "admin");
    return Metrics(server, "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer " + peer.token() + "\r\n")
        .status;
  };
  std::string invitation = RunCommand({"token", "Ana", "--role", "admin", "--data", data}).out;
  invitation.pop_back();
  EXPECT_EQ(comes_back_with(invitation), 403);
  EXPECT_EQ(comes_back_with(SignHmac(R"({"sub":"Ben","role":"admin","exp":4102444800})", secret)), 403);
}

TEST(Metrics, AllStandInTheirDocumentationAndNoOthers) {
  ServerProcess server;
  std::set<std::string> told;
  std::istringstream lines(Metrics(server).body);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) told.insert(line.substr(7, line.find(' ', 7) - 7));
  }
  std::ifstream file(PARLEY_OPERATIONS);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::set<std::string> listed;
  const std::regex row("\n\\| `((?:parley|process)_[a-z_]+)");
  for (std::sregex_iterator found(page.begin(), page.end(), row), end; found != end; ++found) {
    listed.insert((*found)[1]);
  }
  EXPECT_EQ(told, listed);
}

TEST(RefusalLog, NamesTheReasonAndNobody) {
  ServerProcess server({"--log-level", "debug", "--log-format", "json"});
  LinePeer ana(server.port(), "Very-Secret-Name");
  ana.Say("Very-Secret-Room", "Very-Secret-Text");
  RawPeer stranger(server.tls_port());
  stranger.Send("Very-Secret-Bytes\n");
  stranger.ReceiveToEnd();
  EXPECT_EQ(WebPeer{TlsPeer(server.tls_port())}.Get("/Very-Secret-Path", "localhost").status, 404);
  EXPECT_EQ(server.Stop(), 0);
  const std::string log = server.process().err().TakeAll();
  EXPECT_THAT(log, HasSubstr(R"("level":"debug","text":"refused: not_in_room"})"));
  EXPECT_THAT(log, HasSubstr("refused: a TLS handshake failed"));
  EXPECT_THAT(log, HasSubstr("refused: HTTP 404"));
  EXPECT_THAT(log, Not(HasSubstr("Very-Secret")));
  EXPECT_THAT(log, Not(HasSubstr("127.0.0.1")));
}

}  // namespace
}  // namespace parley::test
