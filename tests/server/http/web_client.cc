#include "tests/server/http/web_client.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::test {
namespace {

void TakeHeadApart(std::string_view head, Heard& heard) {
  ASSERT_TRUE(head.ends_with("\r\n\r\n")) << head;
  head.remove_suffix(2);
  for (bool first = true; !head.empty(); first = false) {
    const std::size_t end = head.find("\r\n");
    const std::string line(head.substr(0, end));
    head.remove_prefix(end + 2);
    if (first) {
      heard.status_line = line;
      continue;
    }
    const std::size_t colon = line.find(": ");
    ASSERT_NE(colon, std::string::npos) << line;
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_TRUE(heard.fields.emplace(name, line.substr(colon + 2)).second) << "twice: " << line;
  }
}

void CheckSecurity(const Heard& heard) {
  const std::string policy = heard.Field("content-security-policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; ")) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << policy;
  EXPECT_EQ(heard.Field("x-content-type-options"), "nosniff");
  EXPECT_EQ(heard.Field("referrer-policy"), "no-referrer");
  EXPECT_EQ(heard.Field("permissions-policy"), "camera=(self), microphone=(self), display-capture=(self)");
  EXPECT_EQ(heard.Field("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(heard.Field("strict-transport-security"), "");
}

}  // namespace

std::string Heard::Field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

Heard TakeApart(const HttpResponse& response) {
  Heard heard;
  TakeHeadApart(response.head, heard);
  heard.status = response.status;
  heard.body = response.body.view();
  heard.keep_alive = response.keep_alive;
  heard.refusal = response.refusal;
  EXPECT_TRUE(heard.status_line.starts_with("HTTP/1.1 " + std::to_string(heard.status) + ' '))
      << heard.status_line;
  EXPECT_FALSE(heard.Field("date").empty());
  EXPECT_TRUE(heard.Field("connection").ends_with(heard.keep_alive ? "keep-alive" : "close"));
  CheckSecurity(heard);
  if (!heard.body.empty()) {
    EXPECT_EQ(heard.Field("content-length"), std::to_string(heard.body.size()));
  }
  return heard;
}

std::chrono::system_clock::time_point RequestTime() {
  return std::chrono::system_clock::from_time_t(784111777);
}

Heard WebClient::Ask(std::string_view head, From from) {
  const auto parsed = ParseHttpHead(head);
  const auto* request = std::get_if<HttpRequest>(&parsed);
  if (request == nullptr) {
    ADD_FAILURE() << "no request: " << head;
    return {};
  }
  const bool tls = from == From::kTls || from == From::kTlsLoopback;
  const bool loopback = from == From::kLoopback || from == From::kTlsLoopback;
  const HttpAnswer answer =
      service_.Answer(*request, {.tls = tls, .loopback = loopback, .now = RequestTime()});
  if (const auto* response = std::get_if<HttpResponse>(&answer)) return TakeApart(*response);
  const auto& upgrade = std::get<WebSocketUpgrade>(answer);
  Heard heard;
  TakeHeadApart(upgrade.head, heard);
  heard.status = 101;
  heard.upgraded = true;
  heard.parley_v1 = upgrade.parley_v1;
  return heard;
}

Heard WebClient::Get(std::string_view target, std::string_view fields, From from) {
  return Ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: chat.example:8443\r\n" + std::string(fields) +
                 "\r\n",
             from);
}

Heard WebClient::Head(std::string_view target, std::string_view fields) {
  return Ask("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: chat.example:8443\r\n" +
             std::string(fields) + "\r\n");
}

Heard WebClient::Upgrade(std::string_view fields, From from) {
  return Get("/ws",
             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                 std::string(fields),
             from);
}

}  // namespace parley::test
