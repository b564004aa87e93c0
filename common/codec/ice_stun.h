// Reads and writes the STUN messages of ICE: connectivity checks and their answers (RFC 8445, RFC 8489). Sans
// I/O: a check that was read is a view of the datagram, which must outlive it.
//
// Nothing here keeps state, and a check proves nothing before IsSignedWith holds.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/socket_address.h"

namespace parley {

struct IceCheck {
  enum class Role { kNone, kControlling, kControlled };

  std::string_view transaction;  // kStunTransactionBytes
  std::string_view to_ufrag;     // of the agent that is asked
  std::string_view from_ufrag;   // of the agent that asks
  std::uint32_t priority = 0;
  bool nominates = false;  // USE-CANDIDATE
  Role role = Role::kNone;
  std::uint64_t tie_breaker = 0;
  std::uint16_t unknown = 0;     // the first attribute that must be understood and is not; 0: there is none
  std::size_t signed_bytes = 0;  // how much of the datagram MESSAGE-INTEGRITY covers
  std::string_view signature;    // MESSAGE-INTEGRITY
};

// Nothing if `datagram` is not a whole binding request with USERNAME, MESSAGE-INTEGRITY and, at its end, a
// FINGERPRINT. What follows MESSAGE-INTEGRITY is ignored. It costs little: nothing is computed.
std::optional<IceCheck> ReadIceCheck(std::string_view datagram);

// Whether `check`, which was read from `datagram`, has a right FINGERPRINT and was signed with this password
// (ice-pwd of the agent that is asked).
bool IsSignedWith(std::string_view datagram, const IceCheck& check, std::string_view password);

// The answer of the agent that was asked: the address that the check came from.
std::string IceAnswer(std::string_view transaction, const SocketAddress& from, std::string_view password);
// A refusal. `code` is 420 (with the attribute that is unknown) or 487 (role conflict).
std::string IceRefusal(std::string_view transaction, int code, std::uint16_t unknown,
                       std::string_view password);

// The other side: writes a check. `check` needs no signature and no `signed_bytes`.
std::string IceCheckRequest(const IceCheck& check, std::string_view password);
struct IceReply {
  bool success = false;
  int error = 0;
  std::optional<SocketAddress> mapped;
};
// Nothing if it is not a signed answer to that transaction.
std::optional<IceReply> ReadIceReply(std::string_view datagram, std::string_view transaction,
                                     std::string_view password);

}  // namespace parley
