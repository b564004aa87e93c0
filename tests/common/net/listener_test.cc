#include "common/net/listener.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "tests/common/io/descriptors.h"
#include "tests/common/net/loopback.h"

namespace parley {
namespace {

using ListenerTest = LoopbackTest;

TEST_F(ListenerTest, PortZeroTakesAFreeOneAndTellsIt) {
  EXPECT_EQ(listener_.local().host, "127.0.0.1");
  EXPECT_NE(port_, 0);
  const RawSocket peer(port_);
  EXPECT_TRUE(AwaitReadable(listener_.descriptor()));
}

TEST_F(ListenerTest, AcceptsEachConnectionOnce) {
  const RawSocket one(port_);
  const RawSocket two(port_);
  EXPECT_EQ(AcceptNext().remote().port, one.local_port());
  EXPECT_EQ(AcceptNext().remote().port, two.local_port());
  EXPECT_EQ(listener_.Accept().status, Listener::Status::kWouldBlock);
}

TEST_F(ListenerTest, AcceptingNothingNeverWaits) {
  const Listener::Accepted accepted = listener_.Accept();
  EXPECT_EQ(accepted.status, Listener::Status::kWouldBlock);
  EXPECT_FALSE(accepted.stream.has_value());
  EXPECT_EQ(Spy().accepts, 1);
  EXPECT_EQ(Spy().polls, 0);
}

TEST_F(ListenerTest, AbortedConnectionIsRetriedByTheCallerOnly) {
  for (const int aborted : {ECONNABORTED, EPROTO, EINTR, ENETDOWN, EHOSTUNREACH}) {
    Spy() = SpiedCalls();
    Spy().next_accept = aborted;
    EXPECT_EQ(listener_.Accept().status, Listener::Status::kRetry) << aborted;
    EXPECT_EQ(Spy().accepts, 1) << aborted;
    EXPECT_EQ(Spy().polls, 0) << aborted;
  }
}

TEST_F(ListenerTest, ConnectionThatWasResetBeforeItWasAcceptedStallsNothing) {
  std::uint16_t peer_port = 0;
  {
    RawSocket peer(port_);
    peer_port = peer.local_port();
    ASSERT_TRUE(AwaitReadable(listener_.descriptor()));
    peer.Reset();
  }
  Listener::Accepted accepted = listener_.Accept();
  EXPECT_EQ(Spy().polls, 0);
  if (accepted.status == Listener::Status::kAccepted) {
    EXPECT_EQ(accepted.stream->remote(), (Endpoint{"127.0.0.1", peer_port}));
    std::array<char, 1> byte{};
    EXPECT_EQ(accepted.stream->Read(byte).status, IoStatus::kError);
  } else {
    EXPECT_EQ(accepted.status, Listener::Status::kRetry);
  }
  const RawSocket next(port_);
  EXPECT_EQ(AcceptNext().remote().port, next.local_port());
}

TEST_F(ListenerTest, TellsWhenTheSystemHasNoRoom) {
  for (const int full : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    Spy().next_accept = full;
    EXPECT_EQ(listener_.Accept().status, Listener::Status::kOutOfDescriptors) << full;
  }
}

TEST_F(ListenerTest, UnforeseenErrorPausesRatherThanSpins) {
  Spy().next_accept = EPERM;
  EXPECT_EQ(listener_.Accept().status, Listener::Status::kOutOfDescriptors);
}

TEST_F(ListenerTest, WaitingConnectionOutlastsALackOfDescriptors) {
  const RawSocket peer(port_);
  ASSERT_TRUE(AwaitReadable(listener_.descriptor()));
  Spy().next_accept =
      EMFILE;  // a sanitizer needs descriptors itself to check what it sees for the first time
  listener_.Accept();
  {
    const DescriptorLimit none(static_cast<rlim_t>(LowestFreeDescriptor()));
    EXPECT_EQ(listener_.Accept().status, Listener::Status::kOutOfDescriptors);
    EXPECT_EQ(listener_.Accept().status, Listener::Status::kOutOfDescriptors);
  }
  EXPECT_EQ(AcceptNext().remote().port, peer.local_port());
}

TEST_F(ListenerTest, TakenPortIsAnError) {
  EXPECT_FALSE(Listener::Open({"127.0.0.1", port_}, error_).has_value());
  EXPECT_EQ(error_, std::errc::address_in_use);
}

TEST_F(ListenerTest, RestartedServerGetsItsPortBackAtOnce) {
  std::optional<Listener> first = Listener::Open({"127.0.0.1", 0}, error_);
  ASSERT_TRUE(first.has_value());
  const std::uint16_t port = first->local().port;
  const RawSocket peer(port);
  ASSERT_TRUE(AwaitReadable(first->descriptor()));
  first->Accept();  // closed by this side first: the connection lingers in the system
  EXPECT_EQ(peer.Receive(1), "");
  first.reset();
  EXPECT_TRUE(Listener::Open({"127.0.0.1", port}, error_).has_value()) << error_.message();
}

TEST_F(ListenerTest, NameIsResolved) {
  Spy().address_book["door.example"] = {"127.0.0.1"};
  const auto listener = Listener::Open({"door.example", 0}, error_);
  ASSERT_TRUE(listener.has_value()) << error_.message();
  EXPECT_EQ(listener->local().host, "127.0.0.1");
}

TEST_F(ListenerTest, FirstAddressThatCanBeHadIsTaken) {
  Spy().address_book["door.example"] = {"192.0.2.1", "127.0.0.1"};  // the first is no machine's
  const auto listener = Listener::Open({"door.example", 0}, error_);
  ASSERT_TRUE(listener.has_value()) << error_.message();
  EXPECT_EQ(listener->local().host, "127.0.0.1");
}

TEST_F(ListenerTest, NeitherNameNorAddressIsAnError) {
  EXPECT_FALSE(Listener::Open({"no such name", 0}, error_).has_value());
  EXPECT_TRUE(error_);
  EXPECT_FALSE(Listener::Open({"192.0.2.1", 0}, error_).has_value());
  EXPECT_TRUE(error_);
}

// Whether this machine has IPv6.
bool HasIpv6() {
  std::error_code error;
  return Listener::Open({"::1", 0}, error).has_value();
}

TEST_F(ListenerTest, AnyAddressTakesBothFamilies) {
  std::optional<Listener> listener = Listener::Open({"::", 0}, error_);
  ASSERT_TRUE(listener.has_value()) << error_.message();
  EXPECT_EQ(listener->local().host, HasIpv6() ? "::" : "0.0.0.0");
  const RawSocket peer(listener->local().port);
  ASSERT_TRUE(AwaitReadable(listener->descriptor()));
  Listener::Accepted accepted = listener->Accept();
  ASSERT_EQ(accepted.status, Listener::Status::kAccepted);
  EXPECT_EQ(accepted.stream->remote(), (Endpoint{"127.0.0.1", peer.local_port()})) << "not ::ffff:127.0.0.1";
}

TEST_F(ListenerTest, AnyAddressIsThatOfIpv4WhereThereIsNoIpv6) {
  for (const int none : {EAFNOSUPPORT, EPROTONOSUPPORT}) {
    Spy().ipv6_socket = none;
    const auto listener = Listener::Open({"::", 0}, error_);
    Spy().ipv6_socket = 0;
    ASSERT_TRUE(listener.has_value()) << error_.message();
    EXPECT_EQ(listener->local().host, "0.0.0.0");
  }
  Spy().ipv6_bind = EADDRNOTAVAIL;
  const auto listener = Listener::Open({"::", 0}, error_);
  Spy().ipv6_bind = 0;
  ASSERT_TRUE(listener.has_value()) << error_.message();
  EXPECT_EQ(listener->local().host, "0.0.0.0");
}

TEST_F(ListenerTest, AnyAddressDoesNotFallBackFromAnotherError) {
  for (const int error : {EADDRINUSE, EACCES}) {
    Spy().ipv6_bind = error;
    EXPECT_FALSE(Listener::Open({"::", 0}, error_).has_value());
    EXPECT_EQ(error_.value(), error);
    Spy().ipv6_bind = 0;
  }
}

TEST_F(ListenerTest, OneAddressOfIpv6NeverBecomesIpv4) {
  Spy().ipv6_socket = EAFNOSUPPORT;
  EXPECT_FALSE(Listener::Open({"::1", 0}, error_).has_value());
  EXPECT_EQ(error_, std::errc::address_family_not_supported);
  Spy().ipv6_socket = 0;
}

TEST_F(ListenerTest, AnyIpv4AddressTakesIpv4Alone) {
  const auto listener = Listener::Open({"0.0.0.0", 0}, error_);
  ASSERT_TRUE(listener.has_value()) << error_.message();
  EXPECT_EQ(listener->local().host, "0.0.0.0");
}

}  // namespace
}  // namespace parley
