#include "common/srtp/library_srtp.h"

#include <srtp2/srtp.h>

#include <cassert>
#include <string>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

static_assert(kSrtpRoom >= SRTP_MAX_TRAILER_LEN + 4);

// Packets that arrive late are still taken within this many. A NACK may bring a packet after a second.
constexpr unsigned long kWindow = 1024;

bool Initialised() {
  static const bool done = srtp_init() == srtp_err_status_ok;
  return done;
}

SrtpPtr MakeSession(SrtpProfile profile, std::string_view key, srtp_ssrc_type_t direction) {
  const bool is_gcm = profile == SrtpProfile::kAeadAes128Gcm;
  if (key.size() != (is_gcm ? 28U : 30U) || !Initialised()) return nullptr;
  const srtp_profile_t of_library = is_gcm ? srtp_profile_aead_aes_128_gcm : srtp_profile_aes128_cm_sha1_80;
  std::string copy(key);
  srtp_policy_t policy{};
  srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, of_library);
  srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, of_library);
  policy.ssrc.type = direction;
  policy.key = reinterpret_cast<unsigned char*>(copy.data());
  policy.window_size = kWindow;
  srtp_t session = nullptr;
  if (srtp_create(&session, &policy) != srtp_err_status_ok) return nullptr;
  return SrtpPtr(session);
}

// Where the source stands in a packet.
constexpr std::size_t kRtpSource = 8, kRtcpSource = 4;

// Calls a function of the library, which takes the size as an int that it changes. Its first packet makes a
// source known, if it is authentic.
template <typename Function>
std::optional<std::size_t> Apply(Function function, srtp_t session, SrtpSources& sources,
                                 std::span<char> buffer, std::size_t size, std::size_t source_at) {
  if (size < source_at + 4) return std::nullopt;
  const std::uint32_t ssrc = ReadU32({buffer.data(), size}, source_at);
  int changed = static_cast<int>(size);
  if (!sources.MayUse(ssrc) || function(session, buffer.data(), &changed) != srtp_err_status_ok) {
    return std::nullopt;
  }
  sources.Use(ssrc);
  return static_cast<std::size_t>(changed);
}

}  // namespace

void FreeSrtp::operator()(srtp_ctx_t_* session) const {
  srtp_dealloc(session);
}

std::unique_ptr<LibrarySrtpSender> LibrarySrtpSender::Make(SrtpProfile profile, std::string_view key) {
  SrtpPtr session = MakeSession(profile, key, ssrc_any_outbound);
  if (!session) return nullptr;
  return std::unique_ptr<LibrarySrtpSender>(new LibrarySrtpSender(std::move(session)));
}

std::optional<std::size_t> LibrarySrtpSender::Protect(std::span<char> buffer, std::size_t size) {
  assert(buffer.size() >= size + kSrtpRoom);
  return Apply(srtp_protect, session_.get(), sources_, buffer, size, kRtpSource);
}

std::optional<std::size_t> LibrarySrtpSender::ProtectRtcp(std::span<char> buffer, std::size_t size) {
  assert(buffer.size() >= size + kSrtpRoom);
  return Apply(srtp_protect_rtcp, session_.get(), sources_, buffer, size, kRtcpSource);
}

std::unique_ptr<SrtpReceiver> SrtpReceiver::Make(SrtpProfile profile, std::string_view key) {
  SrtpPtr session = MakeSession(profile, key, ssrc_any_inbound);
  if (!session) return nullptr;
  return std::unique_ptr<SrtpReceiver>(new SrtpReceiver(std::move(session)));
}

std::optional<std::size_t> SrtpReceiver::Unprotect(std::span<char> packet) {
  return Apply(srtp_unprotect, session_.get(), media_, packet, packet.size(), kRtpSource);
}

std::optional<std::size_t> SrtpReceiver::UnprotectRtcp(std::span<char> packet) {
  return Apply(srtp_unprotect_rtcp, session_.get(), reporters_, packet, packet.size(), kRtcpSource);
}

}  // namespace parley
