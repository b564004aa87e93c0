// chat_client --raw: what the original's client did.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ChatClientRaw, SendsTheBytesOfALineAndPrintsWhatComes) {
  ServerProcess server;
  RawPeer ben(server.port());
  ChatClient client(server.port(), {"--raw"});
  client.Write("hello \xff\n");
  EXPECT_EQ(ben.ReceiveExactly(8), "hello \xff\n");
  ben.Send(std::string("bytes\0\033[2J\xfe\n", 12));
  EXPECT_EQ(client.out().TakeLine(), std::string("bytes\0\033[2J\xfe", 11));
  EXPECT_EQ(client.Finish(), 0);
}

TEST(ChatClientRaw, OnATerminalControlsAreTextAndLinesStayLines) {
  ServerProcess server;
  RawPeer ben(server.port());
  Screen screen({PARLEY_CHAT_CLIENT, AddressOf(server.port()), "--raw"}, {{"LC_ALL", "C.UTF-8"}});
  screen.Enter("I am here");
  ben.ReceiveExactly(10);
  ben.Send("one\r\n\033[2J\033]0;title\a\u009b5m\ntwo\n");
  screen.WaitForLine("two");
  EXPECT_THAT(screen.Lines(), ElementsAre("I am here", "one", "^[[2J^[]0;title^G<U+009B>5m", "two"));
}

TEST(ChatClientRaw, EndsOnceAllIsSent) {
  ServerProcess server({"--rate", "0"});
  RawPeer ben(server.port());
  ChatClient client(server.port(), {"--raw"});
  client.Write("first\n");
  ASSERT_EQ(ben.ReceiveExactly(6), "first\n");  // known to be raw now, he gets all there is
  std::string much;
  for (int i = 0; i < 100'000; ++i) much += std::to_string(i) + "\n";
  client.Write(much);
  client.CloseStdin();
  EXPECT_EQ(ben.ReceiveExactly(much.size()), much);
  EXPECT_EQ(client.WaitForExit(), 0);
}

TEST(ChatClientRaw, SaysWhereTheServerHasClosed) {
  ServerProcess server;
  ChatClient client(server.port(), {"--raw"});
  LinePeer ben(server.port(), "Ben");
  ben.Join("lobby");
  client.Write("hello\n");
  ben.NextEvent("message");
  server.Stop();
  EXPECT_EQ(client.WaitForExit(), 1);
  EXPECT_THAT(client.err().TakeAll(), HasSubstr("chat_client: the server closed the connection"));
}

}  // namespace
}  // namespace parley::test
