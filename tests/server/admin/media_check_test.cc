// CheckMedia on loopback.

#include <gmock/gmock.h>

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <string>
#include <system_error>

#include "common/base/media_limits.h"
#include "common/net/datagrams.h"
#include "server/admin/checks.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
  EXPECT_THAT(findings[0].text, HasSubstr("arrives at 127.0.0.1;"));
  config.media = MediaMode::kSfu;
  EXPECT_THAT(CheckMedia(config)[0].text, HasSubstr("they use UDP port"));
}

TEST(CheckMedia, EachAddressThatPagesAreToldIsTried) {
  Config config = OnLoopback(0);
  config.media_addresses = {"192.0.2.1", "127.0.0.1", "127.0.0.2"};  // only the second is bound
  const auto findings = CheckMedia(config);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Finding::Grade::kOk) << findings[0].text;
  EXPECT_THAT(findings[0].text, HasSubstr("; a datagram from this machine arrives at 127.0.0.1;"));
  EXPECT_THAT(findings[0].text,
              HasSubstr("; none arrives at 192.0.2.1, 127.0.0.2, which this machine does not have"));
  EXPECT_THAT(findings[0].text, HasSubstr("try a meeting from another network"));
}

TEST(CheckMedia, OfAServerOnAllAddressesEachIsTried) {
  Config config;
  config.tls = Endpoint{"0.0.0.0", 0};
  const std::string text = CheckMedia(config)[0].text;
  for (const std::string& address : AddressesOf("0.0.0.0")) EXPECT_THAT(text, HasSubstr(address));
  EXPECT_THAT(text, Not(HasSubstr("none arrives")));
}

TEST(CheckMedia, AnAddressOfThisMachineThatNothingReachesIsAWarning) {
  const Finding finding =
      JudgeMedia(MediaMode::kAuto, 8443, {{"192.0.2.1", true, true}, {"2001:db8::1", true, false}});
  EXPECT_EQ(finding.grade, Finding::Grade::kWarning);
  EXPECT_THAT(finding.text, HasSubstr("UDP port 8443; a datagram from this machine arrives at 192.0.2.1; "
                                      "none arrives at 2001:db8::1: look at this machine's firewall;"));
}

TEST(CheckMedia, AMachineThatReachesNoAddressIsAWarning) {
  const Finding finding = JudgeMedia(MediaMode::kAuto, 8443, {{"192.0.2.1", false, false}});
  EXPECT_EQ(finding.grade, Finding::Grade::kWarning);
  EXPECT_THAT(finding.text,
              HasSubstr("UDP port 8443; no datagram from this machine arrives anywhere; none "
                        "arrives at 192.0.2.1, which this machine does not have: if it belongs to a NAT"));
  EXPECT_EQ(JudgeMedia(MediaMode::kAuto, 8443, {}).grade, Finding::Grade::kWarning);
}

TEST(CheckMedia, AnAddressOfThisMachineMayBeWrittenInAnotherWay) {
  EXPECT_TRUE(IsAmong({"192.0.2.1", "2001:db8::1"}, "2001:DB8:0::1"));
  EXPECT_FALSE(IsAmong({"192.0.2.1", "2001:db8::1"}, "2001:db8::2"));
  EXPECT_FALSE(IsAmong({"192.0.2.1"}, "no address"));
}

TEST(CheckMedia, ADatagramBehindManyOthersArrives) {
  std::error_code error;
  auto socket = DatagramSocket::Open({"127.0.0.1", 0}, DatagramSocket::Calls::kSingle, error);
  ASSERT_TRUE(socket);
  asio::io_context context;
  asio::ip::udp::socket page(context, asio::ip::udp::v4());
  const asio::ip::udp::endpoint port(asio::ip::make_address("127.0.0.1"), socket->local().port);
  for (std::size_t i = 0; i < limits::kDatagramBatch + 10; ++i) page.send_to(asio::buffer("media"), port);
  EXPECT_TRUE(Arrives(*socket, "127.0.0.1"));
  EXPECT_FALSE(Arrives(*socket, "127.0.0.2"));
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
