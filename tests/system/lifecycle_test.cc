// The program itself: options, where they come from, exit statuses, and how it ends.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

struct Ending {
  int status;
  std::string out, err;
};

Ending RunServer(const std::vector<std::string>& options, const Environment& environment = {}) {
  std::vector<std::string> command{ChatServerPath()};
  command.insert(command.end(), options.begin(), options.end());
  Process process(command, environment);
  const int status = process.WaitForExit();
  return {status, process.out().TakeAll(), process.err().TakeAll()};
}

bool IsOneLine(const std::string& text) {
  return text.size() > 1 && text.find('\n') == text.size() - 1;
}

// A file that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    std::string name = (std::filesystem::temp_directory_path() / "parley-test-XXXXXX").string();
    const int fd = mkstemp(name.data());
    if (fd >= 0) close(fd);
    path_ = name;
    std::ofstream(path_) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Lifecycle, TheReadyLineIsTheFirstOnStdoutAndTheDoorIsOpen) {
  Process process({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--memory"});
  const std::string line = process.out().TakeLine();
  ASSERT_TRUE(line.starts_with("plain 127.0.0.1:")) << line;
  const int port = std::stoi(line.substr(16));
  LinePeer ana(static_cast<std::uint16_t>(port), "Ana");
  EXPECT_EQ(Outcome(ana.Ask("ping")), "pong");
}

TEST(Lifecycle, HelpAndVersionGoToStdoutAndExit0) {
  const Ending help = RunServer({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* option : {"--plain", "--tls", "--memory", "--guests", "--rate", "--queue", "--max-peers",
                             "--history", "--log-level", "--log-format", "--config", "--help", "--version"}) {
    EXPECT_NE(help.out.find(option), std::string::npos) << option;
  }
  EXPECT_EQ(help.err, "");
  const Ending version = RunServer({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_NE(version.out.find(PARLEY_VERSION), std::string::npos) << version.out;
  EXPECT_TRUE(IsOneLine(version.out)) << version.out;
}

TEST(Lifecycle, UnusableOptionsAreOneLineAndExit2) {
  const std::vector<std::vector<std::string>> cases = {
      {"--nonsense"},
      {"--memory", "nonsense"},
      {"--plain"},
      {"--plain", "nonsense"},
      {"--plain", "127.0.0.1"},
      {"--plain", "127.0.0.1:65536"},
      {"--plain", "127.0.0.1:-1"},
      {"--plain", "127.0.0.1:80x"},
      {"--plain", ":"},
      {"--rate", "-1"},
      {"--rate", "many"},
      {"--rate", "1.5x"},
      {"--rate", "99999999999999999999"},
      {"--queue", "-5"},
      {"--queue", "big"},
      {"--max-peers", "-1"},
      {"--max-peers", "x"},
      {"--history", "-1"},
      {"--history", ""},
      {"--guests", "maybe"},
      {"--log-level", "loud"},
      {"--log-format", "xml"},
      {"--config", "/nonexistent/parley.conf"},
  };
  for (const auto& options : cases) {
    std::vector<std::string> all{"--memory", "--tls", "off"};
    if (options.front() != "--plain") all.insert(all.end(), {"--plain", "127.0.0.1:0"});
    all.insert(all.end(), options.begin(), options.end());
    const Ending ending = RunServer(all);
    EXPECT_EQ(ending.status, 2) << testing::PrintToString(options);
    EXPECT_EQ(ending.out, "") << testing::PrintToString(options);
    EXPECT_TRUE(IsOneLine(ending.err)) << testing::PrintToString(options) << ": " << ending.err;
    EXPECT_TRUE(ending.err.starts_with("chat_server: ")) << ending.err;
  }
}

TEST(Lifecycle, AnUnusableOptionIsNamed) {
  EXPECT_NE(RunServer({"--rate", "many"}).err.find("rate"), std::string::npos);
  EXPECT_NE(RunServer({"--nonsense"}).err.find("nonsense"), std::string::npos);
  EXPECT_NE(RunServer({"--memory"}, {{"PARLEY_GUESTS", "maybe"}}).err.find("guests"), std::string::npos);
}

TEST(Lifecycle, ATakenPortIsOneLineThatNamesItAndExit1) {
  ServerProcess server;
  const std::string door = "127.0.0.1:" + std::to_string(server.port());
  const Ending ending = RunServer({"--plain", door, "--tls", "off", "--memory"});
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.out, "");
  EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
  EXPECT_TRUE(ending.err.starts_with("chat_server: ")) << ending.err;
  EXPECT_NE(ending.err.find(std::to_string(server.port())), std::string::npos) << ending.err;
}

TEST(Lifecycle, APortIsFreeAtOnceAfterAServerHasEnded) {
  std::string door;
  {
    ServerProcess first;
    door = "127.0.0.1:" + std::to_string(first.port());
    LinePeer ana(first.port(), "Ana");
    EXPECT_EQ(first.Stop(), 0);
    EXPECT_EQ(ana.NextEvent()["type"], "closing");
  }
  Process second({ChatServerPath(), "--plain", door, "--tls", "off", "--memory"});
  EXPECT_EQ(second.out().TakeLine(), "plain " + door);
}

// What --guests is shows which source won.
std::string GuestsAnswer(const std::vector<std::string>& options, const Environment& environment) {
  ServerProcess server(options, environment);
  LinePeer peer(server.port());
  return Outcome(peer.Hello("Ana"));
}

TEST(Lifecycle, TheCommandLineWinsThenTheEnvironmentThenTheFile) {
  const TemporaryFile no("guests = no\n");
  const TemporaryFile yes("guests = yes\n");
  EXPECT_EQ(GuestsAnswer({"--config", no.path()}, {}), "login_required");
  EXPECT_EQ(GuestsAnswer({"--config", no.path()}, {{"PARLEY_GUESTS", "yes"}}), "welcome");
  EXPECT_EQ(GuestsAnswer({"--config", yes.path()}, {{"PARLEY_GUESTS", "no"}}), "login_required");
  EXPECT_EQ(GuestsAnswer({"--config", no.path(), "--guests", "yes"}, {}), "welcome");
  EXPECT_EQ(GuestsAnswer({"--guests", "yes"}, {{"PARLEY_GUESTS", "no"}}), "welcome");
  EXPECT_EQ(GuestsAnswer({"--guests", "no"}, {{"PARLEY_GUESTS", "yes"}}), "login_required");
}

TEST(Lifecycle, EveryOptionCanStandInTheEnvironmentOrInTheFile) {
  const TemporaryFile file("\nmax-peers = 1\nlog-format=json\nplain = 127.0.0.1:0\nmemory = yes\n");
  Process process({ChatServerPath()}, {{"PARLEY_CONFIG", file.path()}, {"PARLEY_TLS", "off"}});
  const int port = std::stoi(process.out().TakeLine().substr(16));
  LinePeer first(static_cast<std::uint16_t>(port), "first");
  LinePeer second(static_cast<std::uint16_t>(port));
  second.SendLine(R"({"type":"hello","protocol":1,"name":"second"})");
  EXPECT_EQ(second.NextEvent()["code"], "server_full");
  EXPECT_EQ(Json::Parse(process.err().TakeLine()).size() > 1, true);
}

TEST(Lifecycle, AFaultInTheConfigurationFileIsExit2) {
  for (const char* content : {"nonsense = 1\n", "rate = many\n", "rate\n"}) {
    const TemporaryFile file(content);
    const Ending ending =
        RunServer({"--plain", "127.0.0.1:0", "--tls", "off", "--memory", "--config", file.path()});
    EXPECT_EQ(ending.status, 2) << content;
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
  }
}

TEST(Lifecycle, SigtermAndSigintGiveClosingAndExit0) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server;
    LinePeer ana(server.port(), "Ana");
    ana.Join("lobby");
    RawPeer raw(server.port());
    raw.Send("x");
    ana.NextEvent("message");
    server.process().Signal(signal);
    const Json closing = ana.NextEvent("closing");
    EXPECT_FALSE(closing["reason"].Text().empty());
    EXPECT_GE(closing["retry_after"].Number(), 0);
    EXPECT_EQ(ana.ReceiveLine(), "");
    EXPECT_EQ(raw.ReceiveToEnd(), "");
    EXPECT_EQ(server.process().WaitForExit(), 0);
  }
}

TEST(Lifecycle, AtSigtermWhatWaitsIsFlushedFirst) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  const std::string text(16'000, 'x');
  for (int i = 0; i < 150; ++i) ana.Say("hall", text);  // Ben reads nothing meanwhile
  server.process().Signal(SIGTERM);
  for (int i = 1; i <= 150; ++i) ASSERT_EQ(ben.NextEvent("message")["seq"], i);
  EXPECT_EQ(ben.NextEvent("closing")["type"], "closing");
  EXPECT_EQ(server.process().WaitForExit(), 0);
}

// A peer that reads nothing while more megabytes wait for it than the kernel takes.
class StuckPeer {
 public:
  explicit StuckPeer(ServerProcess& server)
      : author_(server.port(), "author"), stuck_(server.port(), "stuck", {"127.0.0.1", 4096}) {
    author_.Join("hall");
    stuck_.Join("hall");
    const std::string text(16'000, 'x');
    for (int i = 0; i < 600; ++i) author_.Send("message", {{"room", "hall"}, {"text", text}});
    for (int i = 0; i < 600; ++i) author_.NextReply();
  }
  LinePeer& author() { return author_; }

 private:
  LinePeer author_;
  LinePeer stuck_;
};

TEST(Lifecycle, APeerThatReadsNothingHoldsUpTheEndForAFewSecondsOnly) {
  ServerProcess server({"--rate", "0", "--queue", "100000000"});
  StuckPeer stuck(server);
  EXPECT_EQ(server.Stop(), 0);
}

// Its answer is held back for a second, and comes while the server still waits for the stuck peer.
TEST(Lifecycle, ALoginThatIsBeingCheckedAtSigtermHarmsNobody) {
  ServerProcess server({"--rate", "0", "--queue", "100000000"});
  StuckPeer stuck(server);
  LinePeer guesser(server.port());
  const Fields guess = {{"protocol", 1}, {"user", "nobody"}, {"password", "wrong"}};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(Outcome(guesser.Greet(guess)), "bad_credentials");
  guesser.Send("hello", guess);
  stuck.author().Settle();
  EXPECT_EQ(server.Stop(), 0);
  EXPECT_EQ(guesser.NextEvent()["type"], "closing");
}

TEST(Lifecycle, AHandshakeAtSigtermIsGivenUp) {
  ServerProcess server({"--rate", "0", "--queue", "100000000"});
  StuckPeer stuck(server);
  RawPeer shaking(server.tls_port());
  shaking.Send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  stuck.author().Settle();
  const auto begin = std::chrono::steady_clock::now();
  server.process().Signal(SIGTERM);
  EXPECT_EQ(shaking.ReceiveToEnd(), "");
  // The process ends after 5 s, for the stuck peer.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  EXPECT_EQ(server.process().WaitForExit(), 0);
}

TEST(Lifecycle, ASecondSignalEndsAtOnce) {
  ServerProcess server({"--rate", "0", "--queue", "100000000"});
  StuckPeer stuck(server);
  server.process().Signal(SIGTERM);
  stuck.author().NextEvent("closing");
  const auto begin = std::chrono::steady_clock::now();
  server.process().Signal(SIGTERM);
  server.process().WaitForExit();
  // Waiting for the stuck peer would take 5 s.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

TEST(Lifecycle, TheLogIsOnStderrAlone) {
  ServerProcess server({"--log-level", "debug"});
  LinePeer(server.port(), "Ana").Join("lobby");
  EXPECT_EQ(server.Stop(), 0);
  EXPECT_EQ(server.process().out().TakeAll(), "");
  EXPECT_NE(server.process().err().TakeAll(), "");
}

}  // namespace
}  // namespace parley::test
