// IceServers lists the STUN and TURN servers for pages, and makes credentials for them.

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

  // The servers as RTCIceServer objects for one member. TURN gets the user name `<unix time of
  // expiry>:<member>`, and as password the base64 of HMAC-SHA1(secret, user name), valid for 12 hours. coturn
  // calls this the TURN REST API.
  [[nodiscard]] std::vector<protocol::IceServer> For(std::string_view member, WallTime now) const;

  // Whether this is a URL of one of the four schemes with a host.
  static bool IsUrl(std::string_view url);

 private:
  std::vector<std::string> urls_;
  std::string secret_;
};

}  // namespace parley
