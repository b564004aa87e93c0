// CheckMedia on loopback.

#include <gmock/gmock.h>

#include "common/net/datagrams.h"
#include "server/admin/checks.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

Config OnLoopback(std::uint16_t port) {
  Config config;
  config.tls = Endpoint{"127.0.0.1", port};
  return config;
}

TEST(CheckMedia, APortThatIsFreeAndReachableIsNamedWithItsAddresses) {
  Config config = OnLoopback(0);
  auto findings = CheckMedia(config);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Finding::Grade::kOk) << findings[0].text;
  EXPECT_THAT(findings[0].text, HasSubstr("of more than 3 people use UDP port"));
  EXPECT_THAT(findings[0].text, HasSubstr("at 127.0.0.1;"));
  config.media = MediaMode::kSfu;
  config.media_addresses = {"192.0.2.1", "2001:db8::1"};
  findings = CheckMedia(config);
  EXPECT_THAT(findings[0].text, HasSubstr("they use UDP port"));
  EXPECT_THAT(findings[0].text, HasSubstr("at 192.0.2.1, 2001:db8::1;"));
}

TEST(CheckMedia, APortThatIsTakenIsAProblemWhereTheServerWouldNotStart) {
  std::error_code error;
  const auto taken = DatagramSocket::Open({"127.0.0.1", 0}, DatagramSocket::Calls::kSingle, error);
  ASSERT_TRUE(taken);
  Config config = OnLoopback(taken->local().port);
  EXPECT_THAT(CheckMedia(config), ElementsAre(Field(&Finding::grade, Finding::Grade::kWarning)));
  config.media_port = taken->local().port;
  EXPECT_THAT(CheckMedia(config), ElementsAre(Field(&Finding::grade, Finding::Grade::kProblem)));
  config.media_port.reset();
  config.media = MediaMode::kSfu;
  EXPECT_THAT(CheckMedia(config), ElementsAre(Field(&Finding::grade, Finding::Grade::kProblem)));
  EXPECT_THAT(CheckMedia(config)[0].text, HasSubstr("--media-port PORT"));
}

TEST(CheckMedia, AMeshNeedsNoPort) {
  Config config = OnLoopback(0);
  config.media = MediaMode::kMesh;
  EXPECT_THAT(CheckMedia(config), IsEmpty());
}

}  // namespace
}  // namespace parley
