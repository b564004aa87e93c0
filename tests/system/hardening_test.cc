// How the programs are built, and what the unit of systemd lets them do: what docs/security.md says under
// "Hardening".

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::set<std::string>;

// What a command writes to stdout; it must succeed.
std::string OutputOf(const std::vector<std::string>& command) {
  Process process(command);
  std::string text = process.out().TakeAll();
  EXPECT_EQ(process.WaitForExit(), 0) << command.front();
  return text;
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Hardening : public testing::TestWithParam<std::string> {};

TEST_P(Hardening, TheProgramLiesAnywhereAndItsTablesAreReadOnly) {
  EXPECT_THAT(OutputOf({"/usr/bin/readelf", "-hW", GetParam()}),
              HasSubstr("Position-Independent Executable"));
  const std::string dynamic = OutputOf({"/usr/bin/readelf", "-dW", GetParam()});
  EXPECT_THAT(dynamic, HasSubstr("BIND_NOW"));
  EXPECT_THAT(dynamic, HasSubstr("PIE"));
  const std::string segments = OutputOf({"/usr/bin/readelf", "-lW", GetParam()});
  EXPECT_THAT(segments, HasSubstr("GNU_RELRO"));
  EXPECT_TRUE(std::regex_search(segments, std::regex("GNU_STACK .* RW +0x"))) << "an executable stack";
  EXPECT_FALSE(std::regex_search(segments, std::regex("LOAD .* RWE "))) << "memory to write and to run";
}

TEST_P(Hardening, TheStackAndTheCallsThatCopyAreWatched) {
  const std::string imports = OutputOf({"/usr/bin/readelf", "--dyn-syms", "-W", GetParam()});
  EXPECT_THAT(imports, HasSubstr("__stack_chk_fail"));
  EXPECT_TRUE(std::regex_search(imports, std::regex("__mem(cpy|move|set)_chk|__(read|recv)_chk")));
}

INSTANTIATE_TEST_SUITE_P(Programs, Hardening, testing::Values(ChatServerPath(), PARLEY_CHAT_CLIENT),
                         [](const auto& one) { return one.index == 0 ? "Server" : "Client"; });

// With the flags that all of it is built with.
TEST(HardeningFlags, AreOn) {
#if defined(__x86_64__)
  EXPECT_EQ(__CET__, 3) << "-fcf-protection=full";
#endif
#ifdef NDEBUG
  EXPECT_EQ(_FORTIFY_SOURCE, 3);
#endif
#ifndef __SSP_STRONG__
  ADD_FAILURE() << "-fstack-protector-strong";
#endif
}

TEST(Secrets, StayInMemory) {
  const TemporaryFolder folder;
  const std::string trace = (folder.path() / "trace").string();
  OutputOf({"/usr/bin/strace", "-o", trace, "-e", "trace=prctl", ChatServerPath(), "--version"});
  EXPECT_THAT(Contents(trace), HasSubstr("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE"));
}

// --- The unit ---

// The system calls of a set of systemd's (`@process`), as `systemd-analyze syscall-filter` lists them.
void AddSet(const std::string& name, Words& calls) {
  std::istringstream lines(OutputOf({"/usr/bin/systemd-analyze", "--no-pager", "syscall-filter", name}));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || begin == 0 || line[begin] == '#') continue;
    const std::string word = line.substr(begin);
    if (word.front() == '@') {
      AddSet(word, calls);
    } else {
      calls.insert(word);
    }
  }
}

// What the unit's filter lets pass.
Words AllowedCalls() {
  Words allowed;
  std::istringstream lines(Contents(PARLEY_UNIT));
  const std::string key = "SystemCallFilter=";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const bool denied = line[key.size()] == '~';
    std::istringstream sets(line.substr(key.size() + (denied ? 1 : 0)));
    for (std::string set; sets >> set;) {
      Words calls;
      AddSet(set, calls);
      for (const std::string& call : calls) denied ? void(allowed.erase(call)) : void(allowed.insert(call));
    }
  }
  return allowed;
}

