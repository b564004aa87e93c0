// chat_client on a terminal that does not speak UTF-8: a Chinese one whose locale is GBK.

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/unique_fd.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

// A pseudo-terminal of bytes, whatever they mean, with chat_client in it.
class ByteTerminal {
 public:
  ByteTerminal(std::uint16_t port, const std::string& locales) {
    int master = -1;
    pid_ = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (pid_ < 0) throw Failure("no pseudo-terminal");
    if (pid_ == 0) {
      ::setenv("LOCPATH", locales.c_str(), 1);
      ::setenv("LC_ALL", "zh_CN.GBK", 1);
      ::setenv("TERM", "dumb", 1);
      ::setenv("INPUTRC", "/dev/null", 1);
      ::execl(PARLEY_CHAT_CLIENT, PARLEY_CHAT_CLIENT, AddressOf(port).c_str(), "--name", "Ana",
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    master_ = UniqueFd(master);
  }
  ~ByteTerminal() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ByteTerminal(const ByteTerminal&) = delete;
  ByteTerminal& operator=(const ByteTerminal&) = delete;

  void Type(std::string_view bytes) {
    if (::write(master_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw Failure("the terminal takes no more");
    }
  }
  // Reads until `bytes` were shown.
  void WaitFor(std::string_view bytes) {
    const Deadline deadline;
    while (shown_.find(bytes) == std::string::npos) {
      pollfd ready{master_.get(), POLLIN, 0};
      char piece[4096];
      if (::poll(&ready, 1, deadline.MillisecondsLeft()) <= 0) throw Failure("the screen has: " + shown_);
      const ssize_t got = ::read(master_.get(), piece, sizeof(piece));
      if (got <= 0) throw Failure("the client has ended; the screen has: " + shown_);
      shown_.append(piece, static_cast<std::size_t>(got));
    }
  }

 private:
  pid_t pid_ = -1;
  UniqueFd master_;
  std::string shown_;
};

TEST(ChatClientCharset, GbkInTheTerminalIsUtf8OnTheWire) {
  const TemporaryFolder locales;
  Process localedef(
      {"/usr/bin/localedef", "-i", "zh_CN", "-f", "GBK", (locales.path() / "zh_CN.GBK").string()});
  ASSERT_EQ(localedef.WaitForExit(), 0) << localedef.err().TakeAll();
  ServerProcess server;
  LinePeer ben(server.port(), "Ben");
  ben.Join("lobby");
  ByteTerminal terminal(server.port(), locales.path().string());
  terminal.WaitFor("* lobby: ");
  terminal.Type("\xC4\xE3\xBA\xC3\r");  // 你好
  EXPECT_EQ(ben.NextEvent("message")["text"], "\u4F60\u597D");
  ben.Say("lobby", "\u4E16\u754C");  // 世界
  terminal.WaitFor("Ben: \xCA\xC0\xBD\xE7");
}

}  // namespace
}  // namespace parley::test
