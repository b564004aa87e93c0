// Implements DTLS 1.2 (RFC 6347) for SRTP (RFC 5764) with OpenSSL and without a socket: datagrams in and out.
// A browser is the client, and the server answers. Certificates prove nothing by themselves. The caller
// compares the peer's fingerprint with the one that signaling named.
//
// Sessions share a context and keep it alive. Used by one thread. No call throws. OpenSSL reads the machine's
// clock for its retransmissions.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/srtp_keys.h"

struct ssl_ctx_st;  // SSL_CTX and SSL of OpenSSL
struct ssl_st;

namespace parley {

class DtlsContext {
 public:
  // A context with this certificate and private key (PEM). On failure null, and `error` says why.
  static std::shared_ptr<DtlsContext> Server(const std::string& certificate_pem, const std::string& key_pem,
                                             std::string& error);
  // The other side, for tests and for the load client.
  static std::shared_ptr<DtlsContext> Client(const std::string& certificate_pem, const std::string& key_pem,
                                             std::string& error);

  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }
  [[nodiscard]] bool is_client() const { return is_client_; }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  DtlsContext(ssl_ctx_st* context, bool is_client) : context_(context), is_client_(is_client) {}
  static std::shared_ptr<DtlsContext> Make(const std::string& certificate_pem, const std::string& key_pem,
                                           bool is_client, std::string& error);

  std::unique_ptr<ssl_ctx_st, Free> context_;
  bool is_client_;
};

class DtlsSession {
 public:
  explicit DtlsSession(const std::shared_ptr<DtlsContext>& context);
  DtlsSession(const DtlsSession&) = delete;
  DtlsSession& operator=(const DtlsSession&) = delete;
  ~DtlsSession();

  enum class Status {
    kHandshake,  // more datagrams are needed
    kConnected,
    kEnd,    // the peer closed the session
    kError,  // the handshake failed; outgoing may hold an alert. It is final
  };
  // Starts the handshake of a client. A server waits.
  Status Start();
  // Takes one datagram from the network.
  Status Receive(std::string_view datagram);
  // Sends the last flight again if it is time: call it every 50 ms or so while the handshake lasts.
  Status Retransmit();
  // Tells the peer that the session is over.
  void Close();

  // Datagrams for the network, of at most limits::kSentDatagramBytes. The caller sends all of them.
  std::vector<std::string> TakeOutgoing();

  [[nodiscard]] Status status() const { return status_; }
  // After the handshake: what SRTP needs. Nothing if the peer supports no profile of ours.
  [[nodiscard]] std::optional<SrtpKeys> Keys() const;
  // SHA-256 of the peer's certificate (DER), in lower-case hex. The handshake fails without a certificate.
  [[nodiscard]] std::string PeerFingerprint() const;

 private:
  struct Transport;  // the network's end as OpenSSL's BIO, which keeps the bounds of datagrams
  Status Advance();

  std::shared_ptr<DtlsContext> context_;
  std::string_view incoming_;  // within Receive
  std::vector<std::string> outgoing_;
  Status status_ = Status::kHandshake;
  ssl_st* ssl_ = nullptr;
};

}  // namespace parley
