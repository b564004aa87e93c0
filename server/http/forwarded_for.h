// Reads the client's address that a proxy forwards.

#pragma once

#include <optional>
#include <string>

#include "common/codec/http_head.h"

namespace parley {

// The last address of X-Forwarded-For, which the proxy itself saw. A client could have made up the others. It
// has the usual spelling, with an IPv4-mapped IPv6 address as IPv4. Nothing if the last one is not an
// address.
std::optional<std::string> ForwardedFor(const HttpRequest& request);

}  // namespace parley
