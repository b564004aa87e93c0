#include "server/app/served_certificate.h"

#include <spdlog/spdlog.h>

#include <system_error>
#include <utility>
#include <variant>

#include "server/app/cannot_start.h"

namespace parley {
namespace {

// A person with the key of the session tickets can decrypt the sessions that they resumed (TLS 1.2), so the
// key is replaced daily.
constexpr std::chrono::hours kTicketKeyLife{24};
// How often the log warns of a certificate that nobody renews automatically.
constexpr std::chrono::days kWarningPeriod{1};

std::chrono::sys_seconds WallSeconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// About a certificate that is not the server's own.
std::string WhatToDo(const Config& config) {
  if (config.certificate_file.empty()) return "";
  return "; name a PEM certificate and its key, without a password, by --cert and --key, "
         "or leave out both to have them made";
}

}  // namespace

ServedCertificate::ServedCertificate(const Config& config, DataFolder* folder, const Waker& waker, Use use)
    : config_(config), use_(std::move(use)) {
  const bool own = config.certificate_file.empty();
  const auto keys =
      own ? std::make_shared<Keys>(folder) : std::make_shared<Keys>(config.certificate_file, config.key_file);
  const std::string which =
      own ? "the stored certificate" : config.certificate_file + " and " + config.key_file;
  const auto load = [keys, which] { return LoadCertificate(*keys, which, WallSeconds()); };
  auto loaded = load();
  if (const auto* wrong = std::get_if<std::string>(&loaded)) throw CannotStart{*wrong + WhatToDo(config)};
  Start(std::get<LoadedCertificate>(std::move(loaded)));
  std::error_code error;
  upkeep_ = CertificateUpkeep::Open(load, waker, error);
  if (!upkeep_) throw CannotStart{"cannot start a thread for the certificate: " + error.message()};
}

void ServedCertificate::Upkeep(Loop::Occasion occasion) {
  if (occasion == Loop::Occasion::kWoken) {
    while (auto done = upkeep_->Take()) Finish(std::move(*done));
    return;
  }
  if (WallSeconds() >= new_tickets_at_) {
    context_->ForgetTickets();
    new_tickets_at_ = WallSeconds() + kTicketKeyLife;
  }
  WarnOfItsEnd();
  const bool reload = occasion == Loop::Occasion::kReload;
  if (reload || config_.certificate_file.empty()) upkeep_->Begin(reload);
}

void ServedCertificate::Start(LoadedCertificate loaded) {
  if (!loaded.keys.notice.empty() && loaded.keys.notice != notice_) spdlog::warn("{}", loaded.keys.notice);
  notice_ = loaded.keys.notice;
  if (loaded.keys.fingerprint == fingerprint_) return;
  context_ = std::move(loaded.context);
  new_tickets_at_ = WallSeconds() + kTicketKeyLife;
  fingerprint_ = loaded.keys.fingerprint;
  facts_ = std::move(loaded.facts);
  use_(context_, loaded.keys);
  warn_again_at_ = {};
  WarnOfItsEnd();
}

// Only about a certificate that nobody renews automatically.
void ServedCertificate::WarnOfItsEnd() {
  const auto now = WallSeconds();
  if (config_.certificate_file.empty() || now < warn_again_at_) return;
  warn_again_at_ = now + kWarningPeriod;
  const std::string warning = WarningOf(facts_, config_.certificate_file, now);
  if (!warning.empty()) spdlog::warn("{}", warning);
}

void ServedCertificate::Finish(CertificateUpkeep::Done done) {
  if (const auto* wrong = std::get_if<std::string>(&done.result)) {
    spdlog::error("{}; the old certificate stays", *wrong);
    return;
  }
  const std::string before = fingerprint_;
  Start(std::get<LoadedCertificate>(std::move(done.result)));
  if (fingerprint_ != before) {
    spdlog::info("a new certificate is in use: SHA-256 {}", WithColons(fingerprint_));
  } else if (done.reload) {
    spdlog::info("the certificate is the same as before");
  }
}

}  // namespace parley
