#include "common/net/dtls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

#include "common/base/media_limits.h"
#include "common/net/certificate.h"
#include "common/net/openssl_objects.h"

namespace parley {
namespace {

constexpr std::string_view kExporterLabel = "EXTRACTOR-dtls_srtp";  // RFC 5764, section 4.2
constexpr std::size_t kKeyBytes = 16;

// The certificates of browsers are self-signed: signaling says whom they belong to.
int AcceptAny(int /*trusted*/, X509_STORE_CTX* /*store*/) {
  return 1;
}

bool UseCertificate(SSL_CTX* context, const std::string& certificate_pem, const std::string& key_pem) {
  const BioPtr bio = MemoryBio(certificate_pem);
  const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
  const KeyPtr key(ReadPrivateKey(key_pem));
  return certificate && key && SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

void DtlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

std::shared_ptr<DtlsContext> DtlsContext::Server(const std::string& certificate_pem,
                                                 const std::string& key_pem, std::string& error) {
  return Make(certificate_pem, key_pem, false, error);
}

std::shared_ptr<DtlsContext> DtlsContext::Client(const std::string& certificate_pem,
                                                 const std::string& key_pem, std::string& error) {
  return Make(certificate_pem, key_pem, true, error);
}

std::shared_ptr<DtlsContext> DtlsContext::Make(const std::string& certificate_pem, const std::string& key_pem,
                                               bool is_client, std::string& error) {
  ERR_clear_error();
  const SSL_METHOD* method = is_client ? DTLS_client_method() : DTLS_server_method();
  std::shared_ptr<DtlsContext> made(new DtlsContext(SSL_CTX_new(method), is_client));
  SSL_CTX* context = made->native();
  SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
  // The size of datagrams is ours to say. A session lasts as long as a call, so nothing resumes it.
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, AcceptAny);
  // Returns 0 on success, unlike the other calls. A server takes the first of its own that the client has.
  const bool has_profiles =
      SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0;
  if (has_profiles && UseCertificate(context, certificate_pem, key_pem)) return made;
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  error = reason == nullptr ? "the certificate and its key are not usable" : reason;
  ERR_clear_error();
  return nullptr;
}

// OpenSSL's memory BIO loses the bounds of datagrams, so this one reads one datagram, or nothing.
struct DtlsSession::Transport {
  static int Read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    auto& session = SessionOf<DtlsSession>(bio);
    BIO_clear_retry_flags(bio);
    if (session.incoming_.empty()) {
      BIO_set_retry_read(bio);
      return 0;
    }
    *count = session.incoming_.copy(into, size);
    session.incoming_ = {};  // what did not fit is lost, as with a socket
    return 1;
  }

  static int Write(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
    SessionOf<DtlsSession>(bio).outgoing_.emplace_back(from, size);
    *count = size;
    return 1;
  }

  static long Control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    switch (command) {
      case BIO_CTRL_FLUSH:
        return 1;
      case BIO_CTRL_PENDING:
        return static_cast<long>(SessionOf<DtlsSession>(bio).incoming_.size());
      case BIO_CTRL_DGRAM_QUERY_MTU:
      case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return static_cast<long>(limits::kSentDatagramBytes);
      default:
        return 0;
    }
  }
};

DtlsSession::DtlsSession(const std::shared_ptr<DtlsContext>& context)
    : context_(context), ssl_(SSL_new(context->native())) {
  BIO* bio = NewSessionBio<Transport>(*this, "parley datagrams");
  SSL_set_bio(ssl_, bio, bio);
  if (context->is_client()) {
    SSL_set_connect_state(ssl_);
  } else {
    SSL_set_accept_state(ssl_);
  }
  DTLS_set_link_mtu(ssl_, static_cast<long>(limits::kSentDatagramBytes));
}

DtlsSession::~DtlsSession() {
  SSL_free(ssl_);
}

// Reads until nothing is left of the datagram. Nobody sends data in the session itself, only alerts.
DtlsSession::Status DtlsSession::Advance() {
  ERR_clear_error();
  int result = SSL_do_handshake(ssl_);
  if (result == 1) {
    status_ = Status::kConnected;
    std::array<char, 256> ignored{};
    std::size_t count = 0;
    while ((result = SSL_read_ex(ssl_, ignored.data(), ignored.size(), &count)) == 1) {
    }
  }
  const int reason = SSL_get_error(ssl_, result);
  if (reason == SSL_ERROR_ZERO_RETURN) {
    status_ = status_ == Status::kConnected ? Status::kEnd : Status::kError;
  } else if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
    status_ = Status::kError;
  }
  ERR_clear_error();
  incoming_ = {};
  return status_;
}

DtlsSession::Status DtlsSession::Start() {
  return Receive({});
}

DtlsSession::Status DtlsSession::Receive(std::string_view datagram) {
  if (status_ == Status::kEnd || status_ == Status::kError) return status_;
  incoming_ = datagram;
  return Advance();
}

DtlsSession::Status DtlsSession::Retransmit() {
  if (status_ != Status::kHandshake) return status_;
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_) < 0) status_ = Status::kError;  // too often without an answer
  ERR_clear_error();
  return status_;
}

void DtlsSession::Close() {
  ERR_clear_error();
  if (status_ == Status::kConnected) SSL_shutdown(ssl_);
  ERR_clear_error();
}

std::vector<std::string> DtlsSession::TakeOutgoing() {
  return std::exchange(outgoing_, {});
}

std::optional<SrtpKeys> DtlsSession::Keys() const {
  if (status_ != Status::kConnected) return std::nullopt;
  const SRTP_PROTECTION_PROFILE* profile = SSL_get_selected_srtp_profile(ssl_);
  if (profile == nullptr) return std::nullopt;
  SrtpKeys keys;
  keys.profile = static_cast<SrtpProfile>(profile->id);
  const std::size_t salt = keys.profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14;
  // Both keys, then both salts; the client's first.
  std::string material(2 * (kKeyBytes + salt), '\0');
  if (SSL_export_keying_material(ssl_, reinterpret_cast<unsigned char*>(material.data()), material.size(),
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 0) != 1) {
    return std::nullopt;
  }
  keys.client = material.substr(0, kKeyBytes) + material.substr(2 * kKeyBytes, salt);
  keys.server = material.substr(kKeyBytes, kKeyBytes) + material.substr(2 * kKeyBytes + salt, salt);
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

std::string DtlsSession::PeerFingerprint() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  return certificate == nullptr ? "" : Fingerprint(certificate);
}

}  // namespace parley
