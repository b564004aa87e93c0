// STUN's Binding (RFC 8489): the question for one's own address, and its answer. Bytes in, values out.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

inline constexpr std::size_t kStunTransactionBytes = 12;

// `transaction` has kStunTransactionBytes, which nobody can guess.
std::string StunBindingRequest(std::string_view transaction);

struct StunBinding {
  std::string address;  // as the server saw it, `192.0.2.1:3478`; empty where it is none of IPv4
};
// Nothing where `datagram` is no success response to that transaction.
std::optional<StunBinding> ReadStunBinding(std::string_view datagram, std::string_view transaction);

}  // namespace parley
