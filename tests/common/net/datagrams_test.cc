#include "common/net/datagrams.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <utility>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using Calls = DatagramSocket::Calls;

class Datagrams : public testing::TestWithParam<Calls> {
 protected:
  static DatagramSocket Open(const std::string& host) {
    std::error_code error;
    auto socket = DatagramSocket::Open({host, 0}, GetParam(), error);
    EXPECT_TRUE(socket) << error.message();
    return std::move(*socket);
  }

  // 127.0.0.N, at the port of the socket.
  static SocketAddress Loopback(const DatagramSocket& socket, unsigned char last = 1) {
    return {{127, 0, 0, last}, socket.local().port, false};
  }
};

TEST_P(Datagrams, ManyAreSentAndReceivedWithTheirBounds) {
  DatagramSocket a = Open("127.0.0.1");
  DatagramSocket b = Open("127.0.0.1");
  const std::size_t count = limits::kDatagramBatch + 10;
  for (std::size_t i = 0; i < count; ++i) a.Send({Loopback(b), {}}, std::string(i, 'x'));
  a.Flush();
  EXPECT_EQ(a.dropped(), 0U);
  // Loopback delivers before the call returns.
  std::size_t received = 0;
  do {
    for (const auto& datagram : b.Receive()) {
      EXPECT_EQ(std::string(datagram.bytes.begin(), datagram.bytes.end()), std::string(received++, 'x'));
      EXPECT_EQ(datagram.path.remote, Loopback(a));
    }
  } while (b.may_have_more());
  EXPECT_EQ(received, count);
  EXPECT_TRUE(b.Receive().empty());
}

TEST_P(Datagrams, AnAnswerLeavesFromTheAddressThatWasAsked) {
  DatagramSocket server = Open("0.0.0.0");
  DatagramSocket client = Open("127.0.0.1");
  client.Send({Loopback(server, 7), {}}, "question");
  client.Flush();
  const auto asked = server.Receive();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].path.local.ip, Loopback(server, 7).ip);
  server.Send(asked[0].path, "answer");
  server.Flush();
  const auto answered = client.Receive();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].path.remote, Loopback(server, 7));
}

TEST_P(Datagrams, ASocketOfBothFamiliesKnowsIpv4AsIpv4) {
  DatagramSocket server = Open("::");
  DatagramSocket client = Open("127.0.0.1");
  client.Send({Loopback(server, 7), {}}, "question");
  client.Flush();
  const auto asked = server.Receive();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].path.remote, Loopback(client));
  EXPECT_FALSE(asked[0].path.local.is_ipv6);
  server.Send(asked[0].path, "answer");
  server.Flush();
  const auto answered = client.Receive();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].path.remote, Loopback(server, 7));
}

TEST_P(Datagrams, OneThatIsTooLongIsLeftOut) {
  DatagramSocket server = Open("127.0.0.1");
  DatagramSocket client = Open("127.0.0.1");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server.local().port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (const std::size_t size : {limits::kDatagramBytes + 1, limits::kDatagramBytes}) {
    const std::string bytes(size, 'x');
    ::sendto(client.descriptor(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
             sizeof(to));
  }
  EXPECT_EQ(server.Receive().size(), 1U);
}

TEST_P(Datagrams, OneThatIsTooLongToBeSentIsDroppedAndCounted) {
  DatagramSocket server = Open("127.0.0.1");
  DatagramSocket client = Open("127.0.0.1");
  for (std::size_t size = limits::kDatagramBytes - 1; size <= limits::kDatagramBytes + 1; ++size) {
    client.Send({Loopback(server), {}}, std::string(size, 'x'));
  }
  client.Flush();
  EXPECT_EQ(client.dropped(), 1U);
  const auto received = server.Receive();
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[1].bytes.size(), limits::kDatagramBytes);
}

TEST_P(Datagrams, OneThatCannotBeSentStopsNoOther) {
  DatagramSocket server = Open("127.0.0.1");
  DatagramSocket client = Open("127.0.0.1");
  client.Send({Loopback(server), {}}, "first");
  client.Send({SocketAddress{{127, 0, 0, 1}, 0, false}, {}}, "to port 0, which nobody has");
  client.Send({Loopback(server), {}}, "last");
  client.Flush();
  EXPECT_EQ(client.dropped(), 1U);
  EXPECT_EQ(server.Receive().size(), 2U);
}

TEST_P(Datagrams, APortThatIsTakenIsAnError) {
  const DatagramSocket taken = Open("127.0.0.1");
  std::error_code error;
  EXPECT_FALSE(DatagramSocket::Open(taken.local(), GetParam(), error));
  EXPECT_EQ(error, std::errc::address_in_use);
}

INSTANTIATE_TEST_SUITE_P(Calls, Datagrams, testing::Values(Calls::kBatched, Calls::kSingle));

}  // namespace
}  // namespace parley
