// Reads chat_server's options: from the command line, else the environment, else the file that --config
// names.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/limits.h"
#include "common/base/logging.h"
#include "server/config/room_line.h"
#include "server/model/media_mode.h"

namespace parley {

struct Config {
  enum class Durability { kNormal, kFull };
  enum class Metrics { kLocal, kAny, kOff };

  std::optional<Endpoint> plain;  // nothing: this door is off
  std::optional<Endpoint> tls;
  std::string certificate_file;  // empty, with key_file: the local authority's
  std::string key_file;
  bool proxy = false;
  bool memory = false;
  std::string data;   // empty with `memory`
  std::string files;  // the folder of uploads; empty: the server takes no files
  std::uint64_t file_bytes = limits::kFileBytes;
  std::uint64_t files_total_bytes = limits::kFilesTotalBytes;
  std::string recordings;  // the folder of recordings; empty: calls are not recorded
  std::uint64_t recordings_total_bytes = limits::kRecordingsTotalBytes;
  Durability durability = Durability::kNormal;  // what an `ok` survives: kill -9, or a power cut too
  std::string jwt_key_file;                     // of the portal whose tokens are accepted; empty: none
  bool journal = false;                         // joins and leaves are recorded
  std::vector<RoomLine> rooms;                  // in the order of the file
  bool only_listed_rooms = false;               // no other rooms exist
  std::chrono::days forget_rooms{0};            // deletes rooms that nobody uses; 0: never
  std::string static_folder;                    // empty: the folder installed or built with this program
  std::vector<std::string> ice;
  std::string turn_secret_file;
  MediaMode media = MediaMode::kAuto;
  std::optional<std::uint16_t> media_port;   // of UDP; nothing: the port of the TLS door
  std::vector<std::string> media_addresses;  // IP addresses to announce; empty: those of the TLS door
  bool guests = true;
  std::uint32_t rate = limits::kMessageRate;
  std::size_t queue_bytes = limits::kQueueBytes;
  std::chrono::microseconds gather = limits::kGather;
  std::size_t total_queue_bytes = limits::kTotalQueueBytes;
  std::optional<std::size_t> max_peers;  // nothing: what the descriptor limit allows
  std::size_t max_per_address = limits::kPeersPerAddress;
  std::size_t history = limits::kHistoryMessages;
  std::optional<std::chrono::seconds> keep;  // how long messages are kept; nothing: for ever
  std::string log_level = "info";
  LogFormat log_format = LogFormat::kText;
  Metrics metrics = Metrics::kLocal;  // who may read /metrics

  bool operator==(const Config&) const = default;
};

// The program ends at once: with 0 after --help and --version (`text` is for stdout), with 2 if the options
// are wrong (`text` is one line for stderr: what is wrong, and what to do).
struct EndNow {
  int status;
  std::string text;
};

// Also reads the environment and the file.
std::variant<Config, EndNow> ReadConfig(int argc, const char* const* argv);

// Where calls through this server receive UDP. `door` is the TLS door, or the plain door without one. Behind
// a proxy, which forwards no UDP, a door on loopback does not limit who may call.
Endpoint MediaEndpoint(const Config& config, const Endpoint& door);
// The port of `door` if it is a TLS door that pages reach for media on TCP; 0 if not. A proxy passes no media
// on.
std::uint16_t MediaStreamPort(const Config& config, const Endpoint& door);

// The data folder if --data names none; empty if there is no home folder.
std::string DefaultData();

}  // namespace parley
