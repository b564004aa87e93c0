#include "server/app/app.h"

#include <spdlog/spdlog.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/random.h"
#include "common/io/descriptor_limit.h"
#include "common/io/waker.h"
#include "common/net/listener.h"
#include "common/net/tls.h"
#include "server/accounts/account_book.h"
#include "server/accounts/author_keys.h"
#include "server/accounts/portal_key.h"
#include "server/accounts/tokens.h"
#include "server/app/announce.h"
#include "server/app/certificate_upkeep.h"
#include "server/app/greeting.h"
#include "server/app/listed_rooms.h"
#include "server/app/open_files.h"
#include "server/data/data_folder.h"
#include "server/data/running_server.h"
#include "server/data/token_key.h"
#include "server/engine/exchange.h"
#include "server/ice/ice.h"
#include "server/keys/keys.h"
#include "server/loop/loop.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// Who has the key of the session tickets can read what they resumed (TLS 1.2): it does not stay for long.
constexpr std::chrono::hours kTicketKeyLife{24};
// A certificate that nobody renews by itself is told of in the log so often.
constexpr std::chrono::days kWarningPeriod{1};

// The server can't start: what is wrong, and what to do.
struct CannotStart {
  std::string text;
};

// A turn frees what the next one allocates again: handed back to the system in between, it would cost a page
// fault for each page of it. Up to these bytes are kept; larger blocks than any slab come and go by
// themselves.
void KeepFreedMemory() {
#if defined(__GLIBC__)
  constexpr int kKept = 16 * 1024 * 1024;
  constexpr int kLargeBlock = 1024 * 1024;
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
#endif
}

std::size_t PeersFor(std::size_t descriptors) {
  using limits::kReservedDescriptors;
  return descriptors > 2 * kReservedDescriptors ? descriptors - kReservedDescriptors : descriptors / 2;
}

std::chrono::sys_seconds WallSeconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Listener OpenDoor(const Endpoint& endpoint, const std::string& option) {
  std::error_code error;
  auto door = Listener::Open(endpoint, error);
  if (!door) {
    throw CannotStart{"can't listen on " + ToString(endpoint) + ": " + error.message() +
                      "; choose another with --" + option + " ADDR:PORT, or --" + option + " off"};
  }
  return std::move(*door);
}

fs::path StaticFolder(const Config& config) {
  if (!config.static_folder.empty()) return config.static_folder;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  fs::path moved = program.parent_path().parent_path() / "share/parley/static";  // an installation elsewhere
  if (!error && fs::exists(moved / "index.html", error)) return moved;
  if (fs::exists(PARLEY_STATIC_INSTALLED "/index.html", error)) return PARLEY_STATIC_INSTALLED;
  return PARLEY_STATIC_BUILT;
}

StaticFiles LoadPage(const Config& config) {
  const fs::path folder = StaticFolder(config);
  std::error_code error;
  if (config.static_folder.empty() && !fs::exists(folder / "index.html", error)) {
    return {};  // not built
  }
  std::string wrong;
  auto page = StaticFiles::Load(folder, wrong);
  if (!page) throw CannotStart{wrong + "; choose another folder with --static DIR"};
  return std::move(*page);
}

std::string TurnSecret(const Config& config) {
  if (config.turn_secret_file.empty()) return "";
  const auto secret = ReadFirstLine(config.turn_secret_file);
  if (!secret) throw CannotStart{"the TURN secret " + config.turn_secret_file + " can't be read"};
  if (secret->empty())
    throw CannotStart{"the TURN secret " + config.turn_secret_file + " has an empty first line"};
  return *secret;
}

// That the names are good is found out with the exchange's options.
Retention RetentionOf(const Config& config) {
  Retention retention{.keep = config.keep};
  for (const RoomLine& line : config.rooms) {
    const auto name = protocol::RoomName(line.name);
    if (name && line.keep) retention.rooms[name->key] = *line.keep;
  }
  return retention;
}

ExchangeOptions OptionsOf(const Config& config) {
  ExchangeOptions options;
  options.hub.guests = config.guests;
  std::string error;
  options.hub.listed_rooms = ToListedRooms(config.rooms, error);
  if (!error.empty()) throw CannotStart{"the configuration can't be used: " + error};
  options.hub.only_listed_rooms = config.only_listed_rooms;
  options.hub.journal = config.journal;
  options.hub.started = ReadSystemClock().monotonic;
  options.forget_rooms = config.forget_rooms;
  if (!config.ice.empty()) {
    options.hub.ice_servers = [ice = IceServers(config.ice, TurnSecret(config))](
                                  std::string_view member, WallTime now) { return ice.For(member, now); };
  }
  options.rate = config.rate;
  options.queue_bytes = config.queue_bytes;
  options.total_queue_bytes = config.total_queue_bytes;
  options.proxy = config.proxy;
  options.peers_per_address = config.max_per_address;
  return options;
}

