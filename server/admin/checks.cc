#include "server/admin/checks.h"

#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "common/io/descriptor_limit.h"
#include "common/net/listener.h"
#include "server/accounts/portal_key.h"
#include "server/config/descriptor_shares.h"
#include "server/data/data_folder.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using Grade = Finding::Grade;

Finding CheckDoor(const std::string& option, const Endpoint& endpoint) {
  std::error_code error;
  if (const auto door = Listener::Open(endpoint, error)) {
    const bool fell_back = endpoint.host == "::" && door->local().host != endpoint.host;
    return {Grade::kOk, option + " door",
            ToString({fell_back ? door->local().host : endpoint.host, endpoint.port}) + " is free" +
                (fell_back ? "; this machine has no IPv6" : "")};
  }
  std::string text = "can't listen on " + ToString(endpoint) + ": " + error.message();
  text += "; ";
  if (error == std::errc::address_in_use) text += "stop what listens there (ss -ltnp), or ";
  if (error == std::errc::permission_denied) text += "take a port from 1024 on, or ";
  if (error == std::errc::address_not_available) text += "take an address of this machine (ip address), or ";
  return {Grade::kProblem, option + " door", text + "choose another address with --" + option + " ADDR:PORT"};
}

// Whether others than its owner may do something with it.
bool OpenToOthers(const fs::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

fs::path NearestThatExists(fs::path path) {
  std::error_code error;
  path = fs::absolute(path, error);
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

Finding CheckFolder(const fs::path& folder) {
  const std::string about = "data folder";
  const fs::path there = NearestThatExists(folder);
  std::error_code error;
  if (!fs::is_directory(there, error)) {
    return {Grade::kProblem, about, there.string() + " is not a folder; choose another with --data DIR"};
  }
  if (::access(there.c_str(), R_OK | W_OK | X_OK) != 0) {
    return {
        Grade::kProblem, about,
        there.string() + " can't be written to by this user; choose another with --data DIR, or chown it"};
  }
  if (there != fs::absolute(folder, error)) return {Grade::kOk, about, folder.string() + " will be made"};
  if (OpenToOthers(folder)) {
    return {Grade::kWarning, about, "other users can read it; run chmod 700 " + folder.string()};
  }
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (OpenToOthers(entry->path())) {
      return {Grade::kWarning, about,
              "other users can read a file in it; run chmod 600 " + entry->path().string()};
    }
  }
  return {Grade::kOk, about, folder.string() + " is there, for this user alone"};
}

std::optional<Finding> CheckSecret(const std::string& about, const std::string& file) {
  if (file.empty()) return std::nullopt;
  const auto text = ReadFirstLine(file);
  if (!text || text->empty()) {
    return Finding{Grade::kProblem, about,
                   file + " can't be read, or has an empty first line; chown it to this user"};
  }
  if (OpenToOthers(file))
    return Finding{Grade::kWarning, about, "other users can read it; run chmod 600 " + file};
  return Finding{Grade::kOk, about, file + " can be read, by this user alone"};
}

Finding CheckClock() {
  timex state{};
  const int result = ::adjtimex(&state);
  return JudgeClock(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                    result != TIME_ERROR && (static_cast<unsigned>(state.status) & STA_UNSYNC) == 0);
}

Finding CheckPortalKey(const std::string& file) {
  const std::string about = "key of the portal";
  const auto text = ReadFile(file);
  if (!text) return {Grade::kProblem, about, file + " can't be read; chown it to this user"};
  std::string error;
  if (!ReadPortalKey(*text, error)) return {Grade::kProblem, about, error};
  return {Grade::kOk, about, file + " can be used"};
}

}  // namespace

std::vector<Finding> CheckDoors(const Config& config) {
  std::vector<Finding> findings;
  if (config.plain) findings.push_back(CheckDoor("plain", *config.plain));
  if (config.tls) findings.push_back(CheckDoor("tls", *config.tls));
  return findings;
}

std::vector<Finding> CheckCertificate(const Config& config, std::chrono::sys_seconds now) {
  if (!config.tls) return {};
  if (config.certificate_file.empty()) {
    const auto kept = [&](const char* name) {
      if (config.memory) return KeyPair{};
      const fs::path path = fs::path(config.data) / name;
      return KeyPair{ReadFile(path.string() + ".crt").value_or(""),
                     ReadFile(path.string() + ".key").value_or("")};
    };
    return {JudgeOwnCertificate(config.data, kept("ca"), kept("server"), now)};
  }
  KeyPair pair;
  for (const auto& [file, text] :
       {std::pair{&config.certificate_file, &pair.certificate}, std::pair{&config.key_file, &pair.key}}) {
    auto read = ReadText(*file);
    if (!read) return {{Grade::kProblem, "certificate", *file + " can't be read; chown it to this user"}};
    *text = std::move(*read);
  }
  std::vector<Finding> findings = {JudgeCertificate(pair, now)};
  if (OpenToOthers(config.key_file)) {
    findings.push_back({Grade::kWarning, "key", "other users can read it; run chmod 600 " + config.key_file});
  }
  return findings;
}

std::vector<Finding> CheckData(const Config& config) {
  if (config.memory) return {{Grade::kOk, "data folder", "none is needed (--memory)"}};
  std::vector<Finding> findings = {CheckFolder(config.data)};
  std::error_code error;
  const fs::path there = NearestThatExists(config.data);
  const auto space = fs::space(there, error);
  if (!error) findings.push_back(JudgeDisk(there.string(), space.available));
  return findings;
}

std::vector<Finding> CheckSecrets(const Config& config) {
  std::vector<Finding> findings;
  if (auto turn = CheckSecret("secret of TURN", config.turn_secret_file))
    findings.push_back(std::move(*turn));
  if (!config.jwt_key_file.empty()) findings.push_back(CheckPortalKey(config.jwt_key_file));
  return findings;
}

std::vector<Finding> CheckMachine(const Config& config) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::size_t descriptors = RaiseDescriptorLimit();
  const std::size_t peers = ShareDescriptors(descriptors, config).peers;
  std::vector<Finding> all = {JudgeDescriptors(descriptors, peers, config.max_peers), CheckClock()};
  for (auto& some : {CheckDoors(config), CheckCertificate(config, now), CheckData(config),
                     CheckSecrets(config), CheckUdp(config), CheckMedia(config)}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace parley
