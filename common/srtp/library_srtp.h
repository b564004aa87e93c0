// SRTP with libsrtp2: all profiles, both directions. Used by one thread. No call throws.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/media_limits.h"
#include "common/srtp/srtp.h"

struct srtp_ctx_t_;  // srtp_t points to it

namespace parley {

struct FreeSrtp {
  void operator()(srtp_ctx_t_* session) const;
};
using SrtpPtr = std::unique_ptr<srtp_ctx_t_, FreeSrtp>;

// The sources of one direction of a session. libsrtp2 keeps a stream for each until the session ends, so they
// are counted before a packet reaches it.
class SrtpSources {
 public:
  explicit SrtpSources(std::size_t max) : max_(max) {}
  [[nodiscard]] bool MayUse(std::uint32_t ssrc) const { return !is_full() || Knows(ssrc); }
  void Use(std::uint32_t ssrc) {
    if (!Knows(ssrc)) known_.push_back(ssrc);
  }
  [[nodiscard]] bool is_full() const { return known_.size() >= max_; }

 private:
  [[nodiscard]] bool Knows(std::uint32_t ssrc) const {
    return std::find(known_.begin(), known_.end(), ssrc) != known_.end();
  }

  std::size_t max_;
  std::vector<std::uint32_t> known_;
};

class LibrarySrtpSender : public SrtpSender {
 public:
  // Null if the key has the wrong size.
  static std::unique_ptr<LibrarySrtpSender> Make(SrtpProfile profile, std::string_view key);
  std::optional<std::size_t> Protect(std::span<char> buffer, std::size_t size) override;
  std::optional<std::size_t> ProtectRtcp(std::span<char> buffer, std::size_t size) override;
  [[nodiscard]] bool is_full() const override { return sources_.is_full(); }

 private:
  explicit LibrarySrtpSender(SrtpPtr session) : session_(std::move(session)) {}
  SrtpPtr session_;
  SrtpSources sources_{limits::kSentSources};
};

class SrtpReceiver {
 public:
  // `key` as SrtpKeys has it. Null if it has the wrong size.
  static std::unique_ptr<SrtpReceiver> Make(SrtpProfile profile, std::string_view key);
  // Decrypts `packet` and returns the new size. Nothing if it is not authentic, came before, or is of another
  // source when there are limits::kMediaSources (of RTCP: limits::kMediaReporters).
  std::optional<std::size_t> Unprotect(std::span<char> packet);
  std::optional<std::size_t> UnprotectRtcp(std::span<char> packet);
  // So many sources have sent authentic packets.
  [[nodiscard]] bool is_full() const { return media_.is_full() || reporters_.is_full(); }

 private:
  explicit SrtpReceiver(SrtpPtr session) : session_(std::move(session)) {}
  SrtpPtr session_;
  SrtpSources media_{limits::kMediaSources};
  SrtpSources reporters_{limits::kMediaReporters};
};

}  // namespace parley
