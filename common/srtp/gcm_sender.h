// GcmSender encrypts RTP by AES-128-GCM (RFC 7714) with OpenSSL, at half the cost of libsrtp2. RTCP is rare,
// so libsrtp2 encrypts it.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "common/base/media_limits.h"
#include "common/srtp/library_srtp.h"
#include "common/srtp/sent_window.h"
#include "common/srtp/srtp.h"

struct evp_cipher_ctx_st;  // EVP_CIPHER_CTX of OpenSSL

namespace parley {

class GcmSender : public SrtpSender {
 public:
  // `key`: 16 bytes, and 12 bytes of salt. Null if it has another size.
  static std::unique_ptr<GcmSender> Make(std::string_view key);
  std::optional<std::size_t> Protect(std::span<char> buffer, std::size_t size) override;
  std::optional<std::size_t> ProtectRtcp(std::span<char> buffer, std::size_t size) override;
  [[nodiscard]] bool is_full() const override {
    return windows_.size() >= limits::kSentSources || rtcp_->is_full();
  }

 private:
  static constexpr std::size_t kSaltBytes = 12;
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  GcmSender(std::string_view key, std::unique_ptr<LibrarySrtpSender> rtcp);

  std::unique_ptr<LibrarySrtpSender> rtcp_;
  std::unique_ptr<evp_cipher_ctx_st, Free> cipher_;
  std::array<unsigned char, kSaltBytes> salt_{};
  std::unordered_map<std::uint32_t, SentWindow> windows_;  // by source, at most limits::kSentSources
};

}  // namespace parley
