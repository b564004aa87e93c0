// Whose connection a proxy says this is.

#pragma once

#include <optional>
#include <string>

#include "common/codec/http_head.h"

namespace parley {

// The last address of X-Forwarded-For, which is the one that the proxy itself saw: what stands before it is
// hearsay. In the usual spelling, an IPv4-mapped IPv6 address as IPv4; nothing where the last one is no
// address of IPv4 or IPv6.
std::optional<std::string> ForwardedFor(const HttpRequest& request);

}  // namespace parley
