// Implements SRTP with libsrtp2: all profiles, both directions.

#pragma once

#include <memory>
#include <string_view>

#include "common/srtp/srtp.h"

struct srtp_ctx_t_;  // srtp_t points to it

namespace parley {

struct FreeSrtp {
  void operator()(srtp_ctx_t_* session) const;
};
using SrtpPtr = std::unique_ptr<srtp_ctx_t_, FreeSrtp>;

class LibrarySrtpSender : public SrtpSender {
 public:
  // Null if the key has the wrong size.
  static std::unique_ptr<LibrarySrtpSender> Make(SrtpProfile profile, std::string_view key);
  std::optional<std::size_t> Protect(std::span<char> buffer, std::size_t size) override;
  std::optional<std::size_t> ProtectRtcp(std::span<char> buffer, std::size_t size) override;

 private:
  explicit LibrarySrtpSender(SrtpPtr session) : session_(std::move(session)) {}
  SrtpPtr session_;
};

class LibrarySrtpReceiver : public SrtpReceiver {
 public:
  static std::unique_ptr<LibrarySrtpReceiver> Make(SrtpProfile profile, std::string_view key);
  std::optional<std::size_t> Unprotect(std::span<char> packet) override;
  std::optional<std::size_t> UnprotectRtcp(std::span<char> packet) override;

 private:
  explicit LibrarySrtpReceiver(SrtpPtr session) : session_(std::move(session)) {}
  SrtpPtr session_;
};

}  // namespace parley
