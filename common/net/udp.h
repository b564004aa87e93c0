// One question by UDP, and its answer: for programs that check something and may wait. Blocks.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "common/net/endpoint.h"

namespace parley {

// Sends `datagram` to `server` up to `tries` times, each time waiting for `patience`. Returns the first
// datagram from there; nothing where none came, or `error` says what went wrong.
std::optional<std::string> AskByUdp(const Endpoint& server, std::string_view datagram,
                                    std::chrono::milliseconds patience, int tries, std::error_code& error);

// Whether a datagram that this machine sends to `address`, one of its own, arrives.
bool HearsItselfByUdp(const std::string& address, std::chrono::milliseconds patience, std::error_code& error);

}  // namespace parley
