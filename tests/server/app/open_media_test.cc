// Where the SFU of a server listens, and what happens if it cannot.

#include "server/app/open_media.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

#include "common/base/media_limits.h"
#include "common/net/datagrams.h"
#include "server/app/cannot_start.h"

namespace parley {
namespace {

class OpenMediaTest : public testing::Test {
 protected:
  // A UDP port that is in use.
  [[nodiscard]] std::uint16_t taken() const { return taken_->local().port; }
  [[nodiscard]] Config WithDoor(std::uint16_t port) const {
    Config config;
    config.tls = Endpoint{"127.0.0.1", port};
    return config;
  }
  std::unique_ptr<MediaLoop> Open(const Config& config, std::uint16_t door) {
    return OpenMedia(config, {"127.0.0.1", door}, limits::kMediaStreams, nullptr, waker_);
  }

  std::error_code error_;
  std::optional<DatagramSocket> taken_ =
      DatagramSocket::Open({"127.0.0.1", 0}, DatagramSocket::Calls::kSingle, error_);
  Waker waker_;
};

TEST_F(OpenMediaTest, UdpHasTheNumberOfTheDoor) {
  const std::uint16_t door = taken();
  taken_.reset();
  const auto media = Open(WithDoor(door), door);
  ASSERT_TRUE(media);
  EXPECT_EQ(media->local(), (Endpoint{"127.0.0.1", door}));
}

TEST_F(OpenMediaTest, AMeshOpensNothing) {
  Config config = WithDoor(0);
  config.media = MediaMode::kMesh;
  EXPECT_FALSE(Open(config, taken()));
}

TEST_F(OpenMediaTest, ADoorThatTakesAnyNumberLetsUdpTakeAnother) {
  const auto media = Open(WithDoor(0), taken());
  ASSERT_TRUE(media);
  EXPECT_NE(media->local().port, taken());
}

TEST_F(OpenMediaTest, WithoutItsNumberCallsConnectPeopleDirectly) {
  EXPECT_FALSE(Open(WithDoor(taken()), taken()));
}

TEST_F(OpenMediaTest, StartFailsIfTheSfuOrItsPortWasAskedFor) {
  Config config = WithDoor(taken());
  config.media = MediaMode::kSfu;
  EXPECT_THROW(Open(config, taken()), CannotStart);
  config = WithDoor(0);
  config.media_port = taken();
  EXPECT_THROW(Open(config, 1), CannotStart);
}

}  // namespace
}  // namespace parley
