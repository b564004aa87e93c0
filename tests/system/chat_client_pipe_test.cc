// chat_client in a pipe: lines in, `name: text` out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <string>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/unique_fd.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ChatClientPipe : public ::testing::Test {
 protected:
  ChatClientPipe() : ben_(server_.port(), "Ben") { ben_.Join("lobby"); }

  std::string NextText() { return ben_.NextEvent("message")["text"].Text(); }

  ServerProcess server_{{"--rate", "0"}};
  LinePeer ben_;
};

TEST_F(ChatClientPipe, EachLineIsAMessageAsItStands) {
  ChatClient client(server_.port(), {"--name", "Ana"});
  client.Write("hello\n\n/join nothing\r\n  two spaces  \nlast without newline");
  EXPECT_EQ(client.Finish(), 0);
  const Json first = ben_.NextEvent("message");
  EXPECT_EQ(first["from"]["name"], "Ana");
  EXPECT_EQ(first["text"], "hello");
  EXPECT_EQ(NextText(), "/join nothing");
  EXPECT_EQ(NextText(), "  two spaces  ");
  EXPECT_EQ(NextText(), "last without newline");
  EXPECT_EQ(client.out().TakeAll(), "");
  EXPECT_EQ(client.err().TakeAll(), "");
}

TEST_F(ChatClientPipe, PrintsWhatArrivesButNoHistory) {
  ben_.Say("lobby", "before");
  ChatClient client(server_.port(), {"--name", "Ana"});
  ben_.NextEvent("member_joined");
  ben_.Say("lobby", "hello, \u4e16\u754c");
  EXPECT_EQ(client.out().TakeLine(), "Ben: hello, \u4e16\u754c");
  ben_.Say("lobby", "\033[2J");
  EXPECT_EQ(client.out().TakeLine(), "Ben: ^[[2J");
  EXPECT_EQ(client.Finish(), 0);
}

TEST_F(ChatClientPipe, LeavesInGoodOrder) {
  ChatClient client(server_.port(), {"--name", "Ana"});
  EXPECT_EQ(client.Finish(), 0);
  EXPECT_EQ(ben_.NextEvent("member_left")["reason"], "left");
}

TEST_F(ChatClientPipe, SaysItsLinesInTheRoomOfItsOptions) {
  ben_.Join("dev");
  ChatClient client(server_.port(), {"--name", "Ana"}, {{"PARLEY_ROOM", "dev"}});
  client.Write("hello\n");
  EXPECT_EQ(client.Finish(), 0);
  EXPECT_EQ(ben_.NextEvent("message")["room"], "dev");
}

TEST_F(ChatClientPipe, ALineOverTheLimitIsNamedAndTheOthersAreSent) {
  ChatClient client(server_.port(), {"--name", "Ana"});
  client.Write("one\n" + std::string(16 * 1024 + 1, 'x') + "\n" + std::string(16 * 1024, 'y') + "\n" +
               std::string(16 * 1024, '\1') + "\nfive\n");
  EXPECT_EQ(client.Finish(), 1);
  EXPECT_EQ(NextText(), "one");
  EXPECT_EQ(NextText(), std::string(16 * 1024, 'y'));
  EXPECT_EQ(NextText(), "five");
  EXPECT_EQ(client.err().TakeAll(),
            "chat_client: line 2 is over 16 KiB and was not sent; split it\n"
            "chat_client: line 4 has too many control characters and was not sent; split it\n");
}

TEST_F(ChatClientPipe, ALineThatIsNotUtf8IsNamedAndTheOthersAreSent) {
  ChatClient client(server_.port(), {"--name", "Ana"});
  client.Write("one\n\xC4\xE3\xBA\xC3\nthree\n");  // GBK
  EXPECT_EQ(client.Finish(), 1);
  EXPECT_EQ(NextText(), "one");
  EXPECT_EQ(NextText(), "three");
  EXPECT_EQ(client.err().TakeAll(),
            "chat_client: line 2 is not UTF-8 and was not sent; convert the input first, for example with "
            "iconv -f GBK\n");
}

TEST_F(ChatClientPipe, ALineOfJsonThatIsNotUtf8IsNamedAndNotSent) {
  ChatClient client(server_.port(), {"--json", "--name", "Ana"});
  client.Write(
      "{\"type\":\"message\",\"room\":\"lobby\",\"text\":\"\xC4\xE3\"}\n"
      "{\"type\":\"message\",\"room\":\"lobby\",\"text\":\"two\"}\n");
  EXPECT_EQ(client.Finish(), 1);
  EXPECT_EQ(NextText(), "two");
  EXPECT_EQ(client.err().TakeAll(),
            "chat_client: line 1 is not UTF-8 and was not sent; JSON must be UTF-8\n");
}

TEST_F(ChatClientPipe, TwentyThousandLinesArriveInOrder) {
  constexpr int kLines = 20'000;
  std::string lines;
  for (int i = 0; i < kLines; ++i) lines += std::to_string(i) + "\n";
  ChatClient client(server_.port(), {"--name", "Ana"});
  client.Write(lines);
  client.CloseStdin();
  for (int i = 0; i < kLines; ++i) ASSERT_EQ(NextText(), std::to_string(i));
  EXPECT_EQ(client.WaitForExit(), 0);
}

