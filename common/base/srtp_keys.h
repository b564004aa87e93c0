// SrtpKeys is what a DTLS handshake agrees on for SRTP (RFC 5764): a profile, and a key for each direction.

#pragma once

#include <cstdint>
#include <string>

namespace parley {

// As IANA numbers them. The first is preferred: it costs a fifth of the other.
enum class SrtpProfile : std::uint16_t { kAeadAes128Gcm = 0x0007, kAes128CmHmacSha1 = 0x0001 };

struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  // A key of 16 bytes, then a salt of 12 (GCM) or 14 bytes.
  std::string client;  // for what the client of the handshake sends
  std::string server;
};

}  // namespace parley
