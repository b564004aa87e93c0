// CertificateUpkeep loads, makes and renews the certificate of the TLS door. It does so on its own thread,
// because that reads, writes and syncs files.
//
// One load runs at a time. A reload that is asked for during a load begins when that load ends, because the
// files may have changed after they were read. Only the loop's thread calls this class, and no call waits.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

#include "common/io/waker.h"
#include "common/net/certificate.h"
#include "common/net/tls.h"
#include "server/keys/keys.h"
#include "server/workers/pool.h"

namespace parley {

// The certificate and keys to use.
struct LoadedCertificate {
  ServerKeys keys;
  CertificateFacts facts;
  std::shared_ptr<TlsContext> context;
};

// Loads what `keys` has for this machine and time. `which` names the certificate in an error. A string says
// what is wrong.
std::variant<LoadedCertificate, std::string> LoadCertificate(Keys& keys, const std::string& which,
                                                             std::chrono::sys_seconds now);

// What to say about a certificate that is not renewed automatically, named by `file`; empty: nothing.
std::string WarningOf(const CertificateFacts& facts, const std::string& file, std::chrono::sys_seconds now);

class CertificateUpkeep {
 public:
  using Result = std::variant<LoadedCertificate, std::string>;
  using Load = std::function<Result()>;

  // `load` runs on the thread. `waker` is woken when a load is done and must outlive this object. Null if
  // the thread cannot be started; then `error` says why.
  static std::unique_ptr<CertificateUpkeep> Open(Load load, const Waker& waker, std::error_code& error);

  // `reload`: somebody has asked for it.
  void Begin(bool reload);

  struct Done {
    bool reload;
    Result result;
  };
  std::optional<Done> Take();

 private:
  class Task;

  explicit CertificateUpkeep(Load load) : load_(std::move(load)) {}

  Load load_;
  bool reload_asked_ = false;  // while a load was under way
  std::unique_ptr<Pool> pool_;
};

}  // namespace parley
