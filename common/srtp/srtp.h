// Encrypts RTP and RTCP with the keys of one DTLS session (SRTP, RFC 3711; AES-GCM, RFC 7714). Sans I/O, in
// place. Used by one thread. No call throws. library_srtp.h has the other direction.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "common/base/srtp_keys.h"

namespace parley {

// The free space that a buffer needs behind a packet to be encrypted. libsrtp2 may use all of it.
inline constexpr std::size_t kSrtpRoom = 160;

class SrtpSender {
 public:
  virtual ~SrtpSender() = default;
  // Encrypts the first `size` bytes of `buffer`, which has kSrtpRoom more, and returns the new size. Nothing
  // if the packet is malformed, or if its source has sent this sequence number already (sent_window.h).
  virtual std::optional<std::size_t> Protect(std::span<char> buffer, std::size_t size) = 0;
  virtual std::optional<std::size_t> ProtectRtcp(std::span<char> buffer, std::size_t size) = 0;
  // limits::kSentSources have been used. Packets of others are not encrypted any more.
  [[nodiscard]] virtual bool is_full() const = 0;
};

// `key` as SrtpKeys has it. Null if it has the wrong size. The sender is the fastest for the profile.
std::unique_ptr<SrtpSender> MakeSrtpSender(SrtpProfile profile, std::string_view key);

}  // namespace parley
