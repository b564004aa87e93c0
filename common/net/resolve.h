// Translates between the types of callers (Endpoint, std::error_code) and those of Asio. For this folder
// only.

#pragma once

#include <asio/ip/tcp.hpp>
#include <system_error>
#include <vector>

#include "common/base/endpoint.h"

namespace parley {

// The addresses of `endpoint`, in the order in which to try them. At least one, or `error` says why not.
// Blocks while a name is looked up.
std::vector<asio::ip::tcp::endpoint> Resolve(const Endpoint& endpoint, std::error_code& error);

// Asio has a system category of its own, which std::errc doesn't compare with.
std::error_code ToStandard(const std::error_code& error);

// An IPv4-mapped IPv6 address becomes IPv4.
Endpoint FromAsio(const asio::ip::tcp::endpoint& address);

}  // namespace parley