TEST_F(ChatClientPipe, ATakenNameIsAFailure) {
  ChatClient client(server_.port(), {"--name", "ben"});
  EXPECT_EQ(client.WaitForExit(), 1);
  EXPECT_EQ(client.err().TakeAll(), "chat_client: the name 'ben' is taken; choose another with --name\n");
}

TEST_F(ChatClientPipe, ARoomThatIsClosedToItIsAFailure) {
  ben_.Join("dev");
  ben_.Ask("moderate", {{"room", "dev"}, {"action", "lock"}});
  ChatClient client(server_.port(), {"--name", "Ana", "--room", "dev"});
  EXPECT_EQ(client.WaitForExit(), 1);
  EXPECT_EQ(client.err().TakeAll(),
            "chat_client: can't join dev: the room is locked; ask a host to unlock it\n");
}

TEST_F(ChatClientPipe, AMutedSpeakerIsToldAndFails) {
  ben_.Join("dev");
  ChatClient client(server_.port(), {"--name", "Ana", "--room", "dev"});
  const Json joined = ben_.NextEvent("member_joined");
  ben_.Ask("moderate", {{"room", "dev"}, {"action", "mute"}, {"member", joined["member"]["id"]}});
  client.Write("hello\n");
  EXPECT_EQ(client.Finish(), 1);
  EXPECT_EQ(client.err().TakeAll(), "chat_client: not delivered, you are muted: hello\n");
}

TEST_F(ChatClientPipe, EndsQuietlyWhereNobodyReadsItsOutput) {
  // The shell reads one line of the client's output, and then closes it.
  Process shell({"/bin/sh", "-c",
                 "{ " PARLEY_CHAT_CLIENT " " + AddressOf(server_.port()) +
                     " --name Ana; echo \"status $?\" >&2; } | { head -n 1; exec <&-; echo closed; }"});
  ben_.NextEvent("member_joined");
  ben_.Say("lobby", "one");
  EXPECT_EQ(shell.out().TakeLine(), "Ben: one");
  EXPECT_EQ(shell.out().TakeLine(), "closed");
  ben_.Say("lobby", "two");
  EXPECT_EQ(shell.err().TakeLine(), "status 1");
}

TEST_F(ChatClientPipe, EndsOnASignalWithSuccessWhereNothingIsOwed) {
  ChatClient client(server_.port(), {"--name", "Ana"});
  ben_.NextEvent("member_joined");
  client.Signal(SIGTERM);
  EXPECT_EQ(client.WaitForExit(), 0);
  EXPECT_EQ(ben_.NextEvent("member_left")["reason"], "left");
}

TEST(ChatClientOptions, UnusableOnesEndWithTwoAndOneLine) {
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--colour"},
                                                  {"--raw", "--json"},
                                                  {"--config", "/nonexistent"},
                                                  {"--room", "a/b"}}) {
    ChatClient client(1, options);
    EXPECT_EQ(client.WaitForExit(), 2);
    const std::string error = client.err().TakeAll();
    EXPECT_THAT(error, StartsWith("chat_client: "));
    EXPECT_EQ(error.find('\n'), error.size() - 1);
    EXPECT_EQ(client.out().TakeAll(), "");
  }
}

TEST(ChatClientOptions, AUserWithoutAPasswordFileNeedsATerminal) {
  Process client({"/usr/bin/setsid", "--wait", PARLEY_CHAT_CLIENT, "127.0.0.1:1", "--user", "ana"});
  EXPECT_EQ(client.WaitForExit(), 2);
  EXPECT_THAT(client.err().TakeAll(), HasSubstr("--password-file"));
}

// A port where connections are taken by the system, and nobody ever answers.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 8) != 0 ||
        ::getsockname(socket_.get(), generic, &size) != 0) {
      throw Failure("no socket to listen with");
    }
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  UniqueFd socket_;
  std::uint16_t port_ = 0;
};

TEST(ChatClientUnreachable, APipeGivesUpAfterTenSeconds) {
  std::uint16_t nobodys = 0;
  {
    ServerProcess server;
    nobodys = server.port();
  }
  const SilentServer silent;
  const auto begin = std::chrono::steady_clock::now();
  ChatClient refused(nobodys, {"--name", "Ana"});
  ChatClient unanswered(silent.port(), {"--name", "Ana"});
  EXPECT_EQ(refused.Finish(), 1);
  EXPECT_EQ(unanswered.Finish(), 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(9));
  const std::string why = "chat_client: can't reach " + AddressOf(nobodys) + ": Connection refused";
  EXPECT_EQ(refused.err().TakeAll(), why + "; trying again\n" + why + "; is the server running?\n");
  EXPECT_THAT(unanswered.err().TakeAll(),
              AllOf(HasSubstr("waiting for " + AddressOf(silent.port())), HasSubstr("does not answer")));
}

// What the client waits for is told while it waits: the test reads it before the client has given up.
TEST(ChatClientUnreachable, SaysAtOnceWhatItWaitsForInEveryMode) {
  for (const char* const mode : {"", "--json", "--raw"}) {
    std::vector<std::string> options{"--name", "Ana"};
    if (*mode != '\0') options.emplace_back(mode);
    ChatClient client(1, options);
    EXPECT_EQ(client.err().TakeLine(),
              "chat_client: can't reach 127.0.0.1:1: Connection refused; trying again")
        << mode;
    client.Signal(SIGKILL);
    EXPECT_EQ(client.WaitForExit(), 128 + SIGKILL) << mode;  // it was still trying
  }
}

}  // namespace
}  // namespace parley::test
