#include "server/http/forwarded_for.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

namespace parley {
namespace {

std::optional<std::string> Of(const std::string& fields) {
  const std::string head = "GET /ws HTTP/1.1\r\nHost: lab\r\n" + fields + "\r\n";
  return ForwardedFor(std::get<HttpRequest>(ParseHttpHead(head)));
}

TEST(ForwardedFor, IsTheLastAddressOfAll) {
  EXPECT_EQ(Of("X-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1");
  EXPECT_EQ(Of("X-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n"), "192.0.2.1");
  EXPECT_EQ(Of("x-forwarded-for: 198.51.100.7\r\nX-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1");
  EXPECT_EQ(Of("X-Forwarded-For: nonsense, 192.0.2.1\r\n"), "192.0.2.1");
}

TEST(ForwardedFor, OneAddressHasOneSpelling) {
  EXPECT_EQ(Of("X-Forwarded-For: 2001:DB8:0:0::1\r\n"), "2001:db8::1");
  EXPECT_EQ(Of("X-Forwarded-For: ::ffff:192.0.2.1\r\n"), "192.0.2.1") << "a proxy that listens on [::]";
  EXPECT_EQ(Of("X-Forwarded-For: ::FFFF:c000:201\r\n"), "192.0.2.1");
}

TEST(ForwardedFor, AnInvalidAddressIsIgnored) {
  EXPECT_EQ(Of(""), std::nullopt);
  EXPECT_EQ(Of("X-Forwarded-For:\r\n"), std::nullopt);
  for (const char* last : {"unknown", "_hidden", "192.0.2.1:80", "[2001:db8::1]", "fe80::1%eth0",
                           "192.0.2.256", "192.0.2.1 x", "\"192.0.2.1\""}) {
    EXPECT_EQ(Of("X-Forwarded-For: 192.0.2.1, " + std::string(last) + "\r\n"), std::nullopt) << last;
  }
}

}  // namespace
}  // namespace parley
