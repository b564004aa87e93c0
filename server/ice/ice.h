// The STUN and TURN servers that the page is told of, and credentials for them.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"

namespace parley {

class IceServers {
 public:
  // `urls`: stun:, stuns:, turn: or turns: (RFC 7064, RFC 7065). `secret` is coturn's static-auth-secret;
  // empty: TURN URLs are given without credentials.
  IceServers(std::vector<std::string> urls, std::string secret)
      : urls_(std::move(urls)), secret_(std::move(secret)) {}

  // As RTCIceServer objects for one member. TURN gets a user name `<unix time of expiry>:<member>` and as
  // password the base64 of HMAC-SHA1(secret, user name), good for 12 hours: what coturn calls the TURN REST
  // API.
  [[nodiscard]] std::vector<protocol::IceServer> For(std::string_view member, WallTime now) const;

  // Whether this is a URL of one of the four schemes with a host.
  static bool IsUrl(std::string_view url);

 private:
  std::vector<std::string> urls_;
  std::string secret_;
};

}  // namespace parley
