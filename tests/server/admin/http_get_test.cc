#include "server/admin/http_get.h"

#include <gtest/gtest.h>

#include <chrono>
#include <system_error>

#include "common/net/listener.h"

namespace parley {
namespace {

TEST(HttpGetTest, SplitsAnAnswer) {
  const auto said = ParseHttpAnswer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n");
  ASSERT_TRUE(said);
  EXPECT_EQ(said->status, 200);
  EXPECT_EQ(said->body, "ok\n");
  for (const char* const other : {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 2\r\n\r\n"}) {
    EXPECT_FALSE(ParseHttpAnswer(other)) << other;
  }
}

TEST(HttpGetTest, GivesUpOnAServerThatDoesNotAnswer) {
  std::error_code failed;
  const auto door = Listener::Open({"127.0.0.1", 0}, failed);  // connects, and is never read
  ASSERT_TRUE(door) << failed.message();
  std::string error;
  for (const bool tls : {false, true}) {
    EXPECT_FALSE(HttpGet({.server = door->local(), .tls = tls, .path = "/status", .bearer = "x"},
                         std::chrono::milliseconds(20), error));
    EXPECT_NE(error.find("in time"), std::string::npos) << error;
  }
}

TEST(HttpGetTest, SaysWhyItCannotConnect) {
  std::error_code failed;
  auto door = Listener::Open({"127.0.0.1", 0}, failed);
  ASSERT_TRUE(door) << failed.message();
  const Endpoint nobody = door->local();
  door.reset();
  std::string error;
  EXPECT_FALSE(HttpGet({.server = nobody, .tls = false, .path = "/status", .bearer = "x"},
                       std::chrono::seconds(30), error));
  EXPECT_FALSE(error.empty());
}

}  // namespace
}  // namespace parley
