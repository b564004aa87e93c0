// Writes STUN requests (RFC 8489) and reads the answers, with as much of TURN (RFC 8656) as is needed to
// check whether a server works.

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
// Asks for a relayed address for UDP. A server that demands credentials refuses a request without them.
std::string TurnAllocateRequest(std::string_view transaction,
                                const std::optional<StunCredentials>& credentials);
// Releases the allocation: asks for a lifetime of zero.
std::string TurnReleaseRequest(std::string_view transaction, const StunCredentials& credentials);

struct StunResponse {
  bool success = false;
  int error = 0;             // if the server refuses: 300 to 699, if it follows the RFC
  std::string mapped;        // the address that the server saw, `192.0.2.1:3478`; empty if it is not IPv4
  std::string realm, nonce;  // empty if it named none
};
// Nothing if `datagram` is not a response to that transaction.
std::optional<StunResponse> ReadStunResponse(std::string_view datagram, std::string_view transaction);

}  // namespace parley
