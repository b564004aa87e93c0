#include "client/link/trust.h"

#include <cctype>
#include <utility>

#include "common/net/certificate.h"

namespace parley::client {

std::optional<Trust> Trust::Make(const std::string& ca_file, std::string pin, std::string& error) {
  auto context = TlsContext::Client(ca_file, error);
  if (!context) return std::nullopt;
  return Trust(std::move(context), std::move(pin));
}

std::unique_ptr<TlsSession> Trust::NewSession(const std::string& host) const {
  return std::make_unique<TlsSession>(context_, host);
}

std::optional<std::string> Trust::Refusal(const TlsSession& session, const Endpoint& server) const {
  const std::string fingerprint = session.PeerFingerprint();
  const std::string shown = WithColons(fingerprint);
  if (!pin_.empty()) {
    if (fingerprint == pin_) return std::nullopt;
    return "the certificate of " + ToString(server) + " is not the pinned one: its SHA-256 is " + shown +
           "; ask the person who runs the server before you pin it";
  }
  const auto reason = session.Distrust();
  if (!reason) return std::nullopt;
  return "the certificate of " + ToString(server) + " is not trusted (" + *reason + "): its SHA-256 is " +
         shown + "; if the server's owner confirms it, add --pin " + shown;
}

std::optional<std::string> ParseFingerprint(const std::string& text) {
  constexpr std::size_t kHexDigits = 64;
  std::string hex;
  for (const char c : text) {
    if (c == ':') continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    hex += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (hex.size() != kHexDigits) return std::nullopt;
  return hex;
}

}  // namespace parley::client