// One server: what is made once, in the order of need.
class App {
 public:
  // `waker` must outlive this object.
  App(const Config& config, Waker& waker)
      : config_(config),
        folder_(OpenFolder(config)),
        waker_(waker),
        exchange_(MakeExchange()),
        max_peers_(MostPeers(config)),
        loop_(exchange_, waker_, max_peers_, config.gather) {}

  void Run() {
    StaticFiles page = LoadPage(config_);
    const bool built = page.size() > 0;
    exchange_.http().set_files(std::move(page));
    OpenDoors();
    if (!built) spdlog::warn("the page is not built: browsers get none (scripts/run builds it)");
    spdlog::info("ready for {} peers; messages are kept {}", max_peers_,
                 folder_ ? "in " + folder_->path().string() : "in memory");
    loop_.SetUpkeep([this](Loop::Occasion occasion) { Upkeep(occasion); });
    loop_.Run();
    if (folder_) folder_->Remove(RunningServer::kFile);
  }

 private:
  static std::size_t MostPeers(const Config& config) {
    const std::size_t possible = PeersFor(RaiseDescriptorLimit());
    return std::min(config.max_peers.value_or(possible), possible);
  }

  static std::optional<DataFolder> OpenFolder(const Config& config) {
    if (config.memory) return std::nullopt;
    std::string error;
    auto folder = DataFolder::Open(config.data, error);
    if (!folder) {
      throw CannotStart{"can't use the data folder " + config.data + ": " + error +
                        "; choose another with --data DIR, or use --memory"};
    }
    return folder;
  }

  // The log, and the rooms as it kept them.
  struct OpenedLog {
    std::unique_ptr<MessageLog> log;
    std::vector<RoomSettings> rooms;
    std::set<std::string> files;  // that messages name
  };
  OpenedLog OpenLog() {
    OpenedLog opened;
    if (!folder_) {
      opened.log = std::make_unique<MemoryLog>(config_.history, RetentionOf(config_));
      return opened;
    }
    const fs::path file = folder_->path() / SqliteLog::kFile;
    std::string error;
    const auto durability =
        config_.durability == Config::Durability::kFull ? Durability::kFull : Durability::kNormal;
    auto log = SqliteLog::Open(
        file, config_.history, durability, waker_, RoomsToBegin(), opened.rooms, error,
        [keys = *author_keys_](std::string_view identity) { return keys.Of(identity); },
        RetentionOf(config_));
    if (log) opened.files = log->NamedFiles(error);
    if (!error.empty()) throw CannotStart{"can't use " + file.string() + ": " + error};
    opened.log = std::move(log);
    return opened;
  }

  // The others are read when somebody joins.
  [[nodiscard]] std::vector<std::string> RoomsToBegin() const {
    std::vector<std::string> keys{protocol::RoomName("lobby")->key};
    std::string error;  // the exchange's options tell of it
    for (const ListedRoom& room : ToListedRooms(config_.rooms, error)) {
      if (room.name.key != keys.front()) keys.push_back(room.name.key);
    }
    return keys;
  }

  Exchange MakeExchange() {
    auto accounts = OpenAccounts();
    OpenedLog opened = OpenLog();
    std::string error;
    auto files = folder_ ? OpenFiles(config_, *folder_, opened.files, secret_, waker_, error) : nullptr;
    if (!error.empty()) throw CannotStart{error};
    return {OptionsOf(config_), std::move(opened.log), std::move(accounts), std::move(opened.rooms),
            std::move(files)};
  }

  std::unique_ptr<Accounts> OpenAccounts() {
    secret_ = TokenKey();
    own_tokens_.emplace(secret_);
    author_keys_.emplace(secret_);
    Tokens tokens(secret_, KeyOfPortal());
    std::string error;
    std::unique_ptr<AccountStore> store;
    if (folder_) {
      const fs::path file = folder_->path() / AccountStore::kFile;
      store = AccountStore::Open(file, error);
      if (!store) throw CannotStart{"can't use " + file.string() + ": " + error};
    }
    auto accounts = AccountBook::Open(std::move(tokens), *author_keys_, std::move(store), waker_, error);
    if (!accounts) throw CannotStart{error};
    return accounts;
  }

