#include "server/app/certificate_upkeep.h"

#include <utility>

#include "server/keys/local_names.h"

namespace parley {
namespace {

// So long before its end a certificate is told of.
constexpr std::chrono::days kEndIsNear{14};

}  // namespace

std::variant<LoadedCertificate, std::string> LoadCertificate(Keys& keys, const std::string& which,
                                                             std::chrono::sys_seconds now) {
  auto loaded = keys.Load(LocalNames(), now);
  if (auto* wrong = std::get_if<std::string>(&loaded)) return std::move(*wrong);
  auto& served = std::get<ServerKeys>(loaded);
  std::string error;
  auto context = TlsContext::Server(served.pair.certificate, served.pair.key, error);
  if (!context) return which + " can't be used: " + error;
  auto facts = ReadCertificate(served.pair.certificate);
  if (!facts) return which + " can't be used: it can't be read";
  return LoadedCertificate{std::move(served), std::move(*facts), std::move(context)};
}

std::string WarningOf(const CertificateFacts& facts, const std::string& file, std::chrono::sys_seconds now) {
  if (now < facts.begins) {
    return "the certificate " + file + " is not valid before " + DayOf(facts.begins) +
           ", so browsers refuse it: set the clock if it is wrong, or name another certificate and send "
           "SIGHUP";
  }
  if (now >= facts.ends) {
    return "the certificate " + file + " has expired, so browsers refuse it: renew it, then send SIGHUP";
  }
  const auto left = facts.ends - now;
  if (left >= kEndIsNear) return "";
  return "the certificate " + file + " expires in " +
         std::to_string(std::chrono::floor<std::chrono::days>(left).count()) +
         " days: renew it, then send SIGHUP";
}

class CertificateUpkeep::Task final : public Pool::Task {
 public:
  Task(const Load& load, bool reload) : load_(load), reload_(reload) {}
  void Run() override { result_ = load_(); }
  Done Finish() { return {reload_, std::move(result_)}; }

 private:
  const Load& load_;
  bool reload_;
  Result result_;
};

std::unique_ptr<CertificateUpkeep> CertificateUpkeep::Open(Load load, const Waker& waker,
                                                           std::error_code& error) {
  std::unique_ptr<CertificateUpkeep> upkeep(new CertificateUpkeep(std::move(load)));
  upkeep->pool_ = Pool::Open(1, waker, error);
  return upkeep->pool_ ? std::move(upkeep) : nullptr;
}

void CertificateUpkeep::Begin(bool reload) {
  if (pool_->size() > 0) {
    reload_asked_ = reload_asked_ || reload;
    return;
  }
  pool_->Give(std::make_unique<Task>(load_, reload));
}

std::optional<CertificateUpkeep::Done> CertificateUpkeep::Take() {
  const auto task = pool_->Take();
  if (!task) return std::nullopt;
  if (std::exchange(reload_asked_, false)) Begin(true);
  return static_cast<Task&>(*task).Finish();
}

}  // namespace parley
