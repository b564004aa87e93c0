#include "common/net/connector.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>

#include "tests/common/io/descriptors.h"
#include "tests/common/net/loopback.h"

namespace parley {
namespace {

class ConnectorTest : public LoopbackTest {
 protected:
  Connector Start(const std::string& host) {
    std::optional<Connector> connector = Connector::Start({host, port_}, error_);
    EXPECT_TRUE(connector.has_value()) << error_.message();
    return std::move(connector.value());
  }
  // Finish as a loop does it: each time that the descriptor is writable, until it is decided.
  Connector::Status FinishAll(Connector& connector) {
    Connector::Status status = Connector::Status::kWaiting;
    while (status == Connector::Status::kWaiting || status == Connector::Status::kNext) {
      if (!AwaitWritable(connector.descriptor())) break;
      status = connector.Finish(error_);
    }
    return status;
  }
  void ExpectTalks(Connector& connector) {
    Stream stream = connector.TakeStream();
    Stream accepted = AcceptNext();
    const std::string_view hello = "hello";
    EXPECT_EQ(stream.Write(std::span(&hello, 1)).bytes, 5u);
    EXPECT_EQ(ReadBytes(accepted, 5), "hello");
    EXPECT_EQ(stream.remote(), (Endpoint{"127.0.0.1", port_}));
  }
};

TEST_F(ConnectorTest, ConnectsWithoutEverWaitingInPoll) {
  Connector connector = Start("127.0.0.1");
  EXPECT_EQ(FinishAll(connector), Connector::Status::kConnected);
  ExpectTalks(connector);
  EXPECT_EQ(Spy().polls, 0);
}

TEST_F(ConnectorTest, RefusedConnectionFailsWithItsError) {
  const RawSocket bound;
  bound.Bind();
  port_ = bound.local_port();
  Connector connector = Start("127.0.0.1");
  EXPECT_EQ(FinishAll(connector), Connector::Status::kFailed);
  EXPECT_EQ(error_, std::errc::connection_refused);
}

TEST_F(ConnectorTest, UndecidedConnectionIsWaitedFor) {
  Spy().connect["127.0.0.1"] = EINPROGRESS;
  Connector connector = Start("127.0.0.1");
  EXPECT_EQ(connector.Finish(error_), Connector::Status::kWaiting);
  EXPECT_FALSE(error_);
  EXPECT_EQ(connector.Finish(error_), Connector::Status::kWaiting);
}

TEST_F(ConnectorTest, NextAddressIsTriedWhereOneRefuses) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.1"};  // only the second listens
  Connector connector = Start("two.example");
  ASSERT_TRUE(AwaitWritable(connector.descriptor()));
  EXPECT_EQ(connector.Finish(error_), Connector::Status::kNext);
  EXPECT_EQ(FinishAll(connector), Connector::Status::kConnected);
  ExpectTalks(connector);
}

TEST_F(ConnectorTest, NextAddressIsTriedWhereOneCanNotEvenBeStarted) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.1"};
  Spy().connect["127.0.0.2"] = ENETUNREACH;
  Connector connector = Start("two.example");
  EXPECT_EQ(FinishAll(connector), Connector::Status::kConnected);
  ExpectTalks(connector);
}

TEST_F(ConnectorTest, AddressThatTakesTooLongIsGivenUp) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.1"};
  Spy().connect["127.0.0.2"] = EINPROGRESS;
  Connector connector = Start("two.example");
  EXPECT_EQ(connector.Finish(error_), Connector::Status::kWaiting);
  EXPECT_EQ(connector.GiveUpAddress(error_), Connector::Status::kNext);
  EXPECT_EQ(FinishAll(connector), Connector::Status::kConnected);
  ExpectTalks(connector);
}

TEST_F(ConnectorTest, GivingTheLastAddressUpFailsAsTimedOut) {
  Spy().connect["127.0.0.1"] = EINPROGRESS;
  Connector connector = Start("127.0.0.1");
  EXPECT_EQ(connector.GiveUpAddress(error_), Connector::Status::kFailed);
  EXPECT_EQ(error_, std::errc::timed_out);
}

TEST_F(ConnectorTest, LastAddressThatFailsGivesTheError) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.3"};
  Spy().connect["127.0.0.3"] = ENETUNREACH;
  Connector connector = Start("two.example");
  EXPECT_EQ(FinishAll(connector), Connector::Status::kFailed);
  EXPECT_EQ(error_, std::errc::network_unreachable);
}

TEST_F(ConnectorTest, StartFailsWhereNoAddressCanBeStarted) {
  Spy().connect["127.0.0.1"] = ENETUNREACH;
  EXPECT_FALSE(Connector::Start({"127.0.0.1", port_}, error_).has_value());
  EXPECT_EQ(error_, std::errc::network_unreachable);
}

TEST_F(ConnectorTest, StartFailsWhereThereIsNoSuchName) {
  EXPECT_FALSE(Connector::Start({"no such name", port_}, error_).has_value());
  EXPECT_TRUE(error_);
}

TEST_F(ConnectorTest, StartFailsWhereThereAreNoDescriptors) {
  Spy().no_descriptors = true;
  EXPECT_FALSE(Connector::Start({"127.0.0.1", port_}, error_).has_value());
  EXPECT_EQ(error_, std::errc::too_many_files_open);
}

TEST_F(ConnectorTest, SignalDuringConnectDoesNotStopIt) {
  Spy().connect["127.0.0.1"] = EINTR;
  Connector connector = Start("127.0.0.1");
  EXPECT_EQ(FinishAll(connector), Connector::Status::kConnected);
  ExpectTalks(connector);
}

// A port that the system gives to outgoing connections, and nobody listening: sooner or later a try is given
// it.
TEST_F(ConnectorTest, ConnectionToItselfIsARefusedOne) {
  RawSocket outgoing(port_);
  port_ = outgoing.local_port();
  outgoing.Reset();
  for (int i = 0; i < 20'000; ++i) {
    Connector connector = Start("127.0.0.1");
    ASSERT_EQ(FinishAll(connector), Connector::Status::kFailed) << "connected to itself at try " << i;
  }
}

TEST_F(ConnectorTest, LeavesNoDescriptorsOpen) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.3"};
  const int free = LowestFreeDescriptor();
  {
    Connector connector = Start("two.example");
    EXPECT_EQ(FinishAll(connector), Connector::Status::kFailed);
    EXPECT_EQ(LowestFreeDescriptor(), free);
    Connector unfinished = Start("127.0.0.1");
  }
  EXPECT_EQ(LowestFreeDescriptor(), free);
}

}  // namespace
}  // namespace parley
