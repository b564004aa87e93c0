// Trust decides which servers a client with --tls talks to: those that the system's CAs vouch for, those that
// one named CA vouches for, or the one whose certificate has the pinned fingerprint.
//
// Made from the options once; a Link asks it at each handshake.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/endpoint.h"
#include "common/net/tls.h"

namespace parley::client {

class Trust {
 public:
  // `ca_file`: PEM; empty: the system's CAs. `pin`: SHA-256 of the server's certificate in lower-case hex;
  // empty: none, else nothing but it counts. On failure nothing, and `error` says why.
  static std::optional<Trust> Make(const std::string& ca_file, std::string pin, std::string& error);

  // For a connection to `host`.
  [[nodiscard]] std::unique_ptr<TlsSession> NewSession(const std::string& host) const;
  // Why the server at the other end of `session`, whose handshake is done, must not be talked to, and what to
  // do; nothing: it may.
  [[nodiscard]] std::optional<std::string> Refusal(const TlsSession& session, const Endpoint& server) const;

 private:
  Trust(std::shared_ptr<TlsContext> context, std::string pin)
      : context_(std::move(context)), pin_(std::move(pin)) {}
  std::shared_ptr<TlsContext> context_;
  std::string pin_;
};

// A fingerprint as people give it, with colons or without, in lower-case hex; nothing where it is no SHA-256.
std::optional<std::string> ParseFingerprint(const std::string& text);

}  // namespace parley::client
