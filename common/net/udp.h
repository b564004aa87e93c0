// Sends requests to one server by UDP and waits for the responses. It blocks, so only programs that check
// something use it.

#pragma once

#include <asio/ip/udp.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/base/endpoint.h"

namespace parley {

class UdpConversation {
 public:
  // Each wait for an answer takes `patience` at most. On failure nothing, and `error` says why.
  static std::optional<UdpConversation> Start(const Endpoint& server, std::chrono::milliseconds patience,
                                              std::error_code& error);

  // Sends `datagram` and returns the next datagram from there. Nothing if none came in time, or if `error`
  // says what went wrong.
  std::optional<std::string> Ask(std::string_view datagram, std::error_code& error);

 private:
  explicit UdpConversation(asio::ip::udp::socket socket) : socket_(std::move(socket)) {}

  asio::ip::udp::socket socket_;
};

// Whether a datagram that this machine sends to `address`, one of its own, arrives.
bool HearsItselfByUdp(const std::string& address, std::chrono::milliseconds patience, std::error_code& error);

}  // namespace parley
