#include "common/net/tls.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "common/net/certificate.h"
#include "common/net/openssl_objects.h"

namespace parley {
namespace {

constexpr std::string_view kAlpn = "\x08http/1.1";

std::string OpenSslReason() {
  const unsigned long code = ERR_peek_error();  // the first: the others follow from it
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

int SelectAlpn(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
               unsigned in_size, void* /*argument*/) {
  const auto* ours = reinterpret_cast<const unsigned char*>(kAlpn.data());
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, static_cast<unsigned>(kAlpn.size()), in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;  // goes on without: the first bytes decide
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// What holds on both sides: only what is modern, no memory for idle sessions.
void SetUp(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  // 112 bits at least, whatever this system's default: no SHA-1, no RSA key of less than 2048 bits.
  SSL_CTX_set_security_level(context, 2);
  // Forward secrecy and AEAD only (RFC 9325, section 4.2).
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
}

bool UseChain(SSL_CTX* context, const std::string& pem) {
  const BioPtr bio = MemoryBio(pem);
  const X509Ptr leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassword, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  for (;;) {
    X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
    if (!next) break;
    if (SSL_CTX_add_extra_chain_cert(context, next.get()) != 1) return false;
    static_cast<void>(next.release());  // the context's now
  }
  ERR_clear_error();  // the end of the file was one
  return true;
}

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

std::shared_ptr<TlsContext> TlsContext::Server(const std::string& certificate_pem, const std::string& key_pem,
                                               std::string& error) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = made->native();
  SetUp(context);
  SSL_CTX_set_alpn_select_cb(context, SelectAlpn, nullptr);
  // Tickets only: a cache of sessions would cost memory for each peer that ever came.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  constexpr std::array<unsigned char, 6> kContextId = {'p', 'a', 'r', 'l', 'e', 'y'};
  SSL_CTX_set_session_id_context(context, kContextId.data(), kContextId.size());
  SSL_CTX_set_num_tickets(context, 1);
  if (!UseChain(context, certificate_pem)) {
    error = "the certificate is not in PEM form (" + OpenSslReason() + ")";
    return nullptr;
  }
  const KeyPtr key(ReadPrivateKey(key_pem));
  if (!key) {
    error = "the key is not a PEM private key without a password (" + OpenSslReason() + ")";
    return nullptr;
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    error = "the key does not belong to the certificate (" + OpenSslReason() + ")";
    return nullptr;
  }
  return made;
}

std::shared_ptr<TlsContext> TlsContext::Client(const std::string& ca_file, std::string& error) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = made->native();
  SetUp(context);
  // The handshake goes on whatever the certificate, so that a refusal can name its fingerprint: Distrust
  // tells.
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  const bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                      : SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1;
  if (!loaded) {
    error = OpenSslReason();
    return nullptr;
  }
  return made;
}

void TlsContext::ForgetTickets() {
  std::array<unsigned char, 128> keys{};  // OpenSSL wants 80: a name, and two keys
  const long size = SSL_CTX_set_tlsext_ticket_keys(native(), nullptr, 0);
  assert(size > 0 && static_cast<std::size_t>(size) <= keys.size());
  RAND_priv_bytes(keys.data(), static_cast<int>(size));
  SSL_CTX_set_tlsext_ticket_keys(native(), keys.data(), size);
  OPENSSL_cleanse(keys.data(), keys.size());
}

// A source and sink of OpenSSL's that reads what Receive was given and writes onto `outgoing_`. OpenSSL's own
// memory BIOs would keep a record's worth of memory for every idle peer.
struct TlsSession::Transport {
  static int Read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    auto& session = SessionOf<TlsSession>(bio);
    BIO_clear_retry_flags(bio);
    const bool kept = !session.kept_.empty();
    const std::string_view from = kept ? std::string_view(session.kept_) : session.fresh_;
    *count = from.copy(into, size);
    if (*count == 0) {
      BIO_set_retry_read(bio);
      return 0;
    }
    if (kept) {
      session.kept_.erase(0, *count);
    } else {
      session.fresh_.remove_prefix(*count);
    }
    return 1;
  }

  static int Write(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
    SessionOf<TlsSession>(bio).outgoing_.append(from, size);
    *count = size;
    return 1;
  }

  static long Control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
};

TlsSession::TlsSession(const std::shared_ptr<TlsContext>& context)
    : context_(context), ssl_(SSL_new(context->native())) {
  BIO* bio = NewSessionBio<Transport>(*this, "parley");
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsSession::TlsSession(const std::shared_ptr<TlsContext>& context, const std::string& host)
    : TlsSession(context) {
  SSL_set_connect_state(ssl_);
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl_);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1) {
    ERR_clear_error();
    X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
    SSL_set_tlsext_host_name(ssl_, host.c_str());
  }
}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

void TlsSession::Receive(std::string_view wire) {
  if (!kept_.empty()) {
    kept_.append(wire);
  } else {
    fresh_ = wire;
  }
}

TlsSession::Status TlsSession::StatusOf(int result) const {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
      return Status::kOk;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Status::kNeedMore;
    case SSL_ERROR_ZERO_RETURN:
      return Status::kEnd;
    default:
      return Status::kError;
  }
}

TlsSession::Status TlsSession::Handshake() {
  ERR_clear_error();
  const Status status = StatusOf(SSL_do_handshake(ssl_));
  kept_.append(fresh_);
  fresh_ = {};
  return status == Status::kEnd ? Status::kError : status;
}

TlsSession::Result TlsSession::Read(std::span<char> into) {
  ERR_clear_error();
  Result total{Status::kOk};
  while (total.bytes < into.size()) {
    std::size_t bytes = 0;
    const auto rest = into.subspan(total.bytes);
    const int result = SSL_read_ex(ssl_, rest.data(), rest.size(), &bytes);
    if (result != 1) {
      total.status = StatusOf(result);
      break;
    }
    total.bytes += bytes;
  }
  kept_.append(fresh_);
  fresh_ = {};
  if (total.status == Status::kEnd) kept_.clear();  // what follows the end is nobody's
  // What was read comes first; the reason why there is no more comes again with the next call.
  const bool over = total.status == Status::kEnd || total.status == Status::kError;
  end_waits_ = over && total.bytes > 0;
  if (total.bytes > 0) total.status = Status::kOk;
  return total;
}

TlsSession::Status TlsSession::Write(std::string_view plain) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_write_ex(ssl_, plain.data(), plain.size(), &bytes);
  assert(result != 1 || bytes == plain.size());  // the sink takes everything
  return result == 1 ? Status::kOk : StatusOf(result);
}

void TlsSession::FinishSending() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
  ERR_clear_error();
}

bool TlsSession::HasBuffered() const {
  return SSL_pending(ssl_) > 0 || !kept_.empty() || end_waits_;
}

std::string_view TlsSession::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsSession::PeerFingerprint() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  return certificate == nullptr ? "" : Fingerprint(certificate);
}

std::optional<std::string> TlsSession::Distrust() const {
  if (SSL_get0_peer_certificate(ssl_) == nullptr) return "it has no certificate";
  const long result = SSL_get_verify_result(ssl_);
  if (result == X509_V_OK) return std::nullopt;
  return X509_verify_cert_error_string(result);
}

}  // namespace parley
