// ServedCertificate keeps the certificate that the TLS door uses: it loads the first one, loads it again when
// that is due, forgets old session tickets, and warns in the log before the certificate expires.
//
// Only the loop's thread calls this class. No call waits, except the constructor.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "common/io/waker.h"
#include "common/net/certificate.h"
#include "common/net/tls.h"
#include "server/app/certificate_upkeep.h"
#include "server/config/config.h"
#include "server/data/data_folder.h"
#include "server/keys/keys.h"
#include "server/loop/loop.h"

namespace parley {

class ServedCertificate {
 public:
  // Gets each new certificate, also the first one.
  using Use = std::function<void(const std::shared_ptr<TlsContext>& context, const ServerKeys& keys)>;

  // Loads the first certificate; throws CannotStart. The certificate is the one of --cert, or the server's
  // own, kept in `folder` (null: in memory). All but `use` must outlive this object.
  ServedCertificate(const Config& config, DataFolder* folder, const Waker& waker, Use use);

  // On SIGHUP, before the certificate ends, and when the machine's addresses change.
  void Upkeep(Loop::Occasion occasion);

  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
  [[nodiscard]] std::chrono::sys_seconds ends() const { return facts_.ends; }

 private:
  void Start(LoadedCertificate loaded);
  void WarnOfItsEnd();
  void Finish(CertificateUpkeep::Done done);

  const Config& config_;
  Use use_;
  std::shared_ptr<TlsContext> context_;
  CertificateFacts facts_;
  std::string fingerprint_;
  std::string notice_;  // the last one that was logged
  std::chrono::sys_seconds new_tickets_at_;
  std::chrono::sys_seconds warn_again_at_;
  std::unique_ptr<CertificateUpkeep> upkeep_;
};

}  // namespace parley
