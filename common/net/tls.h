// Implements TLS 1.2 and 1.3 (RFC 5246, RFC 8446) with OpenSSL and without a socket: bytes of the wire in and
// out, plain bytes in and out. The channel moves them.
//
// Sessions share a context and keep it alive. A reload makes a new context, and existing sessions keep
// theirs. Used by one thread. No call throws.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // SSL_CTX and SSL of OpenSSL
struct ssl_st;

namespace parley {

class TlsContext {
 public:
  // A context of a server with this certificate chain and private key (PEM). Modern ciphers, session tickets,
  // ALPN `http/1.1`. On failure null, and `error` says what is wrong with which.
  static std::shared_ptr<TlsContext> Server(const std::string& certificate_pem, const std::string& key_pem,
                                            std::string& error);
  // A context of a client that trusts the CAs in `ca_file` (PEM), or the system's CAs if it is empty.
  static std::shared_ptr<TlsContext> Client(const std::string& ca_file, std::string& error);

  // For a server: tickets that were handed out before no longer resume a session.
  void ForgetTickets();

  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

class TlsSession {
 public:
  // A session of a server.
  explicit TlsSession(const std::shared_ptr<TlsContext>& context);
  // A session of a client that expects the server to be `host` (a name, or an IP address).
  TlsSession(const std::shared_ptr<TlsContext>& context, const std::string& host);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  enum class Status {
    kOk,
    kNeedMore,  // bytes of the wire
    kEnd,       // the peer has finished sending (close_notify)
    kError,     // the session is broken; outgoing() may hold an alert
  };
  struct Result {
    Status status;
    std::size_t bytes = 0;
  };

  // Takes bytes that came over the wire. They must live until the next call of Handshake or Read, which keeps
  // what it does not use.
  void Receive(std::string_view wire);
  // Continues the handshake as far as the received bytes allow. kOk: it is done.
  Status Handshake();
  // Decrypts as much of the received bytes as fits into `into`.
  Result Read(std::span<char> into);
  // Encrypts all of `plain` in records of at most 16 KiB and appends them to outgoing(). After the handshake.
  Status Write(std::string_view plain);
  // Tells the peer that nothing more will be sent (close_notify).
  void FinishSending();

  // Bytes for the wire. The caller removes what it has sent.
  [[nodiscard]] std::string& outgoing() { return outgoing_; }
  // Whether Read would give bytes, or the end, without new bytes from the wire.
  [[nodiscard]] bool HasBuffered() const;

  // After the handshake: the agreed ALPN protocol; empty: none.
  [[nodiscard]] std::string_view alpn() const;
  // SHA-256 of the peer's certificate (DER), in lower-case hex; empty if it has none.
  [[nodiscard]] std::string PeerFingerprint() const;
  // Why the peer's certificate is not trusted, in words; nothing if it is trusted. A client must ask before
  // it sends.
  [[nodiscard]] std::optional<std::string> Distrust() const;

 private:
  struct Transport;  // the wire's two ends as OpenSSL's BIO
  Status StatusOf(int result) const;

  std::shared_ptr<TlsContext> context_;
  std::string_view fresh_;  // of the wire, in the call of Receive
  std::string kept_;        // of the wire, not used yet
  std::string outgoing_;
  bool end_waits_ = false;  // Read gave the last bytes, and has not told yet that they are
  ssl_st* ssl_ = nullptr;
};

}  // namespace parley
