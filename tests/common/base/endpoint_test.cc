#include "common/base/endpoint.h"

#include <gtest/gtest.h>

#include <optional>

namespace parley {
namespace {

TEST(EndpointTest, ReadsHostAndPort) {
  EXPECT_EQ(ParseEndpoint("127.0.0.1:8080"), (Endpoint{"127.0.0.1", 8080}));
  EXPECT_EQ(ParseEndpoint("host:0"), (Endpoint{"host", 0}));
  EXPECT_EQ(ParseEndpoint("a-b.example:65535"), (Endpoint{"a-b.example", 65535}));
  EXPECT_EQ(ParseEndpoint("[::1]:8080"), (Endpoint{"::1", 8080}));
  EXPECT_EQ(ParseEndpoint("[::]:1"), (Endpoint{"::", 1}));
  EXPECT_EQ(ParseEndpoint("[fe80::1%eth0]:1"), (Endpoint{"fe80::1%eth0", 1}));
}

TEST(EndpointTest, RefusesInvalidEndpoints) {
  for (const char* text : {"",           ":",        "host",      "host:",     ":8080",
                           "host:65536", "host:-1",  "host:+1",   "host: 1",   "host:1 ",
                           " host:1",    "ho st:1",  "host:0x1f", "host:1a",   "host:99999999999999999999",
                           "::1",        "::1:8080", "[::1]",     "[::1]8080", "[::1]:",
                           "[::1",       "::1]:80",  "[]:80",     "[host]:80", "[[::1]]:80",
                           "a:b:80",     "host\n:80"}) {
    EXPECT_EQ(ParseEndpoint(text), std::nullopt) << text;
  }
}

TEST(EndpointTest, PortMayBeMissingWhereThereIsADefault) {
  EXPECT_EQ(ParseEndpoint("host", 8443), (Endpoint{"host", 8443}));
  EXPECT_EQ(ParseEndpoint("host:1", 8443), (Endpoint{"host", 1}));
  EXPECT_EQ(ParseEndpoint("10.0.0.1", 8443), (Endpoint{"10.0.0.1", 8443}));
  EXPECT_EQ(ParseEndpoint("[::1]", 8443), (Endpoint{"::1", 8443}));
  EXPECT_EQ(ParseEndpoint("[::1]:1", 8443), (Endpoint{"::1", 1}));
}

TEST(EndpointTest, BareIpv6AddressNeedsNoBracketsWhereThereIsADefaultPort) {
  EXPECT_EQ(ParseEndpoint("::1", 8443), (Endpoint{"::1", 8443}));
  EXPECT_EQ(ParseEndpoint("2001:db8::8080", 8443), (Endpoint{"2001:db8::8080", 8443}));
}

TEST(EndpointTest, DefaultPortDoesNotExcuseAnyOtherMistake) {
  for (const char* text : {"", ":", "host:", ":8080", "host:x", "[::1", "[host]", "[::1]x", "ho st"}) {
    EXPECT_EQ(ParseEndpoint(text, 8443), std::nullopt) << text;
  }
}

TEST(EndpointTest, IsWrittenAsItIsRead) {
  for (const char* text : {"127.0.0.1:8080", "host:0", "[::1]:65535"}) {
    EXPECT_EQ(ToString(ParseEndpoint(text).value()), text);
  }
}

}  // namespace
}  // namespace parley
