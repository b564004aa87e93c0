#include "common/net/resolve.h"

#include <gtest/gtest.h>

#include "tests/common/net/spied_calls.h"

namespace parley {
namespace {

using asio::ip::make_address;
using asio::ip::tcp;

TEST(ResolveTest, AddressStandsForItself) {
  std::error_code error;
  EXPECT_EQ(Resolve({"127.0.0.1", 80}, error),
            std::vector<tcp::endpoint>{tcp::endpoint(make_address("127.0.0.1"), 80)});
  EXPECT_FALSE(error);
  EXPECT_EQ(Resolve({"::1", 80}, error), std::vector<tcp::endpoint>{tcp::endpoint(make_address("::1"), 80)});
  EXPECT_FALSE(error);
}

TEST(ResolveTest, NameStandsForAllItsAddressesInOrder) {
  Spy().address_book["two.example"] = {"127.0.0.2", "127.0.0.1"};
  std::error_code error;
  EXPECT_EQ(Resolve({"two.example", 80}, error),
            (std::vector<tcp::endpoint>{{make_address("127.0.0.2"), 80}, {make_address("127.0.0.1"), 80}}));
  EXPECT_FALSE(error);
  Spy() = SpiedCalls();
}

TEST(ResolveTest, SaysWhyANameStandsForNothing) {
  std::error_code error;
  EXPECT_TRUE(Resolve({"no such name", 80}, error).empty());
  EXPECT_TRUE(error);
}

TEST(ResolveTest, ShowsAMappedAddressAsIpv4) {
  EXPECT_EQ(FromAsio({make_address("::ffff:10.1.2.3"), 5}), (Endpoint{"10.1.2.3", 5}));
  EXPECT_EQ(FromAsio({make_address("10.1.2.3"), 5}), (Endpoint{"10.1.2.3", 5}));
  EXPECT_EQ(FromAsio({make_address("2001:db8::1"), 5}), (Endpoint{"2001:db8::1", 5}));
}

}  // namespace
}  // namespace parley