// The system calls of a server's life: a start with a new data folder, people at both doors, a message, a
// login, an upgrade, a reload and an end.
Words UsedCalls() {
  const TemporaryFolder folder;
  const std::string trace = (folder.path() / "trace").string();
  {
    // The tracer is the grandchild, and this process the server.
    Process server({"/usr/bin/strace", "-D", "-f", "-o", trace, ChatServerPath(), "--plain", "127.0.0.1:0",
                    "--tls", "127.0.0.1:0", "--journal", "yes", "--data", (folder.path() / "data").string()});
    const auto port = [&](const std::string& door) {
      const std::string line = server.out().TakeLineWith(door);
      return static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
    };
    const std::uint16_t plain = port("plain ");
    const std::uint16_t tls = port("tls ");
    LinePeer ana(plain, "Ana");
    ana.Join("lobby");
    EXPECT_EQ(ana.Ask("message", {{"room", "lobby"}, {"text", "hi"}})["type"], "ok");
    LinePeer wrong(plain);
    EXPECT_EQ(wrong.Greet({{"protocol", 1}, {"user", "Ben"}, {"password", "x"}})["code"], "bad_credentials");
    WebPeer browser{TlsPeer(tls)};
    EXPECT_EQ(browser.Upgrade("localhost", "Origin: https://localhost\r\n").status, 101);
    WebPeer reader(plain);
    EXPECT_EQ(reader.Get("/metrics", "localhost").status, 200);
    server.Signal(SIGHUP);
    server.err().TakeLineWith("certificate is the same");
    server.Signal(SIGTERM);
    EXPECT_EQ(server.WaitForExit(), 0);
    server.err().TakeAll();  // the tracer has ended, too
  }
  Words used;
  std::istringstream lines(Contents(trace));
  const std::regex call("^[0-9]+ +([a-z0-9_]+)\\(");
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, call)) used.insert(match[1]);
  }
  return used;
}

TEST(Unit, LetsTheServerMakeTheCallsThatItMakes) {
  Words allowed = AllowedCalls();
  if (::geteuid() == 0) allowed.insert("fchown");  // of SQLite, which gives files away as root alone
  EXPECT_GT(allowed.size(), 100U);
  EXPECT_FALSE(allowed.contains("ptrace"));
  EXPECT_FALSE(allowed.contains("mount"));
  EXPECT_FALSE(allowed.contains("setuid"));
  const Words used = UsedCalls();
  EXPECT_TRUE(used.contains("accept4") || used.contains("accept"));
  EXPECT_TRUE(used.contains("fdatasync") || used.contains("pwrite64")) << "nothing was written";
  std::vector<std::string> refused;
  std::ranges::set_difference(used, allowed, std::back_inserter(refused));
  EXPECT_THAT(refused, IsEmpty());
}

TEST(Unit, IsOneThatSystemdUnderstands) {
  const TemporaryFolder folder;
  std::string unit = Contents(PARLEY_UNIT);
  const std::string program = "/usr/local/bin/chat_server";
  ASSERT_NE(unit.find(program), std::string::npos);
  unit.replace(unit.find(program), program.size(), ChatServerPath());
  const std::string path = (folder.path() / "parley.service").string();
  std::ofstream(path) << unit;
  Process verify({"/usr/bin/systemd-analyze", "verify", "--man=no", path});
  EXPECT_EQ(verify.err().TakeAll(), "");
  EXPECT_EQ(verify.WaitForExit(), 0);
}

TEST(Unit, LeavesLittleOpen) {
  Process analysis({"/usr/bin/systemd-analyze", "--no-pager", "security", "--offline=true", "--threshold=15",
                    PARLEY_UNIT});
  const std::string said = analysis.out().TakeAll();
  EXPECT_EQ(analysis.WaitForExit(), 0) << said;
}

}  // namespace
}  // namespace parley::test
