#include "server/app/app.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/platform.h"
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
#include "server/app/cannot_start.h"
#include "server/app/greeting.h"
#include "server/app/load_page.h"
#include "server/app/open_files.h"
#include "server/app/open_media.h"
#include "server/app/open_recordings.h"
#include "server/app/options.h"
#include "server/app/served_certificate.h"
#include "server/config/descriptor_shares.h"
#include "server/data/data_folder.h"
#include "server/data/running_server.h"
#include "server/data/token_key.h"
#include "server/engine/exchange.h"
#include "server/keys/keys.h"
#include "server/loop/loop.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// A turn frees what the next one allocates again: handed back to the system in between, it would cost a page
// fault for each page of it. Up to these bytes are kept; larger blocks than any slab come and go by
// themselves.
constexpr int kKeptBytes = 16 * 1024 * 1024;
constexpr int kLargeBlock = 1024 * 1024;

Listener OpenDoor(const Endpoint& endpoint, const std::string& option) {
  std::error_code error;
  auto door = Listener::Open(endpoint, error);
  if (!door) {
    throw CannotStart{"can't listen on " + ToString(endpoint) + ": " + error.message() +
                      "; choose another with --" + option + " ADDR:PORT, or --" + option + " off"};
  }
  return std::move(*door);
}

MediaFigures FiguresOf(const MediaCounters& counters) {
  return {.sessions = counters.sessions,
          .rooms = counters.rooms,
          .packets_in = counters.packets_in,
          .packets_out = counters.packets_out,
          .bytes_in = counters.bytes_in,
          .bytes_out = counters.bytes_out,
          .ignored = counters.ignored,
          .dropped = counters.dropped,
          .lost = counters.lost,
          .asked_again = counters.asked_again,
          .sent_again = counters.sent_again,
          .key_frames_asked = counters.key_frames_asked,
          .kept_bytes = counters.kept_bytes,
          .busy_seconds = counters.busy_seconds};
}

// One server: what is made once, in the order of need. It has more than 12 members because every part of the
// server that lives as long as the server is one.
class App {
 public:
  // `waker` must outlive this object.
  App(const Config& config, Waker& waker)
      : config_(config),
        folder_(OpenFolder(config)),
        waker_(waker),
        exchange_(MakeExchange()),
        shares_(ShareDescriptors(RaiseDescriptorLimit(), config)),
        max_peers_(std::min(config.max_peers.value_or(shares_.peers), shares_.peers)),
        loop_(exchange_, waker_, max_peers_, config.gather) {}

  void Run() {
    StaticFiles page = LoadPage(config_);
    const bool built = page.size() > 0;
    exchange_.http().set_files(std::move(page));
    OpenDoors();
    if (!built) spdlog::warn("the page is not built, so browsers get an error (scripts/run builds it)");
    if (const std::string fewer = TooManyPeers(shares_, config_); !fewer.empty()) spdlog::warn(fewer);
    spdlog::info("ready for {} peers; messages are kept {}", max_peers_,
                 folder_ ? "in " + folder_->path().string() : "in memory");
    loop_.SetUpkeep([this](Loop::Occasion occasion) {
      if (certificate_) certificate_->Upkeep(occasion);
    });
    loop_.Run();
    if (folder_) folder_->Remove(RunningServer::kFile);
  }

 private:
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
      opened.log = std::make_unique<MemoryLog>(config_.history, ToRetention(config_));
      return opened;
    }
    const fs::path file = folder_->path() / SqliteLog::kFile;
    std::string error;
    const auto durability =
        config_.durability == Config::Durability::kFull ? Durability::kFull : Durability::kNormal;
    auto log = SqliteLog::Open(
        file, config_.history, durability, waker_, RoomsToBegin(config_), opened.rooms, error,
        [keys = *author_keys_](std::string_view identity) { return keys.Of(identity); },
        ToRetention(config_));
    if (log) opened.files = log->NamedFiles(error);
    if (!error.empty()) throw CannotStart{"can't use " + file.string() + ": " + error};
    opened.log = std::move(log);
    return opened;
  }

  Exchange MakeExchange() {
    auto accounts = OpenAccounts();
    OpenedLog opened = OpenLog();
    std::string error;
    auto files = folder_ ? OpenFiles(config_, *folder_, opened.files, secret_, waker_, error) : nullptr;
    if (!error.empty()) throw CannotStart{error};
    return {ToExchangeOptions(config_), std::move(opened.log), std::move(accounts), std::move(opened.rooms),
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
    if (!file) {
      throw CannotStart{"the key of the portal " + config_.jwt_key_file +
                        " can't be read; check that it exists and that this user may read it"};
    }
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
    if (config_.media != MediaMode::kMesh) recordings_ = OpenRecordings(config_);
    media_ = OpenMedia(config_, tls ? tls->local() : plain->local(), shares_.media_streams, recordings_.get(),
                       waker_);
    if (media_) {
      exchange_.UseMedia(config_.media, *media_, WhyNoAnswer);
      if (recordings_) exchange_.UseRecordings(MakeRecordingId);
      loop_.SetMediaTaker([this](Stream stream) { media_->Adopt(std::move(stream)); });
    }
    if (folder_) {
      status_key_ = Announce(*folder_, plain, tls);
      if (status_key_.empty())
        throw CannotStart{"can't write to the data folder " + config_.data +
                          "; check its permissions and the free space of its disk"};
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
      std::fputs(Greeting("https://" + ToString(page), certificate_->fingerprint()).c_str(), stdout);
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
  // anywhere. The tokens that people come back with do not: they pass through browsers, and
  // the database would have to say whether their account still exists.
  [[nodiscard]] bool OpensMetrics(std::string_view token) const {
    if (!status_key_.empty() && token == status_key_) return true;
    const auto claims = own_tokens_->Verify(token, ReadSystemClock().wall);
    return claims && claims->invitation && claims->role == protocol::Role::kAdmin && !claims->room;
  }

  [[nodiscard]] std::string Metrics() {
    Gauges gauges = exchange_.gauges();
    gauges.max_peers = max_peers_;
    if (certificate_) gauges.certificate_ends = certificate_->ends().time_since_epoch().count();
    if (media_) gauges.media = FiguresOf(media_->counters());
    return MetricsText(exchange_.counters(), gauges, ReadProcessFigures());
  }

  void OpenCertificate() {
    const auto use = [this](const std::shared_ptr<TlsContext>& context, const ServerKeys& keys) {
      loop_.SetTls(context);
      exchange_.http().set_settings(Settings(https_port_, keys));
    };
    certificate_.emplace(config_, folder_ ? &*folder_ : nullptr, waker_, use);
  }

  const Config& config_;
  std::optional<DataFolder> folder_;
  std::string secret_;                // what keys are made of
  std::optional<Tokens> own_tokens_;  // what the server signs by itself
  std::optional<AuthorKeys> author_keys_;
  std::string status_key_;  // opens /metrics; empty with --memory
  std::uint16_t https_port_ = 0;
  Waker& waker_;
  std::unique_ptr<RecordingWork> recordings_;  // null: calls are not recorded
  std::unique_ptr<MediaLoop> media_;           // null: calls connect people directly
  Exchange exchange_;
  DescriptorShares shares_;
  std::size_t max_peers_;
  Loop loop_;
  std::optional<ServedCertificate> certificate_;  // empty without TLS
};

}  // namespace

int Serve(const Config& config) {
  KeepFreedMemory(kKeptBytes, kLargeBlock);
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