  [[nodiscard]] std::optional<PortalKey> KeyOfPortal() const {
    if (config_.jwt_key_file.empty()) return std::nullopt;
    const auto file = ReadFile(config_.jwt_key_file);
    if (!file) throw CannotStart{"the key of the portal " + config_.jwt_key_file + " can't be read"};
    std::string error;
    auto key = ReadPortalKey(*file, error);
    if (!key) throw CannotStart{"the key of the portal " + config_.jwt_key_file + ": " + error};
    return key;
  }

  // What this server signs tokens with: kept, so that they outlive it.
  [[nodiscard]] std::string TokenKey() const {
    if (!folder_) return RandomBytes(Tokens::kKeyBytes);
    std::string error;
    auto key = ReadTokenKey(folder_->path(), error);
    if (!key) throw CannotStart{"can't read or make the key for tokens: " + error};
    return *key;
  }

  // All doors are opened before the first one is told of.
  void OpenDoors() {
    std::optional<Listener> plain;
    std::optional<Listener> tls;
    if (config_.plain) plain = OpenDoor(*config_.plain, "plain");
    if (config_.tls) tls = OpenDoor(*config_.tls, "tls");
    const std::uint16_t https_port = tls ? tls->local().port : std::uint16_t{0};
    if (folder_) {
      status_key_ = Announce(*folder_, plain, tls);
      if (status_key_.empty())
        throw CannotStart{"can't write to the data folder " + config_.data + "; is the disk full?"};
    }
    std::string told;
    if (plain) told += "plain " + ToString(plain->local()) + "\n";
    if (tls) {
      https_port_ = https_port;
      OpenCertificate();
      told += "tls " + ToString(tls->local()) + "\n";
    } else {
      exchange_.http().set_settings(Settings(0, {}));
    }
    std::fputs(told.c_str(), stdout);
    if (tls && ::isatty(STDOUT_FILENO) == 1) {
      const Endpoint page{PageHost(tls->local().host), https_port};
      std::fputs(Greeting("https://" + ToString(page), fingerprint_).c_str(), stdout);
    }
    std::fflush(stdout);
    if (plain) loop_.AddDoor(std::move(*plain), false);
    if (tls) loop_.AddDoor(std::move(*tls), true);
  }

  [[nodiscard]] HttpSettings Settings(std::uint16_t https_port, const ServerKeys& keys) {
    HttpSettings settings{.proxy = config_.proxy,
                          .https_port = https_port,
                          .ca_certificate = keys.authority,
                          .fingerprint = keys.fingerprint.empty() ? "" : WithColons(keys.fingerprint)};
    if (config_.metrics != Config::Metrics::kOff) settings.metrics = [this] { return Metrics(); };
    settings.metrics_for_any = config_.metrics == Config::Metrics::kAny;
    settings.opens_metrics = [this](std::string_view token) { return OpensMetrics(token); };
    return settings;
  }

  // `chat_server status` has the key. An admin's invitation, of `chat_server token`, opens them from
  // anywhere. What people come back with does not, whoever vouched for them: it passes through browsers, and
  // whether their account is still there would have to be asked.
  [[nodiscard]] bool OpensMetrics(std::string_view token) const {
    if (!status_key_.empty() && token == status_key_) return true;
    const auto claims = own_tokens_->Verify(token, ReadSystemClock().wall);
    return claims && claims->invitation && claims->role == protocol::Role::kAdmin && !claims->room;
  }

  [[nodiscard]] std::string Metrics() {
    Gauges gauges = exchange_.gauges();
    gauges.most_peers = max_peers_;
    gauges.certificate_ends = in_force_.ends.time_since_epoch().count();
    return MetricsText(exchange_.counters(), gauges, ReadProcessFigures());
  }

  // About a certificate that is not the server's own.
  [[nodiscard]] std::string WhatToDo() const {
    if (config_.certificate_file.empty()) return "";
    return "; name a PEM certificate and its key, without a password, by --cert and --key, "
           "or leave out both to have them made";
  }

