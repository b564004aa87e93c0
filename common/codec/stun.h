// STUN (RFC 8489) and what of TURN (RFC 8656) is needed to ask a server whether it works: requests as bytes,
// and the answers to them as values.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

inline constexpr std::size_t kStunTransactionBytes = 12;

// Long-term credentials (RFC 8489, 9.2), with the realm and the nonce that the server named in its refusal.
struct StunCredentials {
  std::string username, password;
  std::string realm, nonce;
};

// `transaction` has kStunTransactionBytes, which nobody can guess.
std::string StunBindingRequest(std::string_view transaction);
// A relayed address for UDP is asked for; a server that demands credentials refuses the request without them.
std::string TurnAllocateRequest(std::string_view transaction,
                                const std::optional<StunCredentials>& credentials);
// Gives back what was allocated: a lifetime of zero.
std::string TurnReleaseRequest(std::string_view transaction, const StunCredentials& credentials);

struct StunResponse {
  bool success = false;
  int error = 0;       // where it refuses: 300 to 699 of a server that keeps to the rules
  std::string mapped;  // the address that the server saw, `192.0.2.1:3478`; empty where it is none of IPv4
  std::string realm, nonce;  // empty where it named none
};
// Nothing where `datagram` is no response to that transaction.
std::optional<StunResponse> ReadStunResponse(std::string_view datagram, std::string_view transaction);

}  // namespace parley
