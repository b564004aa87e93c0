#include "server/http/forwarded_for.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace parley {

std::optional<std::string> ForwardedFor(const HttpRequest& request) {
  const auto addresses = request.List("X-Forwarded-For");
  if (addresses.empty()) return std::nullopt;
  const std::string last(addresses.back());
  for (const int family : {AF_INET, AF_INET6}) {
    in6_addr bytes{};  // the larger of the two
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::inet_pton(family, last.c_str(), &bytes) != 1) continue;
    if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&bytes)) {
      return ::inet_ntop(AF_INET, &bytes.s6_addr[12], text.data(), text.size());
    }
    return ::inet_ntop(family, &bytes, text.data(), text.size());
  }
  return std::nullopt;
}

}  // namespace parley
