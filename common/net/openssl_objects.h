// Defines what the code around OpenSSL shares: owning pointers, and custom BIO methods.

#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace parley {

// A deleter that calls `Function`.
template <typename T, auto Function>
struct OpenSslFree {
  void operator()(T* object) const { Function(object); }
};
using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO, BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY, EVP_PKEY_free>>;

// Reads `text`, which must outlive it.
inline BioPtr MemoryBio(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The session at whose ends `bio` reads and writes.
template <typename Session>
Session& SessionOf(BIO* bio) {
  return *static_cast<Session*>(BIO_get_data(bio));
}

// A new BIO that reads and writes with Transport::Read, Write and Control, the callbacks of
// BIO_meth_set_read_ex, _write_ex and _ctrl. They find the session by SessionOf; it must outlive the BIO.
// `name` shows in OpenSSL's debug output.
template <typename Transport, typename Session>
BIO* NewSessionBio(Session& session, const char* name) {
  static BIO_METHOD* const method = [name] {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), name);
    BIO_meth_set_read_ex(made, Transport::Read);
    BIO_meth_set_write_ex(made, Transport::Write);
    BIO_meth_set_ctrl(made, Transport::Control);
    BIO_meth_set_create(made, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return made;
  }();
  BIO* bio = BIO_new(method);
  BIO_set_data(bio, &session);
  return bio;
}

}  // namespace parley