  // The first load, for which the doors wait.
  void OpenCertificate() {
    const bool own = config_.certificate_file.empty();
    const auto keys = own ? std::make_shared<Keys>(folder_ ? &*folder_ : nullptr)
                          : std::make_shared<Keys>(config_.certificate_file, config_.key_file);
    const std::string which =
        own ? "the kept certificate" : config_.certificate_file + " and " + config_.key_file;
    const auto load = [keys, which] { return LoadCertificate(*keys, which, WallSeconds()); };
    auto loaded = load();
    if (const auto* wrong = std::get_if<std::string>(&loaded)) throw CannotStart{*wrong + WhatToDo()};
    PutInForce(std::get<LoadedCertificate>(std::move(loaded)));
    std::error_code error;
    certificate_ = CertificateUpkeep::Open(load, waker_, error);
    if (!certificate_) throw CannotStart{"cannot start a thread for the certificate: " + error.message()};
  }

  void PutInForce(LoadedCertificate loaded) {
    if (!loaded.keys.notice.empty() && loaded.keys.notice != notice_) spdlog::warn("{}", loaded.keys.notice);
    notice_ = loaded.keys.notice;
    if (loaded.keys.fingerprint == fingerprint_) return;
    loop_.SetTls(loaded.context);
    tls_ = std::move(loaded.context);
    new_tickets_at_ = WallSeconds() + kTicketKeyLife;
    exchange_.http().set_settings(Settings(https_port_, loaded.keys));
    fingerprint_ = loaded.keys.fingerprint;
    in_force_ = std::move(loaded.facts);
    warn_again_at_ = {};
    WarnOfItsLife();
  }

  // Of the certificate in force, where it is one that nobody renews by itself.
  void WarnOfItsLife() {
    const auto now = WallSeconds();
    if (config_.certificate_file.empty() || now < warn_again_at_) return;
    warn_again_at_ = now + kWarningPeriod;
    const std::string warning = WarningOf(in_force_, config_.certificate_file, now);
    if (!warning.empty()) spdlog::warn("{}", warning);
  }

  // The certificate is looked after: on SIGHUP, before it ends, and when the machine's addresses change.
  void Upkeep(Loop::Occasion occasion) {
    if (!certificate_) return;
    if (occasion == Loop::Occasion::kWoken) {
      while (auto done = certificate_->Take()) Loaded(std::move(*done));
      return;
    }
    if (WallSeconds() >= new_tickets_at_) {
      tls_->ForgetTickets();
      new_tickets_at_ = WallSeconds() + kTicketKeyLife;
    }
    WarnOfItsLife();
    const bool reload = occasion == Loop::Occasion::kReload;
    if (reload || config_.certificate_file.empty()) certificate_->Begin(reload);
  }

  void Loaded(CertificateUpkeep::Done done) {
    if (const auto* wrong = std::get_if<std::string>(&done.result)) {
      spdlog::error("{}; the old certificate stays", *wrong);
      return;
    }
    const std::string before = fingerprint_;
    PutInForce(std::get<LoadedCertificate>(std::move(done.result)));
    if (fingerprint_ != before) {
      spdlog::info("a new certificate is in force: SHA-256 {}", WithColons(fingerprint_));
    } else if (done.reload) {
      spdlog::info("the certificate is the same as before");
    }
  }

  const Config& config_;
  std::optional<DataFolder> folder_;
  std::string secret_;                // what keys are made of
  std::optional<Tokens> own_tokens_;  // what the server signs by itself
  std::optional<AuthorKeys> author_keys_;
  std::shared_ptr<TlsContext> tls_;  // in force, as are
  CertificateFacts in_force_;
  std::string status_key_;  // opens /metrics; empty with --memory
  std::string fingerprint_;
  std::string notice_;  // told of last
  std::chrono::sys_seconds new_tickets_at_;
  std::chrono::sys_seconds warn_again_at_;
  std::uint16_t https_port_ = 0;
  Waker& waker_;
  Exchange exchange_;
  std::size_t max_peers_;
  Loop loop_;
  std::unique_ptr<CertificateUpkeep> certificate_;  // null without TLS
};

}  // namespace

int Serve(const Config& config) {
  KeepFreedMemory();
  try {
    Waker waker;
    if (waker.error())
      throw CannotStart{"cannot create a pipe: " + waker.error().message() + "; raise ulimit -n"};
    App(config, waker).Run();
    return 0;
  } catch (const CannotStart& wrong) {
    std::fprintf(stderr, "chat_server: %s\n", wrong.text.c_str());
  }
  return 1;
}

}  // namespace parley
