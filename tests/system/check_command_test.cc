// `chat_server check`: a line a finding, and an exit status that a script can go by.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Checked {
  int status;
  std::string said;
};

Checked Check(std::vector<std::string> options) {
  options.insert(options.begin(), {ChatServerPath(), "check"});
  Process check(options);
  std::string said = check.out().TakeAll();
  return {check.WaitForExit(), std::move(said)};
}

TEST(CheckCommand, AFitMachineIsALineAFindingAndExit0) {
  const TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const Checked checked = Check({"--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--data", data});
  EXPECT_EQ(checked.status, 0) << checked.said;
  std::istringstream lines(checked.said);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, AnyOf(StartsWith("ok      "), StartsWith("warning ")));
  }
  for (const char* about : {"descriptors: ", "clock: ", "plain door: ", "tls door: ", "certificate: ",
                            "data folder: ", "disk: ", "UDP: ", "meetings: "}) {
    EXPECT_THAT(checked.said, HasSubstr(about));
  }
  EXPECT_FALSE(std::filesystem::exists(data)) << "it only looks";
}

TEST(CheckCommand, AProblemIsExit1WithWhatToDo) {
  ServerProcess running;
  const Checked checked =
      Check({"--plain", "127.0.0.1:" + std::to_string(running.port()), "--tls", "off", "--memory"});
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.said, HasSubstr("problem plain door: can't listen on 127.0.0.1:"));
  EXPECT_THAT(checked.said, HasSubstr("--plain ADDR:PORT"));
}

// Debian's coturn on loopback, as docs/operations.md sets it up; ready once the constructor returns.
class Coturn {
 public:
  explicit Coturn(const std::string& secret) {
    const std::string conf = (folder_.path() / "turnserver.conf").string();
    std::ofstream(conf) << "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port=" << port_
                        << "\nfingerprint\nuse-auth-secret\nrealm=chat.example\nno-tls\nno-dtls\nno-cli\n"
                        << "static-auth-secret=" << secret
                        << "\nuserdb=" << (folder_.path() / "turndb").string()
                        << "\npidfile=" << (folder_.path() / "pid").string()
                        << "\nlog-file=" << (folder_.path() / "log").string() << "\n";
    process_.emplace(std::vector<std::string>{"/usr/bin/turnserver", "-c", conf});
    const Deadline deadline;
    while (!Listens() && deadline.MillisecondsLeft() > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  [[nodiscard]] std::string Url() const { return "turn:127.0.0.1:" + std::to_string(port_); }

 private:
  [[nodiscard]] bool Listens() const {
    try {
      RawPeer peer(port_);
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  TemporaryFolder folder_;
  std::uint16_t port_ = LastingPort();
  std::optional<Process> process_;
};

TEST(CheckCommand, ATurnServerIsAskedToRelayWithWhatMembersGet) {
  const Coturn coturn("north-east-window");
  const TemporaryFolder folder;
  const std::string secret = (folder.path() / "secret").string();
  const auto said_with = [&](const std::string& text) {
    std::ofstream(secret) << text << '\n';
    const std::vector<std::string> options = {"--memory",    "--tls", "off",        "--plain",
                                              "127.0.0.1:0", "--ice", coturn.Url(), "--turn-secret-file",
                                              secret};
    return Check(options).said;
  };
  EXPECT_THAT(said_with("north-east-window"), HasSubstr("ok      " + coturn.Url() + ": it relays"));
  EXPECT_THAT(said_with("another"),
              HasSubstr("problem " + coturn.Url() + ": it does not take the credentials"));
  EXPECT_THAT(Check({"--memory", "--tls", "off", "--plain", "127.0.0.1:0", "--ice", coturn.Url()}).said,
              HasSubstr("problem " + coturn.Url() + ": it wants credentials"));
}

TEST(CheckCommand, UnusableOptionsAreExit2AsAtAStart) {
  EXPECT_EQ(Check({"--plain", "nowhere"}).status, 2);
  EXPECT_EQ(Check({"--help"}).status, 0);
}

}  // namespace
}  // namespace parley::test
