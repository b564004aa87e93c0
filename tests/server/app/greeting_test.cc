#include "server/app/greeting.h"

#include <gtest/gtest.h>

#include "server/keys/local_names.h"

namespace parley {
namespace {

std::string OrLocalhost(const std::string& address) {
  return address.empty() ? "localhost" : address;
}

TEST(Greeting, ThePageIsWhereTheDoorListens) {
  EXPECT_EQ(PageHost("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(PageHost("2001:db8::7"), "2001:db8::7");
}

TEST(Greeting, ADoorOnLoopbackIsForThisMachineAlone) {
  EXPECT_EQ(PageHost("127.0.0.1"), "localhost");
  EXPECT_EQ(PageHost("::1"), "localhost");
}

TEST(Greeting, ADoorOnEveryAddressHasTheOneOfTheLocalNetwork) {
  EXPECT_EQ(PageHost("::"), OrLocalhost(LanAddress()));
  EXPECT_EQ(PageHost("0.0.0.0"), OrLocalhost(LanAddress(Families::kIpv4)));
  EXPECT_EQ(PageHost("0.0.0.0").find(':'), std::string::npos) << "an address of IPv6 would not be answered";
}

}  // namespace
}  // namespace parley
