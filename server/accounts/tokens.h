// Tokens makes and checks bearer tokens: JSON Web Tokens (RFC 7519) that this server signed with its own key
// (HS256), and those of another system if its key is known. A value without state: it does not remember the
// tokens that it made.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/names.h"
#include "server/accounts/portal_key.h"

namespace parley {

// What a token says (docs/protocol.md, "Tokens").
struct Claims {
  protocol::Name name;
  protocol::Role role = protocol::Role::kMember;
  std::optional<protocol::Name> room;  // the only room that it is valid for
  std::chrono::sys_seconds expires;
  // At most one of these. An invitation, and the token with which its bearer returns, has none.
  std::string guest;       // the random part of a guest's Identity::key; empty: no guest's token
  std::string generation;  // of an account (AccountStore); empty: no account's token
  bool portal = false;     // another system vouches for it
  // Made by `chat_server token`, not by a `welcome`.
  bool invitation = false;
};

// What is wrong with a token.
struct TokenFault {
  std::string claim;   // which claim or part of it: `exp`, `signature`, …
  std::string reason;  // in words, with no value of the token but times
};

// What was found in a token.
struct TokenReport {
  enum class Signer { kNobody, kServer, kPortal };
  Signer signer = Signer::kNobody;  // who signed it, of the signers known here
  std::optional<Claims> claims;     // nothing: it is refused, and `fault` says why
  TokenFault fault;
};

// What a token says of itself. Nobody has checked it.
struct TokenContents {
  std::string algorithm;
  std::optional<std::string> name, role, room;
  std::optional<std::chrono::sys_seconds> begins, expires;
  bool of_guest = false, of_account = false, of_portal = false;
};
// Nothing if `token` cannot be read.
std::optional<TokenContents> ReadContents(std::string_view token);

class Tokens {
 public:
  // The length of the server's own key: that of an HS256 signature.
  static constexpr std::size_t kKeyBytes = 32;

  explicit Tokens(std::string own_key, std::optional<PortalKey> portal = std::nullopt);

  // Signs with the server's own key. No two tokens are the same.
  [[nodiscard]] std::string Mint(const Claims& claims, WallTime now) const;
  // The claims of a token that is valid now, else nothing. `token` may be any bytes. Clocks may differ by
  // limits::kClockSkew. A portal's token has neither `guest` nor `generation`, whatever it says.
  [[nodiscard]] std::optional<Claims> Verify(std::string_view token, WallTime now) const {
    return Examine(token, now).claims;
  }
  // The same, with the reason.
  [[nodiscard]] TokenReport Examine(std::string_view token, WallTime now) const;

 private:
  [[nodiscard]] TokenFault WhyUnsigned(std::string_view algorithm) const;

  std::string own_key_;
  std::optional<PortalKey> portal_;
};

}  // namespace parley
