// Between Endpoint, as people write it, and Asio's addresses. For this folder only.

#pragma once

#include <asio/ip/tcp.hpp>
#include <system_error>
#include <vector>

#include "common/net/endpoint.h"

namespace parley {

// The addresses of `endpoint`, in the order in which to try them; one at least, or `error` says why not.
// Blocks while a name is looked up.
std::vector<asio::ip::tcp::endpoint> Resolve(const Endpoint& endpoint, std::error_code& error);

// An IPv4-mapped IPv6 address becomes IPv4.
Endpoint FromAsio(const asio::ip::tcp::endpoint& address);

}  // namespace parley
