// A call through the server, with real sockets: every packet that a page gets is the right one.

#include "tests/bench/media/media_load.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "tests/bench/media/media_signaling.h"
#include "tests/support/server_process.h"

namespace parley::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint8_t kLoud = 20;

TEST(MediaLoadTest, TwoWhoSendReachThreeWithEveryPacketInItsPlace) {
  test::ServerProcess server({"--media", "sfu"});
  ParleySignaling signaling(server.port());
  MediaLoad load("127.0.0.1", signaling);
  for (int i = 0; i < 2; ++i) load.Join({true, 0, 0}, {100, 1100, 50, kLoud});
  for (int i = 0; i < 3; ++i) load.Join({false, 4, 4}, {});
  load.Connect();
  // Each of the three gets a picture and a voice of both.
  ASSERT_TRUE(load.Until(seconds(20), [&] {
    for (std::size_t listener = 2; listener < 5; ++listener) {
      if (!load.Heard(listener, 0, {}) || !load.Heard(listener, 1, {})) return false;
    }
    return load.first_packets().size() == 3;
  }));
  load.Run(seconds(2));
  load.Stop();
  load.Until(seconds(10), [&] { return load.received() == load.expected(); });
  EXPECT_EQ(load.Problem(), "");
  EXPECT_EQ(load.missing(), 0U);
  EXPECT_EQ(load.received(), load.expected());
  EXPECT_GT(load.received(), 3U * 2 * 2 * 50);
}

TEST(MediaLoadTest, OfSixInTurnsEachIsHeardByAllOthers) {
  test::ServerProcess server({"--media", "sfu"});
  ParleySignaling signaling(server.port());
  MediaLoad load("127.0.0.1", signaling);
  for (int i = 0; i < 6; ++i) load.Join({true, 4, 0}, {60, 0, 50, 127});
  load.Connect();
  for (std::size_t speaker = 0; speaker < 6; ++speaker) {
    const MonotonicTime since = MediaLoad::Now();
    load.Speak(speaker, kLoud);
    EXPECT_TRUE(load.Until(seconds(20), [&] {
      for (std::size_t listener = 0; listener < 6; ++listener) {
        if (listener != speaker && !load.Heard(listener, speaker, since)) return false;
      }
      return true;
    })) << speaker;
    load.Speak(speaker, 127);
  }
  load.Stop();
  EXPECT_EQ(load.Problem(), "");
}

}  // namespace
}  // namespace parley::bench
