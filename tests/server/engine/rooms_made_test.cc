// One address can make so many rooms in an hour.

#include "server/engine/rooms_made.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::StartsWith;

const MonotonicTime kStart(hours(1));

void MakeAll(RoomsMade& made, const std::string& address, MonotonicTime now) {
  for (std::size_t i = 0; i < limits::kRoomsMade; ++i) ASSERT_TRUE(made.MayMakeOne(address, now)) << i;
}

TEST(RoomsMadeTest, AThousandAnHourAndThenNoMoreUntilItIsOver) {
  RoomsMade made;
  MakeAll(made, "192.0.2.1", kStart);
  EXPECT_FALSE(made.MayMakeOne("192.0.2.1", kStart + minutes(59)));
  EXPECT_TRUE(made.MayMakeOne("192.0.2.2", kStart + minutes(59)));
  EXPECT_TRUE(made.MayMakeOne("192.0.2.1", kStart + hours(1)));
}

TEST(RoomsMadeTest, ANetworkOf64BitsIsOneAddressOfIPv6) {
  RoomsMade made;
  MakeAll(made, "2001:db8::1", kStart);
  EXPECT_FALSE(made.MayMakeOne("2001:db8::ffff:2", kStart));
  EXPECT_TRUE(made.MayMakeOne("2001:db8:0:1::1", kStart));
}

TEST(RoomsMadeTest, TheNumberOfRememberedMakersIsLimited) {
  RoomsMade made;
  for (std::size_t i = 0; i <= limits::kRoomMakers; ++i)
    made.MayMakeOne("maker " + std::to_string(i), kStart);
  EXPECT_EQ(made.size(), limits::kRoomMakers);
  made.MayMakeOne("192.0.2.1", kStart + hours(1));
  EXPECT_EQ(made.size(), 1U);
}

// `count` rooms, one after the other: each is gone again before the next.
void MakeAndLeave(TestServer& server, TestPeer& peer, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string room = "room " + std::to_string(i);
    peer.Send(Line(protocol::Join{room, {}, {}}) + Line(protocol::Leave{room}));
    if (i % 20 == 19) server.Pass(std::chrono::seconds(1));  // for its pace
  }
  peer.Hears();
}

TEST(RoomsMadeByAnAddressTest, BeyondTheLimitNoMoreAreMadeAndThoseThatAreThereCanBeEntered) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  ana.Say("lab", "hello");
  MakeAndLeave(server, ana, limits::kRoomsMade - 1);
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), ElementsAre("error too_many_rooms"));
  TestPeer ben = server.Lines("Ben");
  ben.Join("lab");
  ben.Join("lobby");
  EXPECT_THAT(ben.Hears(), Contains(StartsWith("joined lab")));
  TestPeer far = server.Connects({.address = "10.9.9.9"});
  far.Hello("Cyn");
  far.Join("one more");
  EXPECT_THAT(far.Hears(), Contains(StartsWith("joined one more")));
  server.Pass(hours(1));
  ben.Join("another");
  EXPECT_THAT(ben.Hears(), Contains(StartsWith("joined another")));
}

TEST(RoomsMadeByAnAddressTest, OfAProxyThatNamesNoAddressNothingIsCounted) {
  ExchangeOptions options;
  options.proxy = true;
  TestServer server(std::move(options));
  TestPeer ana = server.Connects({.address = "127.0.0.1", .loopback = true});
  ana.Hello("Ana");
  MakeAndLeave(server, ana, limits::kRoomsMade);
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), Contains(StartsWith("joined one more")));
}

}  // namespace
}  // namespace parley::test
