#include "server/config/config.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cxxopts.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "common/manual/from_cxxopts.h"
#include "server/config/command.h"
#include "server/config/help.h"
#include "server/config/option_sources.h"
#include "server/config/option_table.h"
#include "server/config/parsed.h"
#include "server/ice/ice.h"

namespace parley {
namespace {

// One option from the environment or the file, as it would stand on the command line; nothing for a flag that
// is off.
std::optional<std::string> AsArgument(const cxxopts::HelpOptionDetails& option, const std::string& value) {
  const std::string& name = option.l.front();
  if (!option.is_boolean) return "--" + name + "=" + value;
  if (value == "yes" || value == "true" || value == "1") return "--" + name;
  if (value == "no" || value == "false" || value == "0") return std::nullopt;
  throw Unusable{name + " takes yes or no, not '" + value + "'"};
}

cxxopts::ParseResult Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv;
  argv.reserve(arguments.size());
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  cxxopts::Options options = ServerOptions();
  cxxopts::ParseResult result = options.parse(static_cast<int>(argv.size()), argv.data());
  if (!result.unmatched().empty())
    throw Unusable{"'" + result.unmatched().front() + "' is not an option; chat_server --help lists them"};
  return result;
}

std::vector<RoomLine> TakeRoomLines(OptionValues& file, const std::string& path) {
  std::vector<RoomLine> rooms;
  const auto [first, last] = file.equal_range("room");
  for (auto line = first; line != last; ++line) {
    auto room = ParseRoomLine(line->second);
    if (const auto* wrong = std::get_if<std::string>(&room))
      throw Unusable{"config file " + path + ": " + *wrong};
    rooms.push_back(std::move(std::get<RoomLine>(room)));
  }
  file.erase(first, last);
  return rooms;
}

// What the command line does not say is looked up in the environment, then in the file. Fills `rooms` with
// what stands in the file alone.
cxxopts::ParseResult ParseAll(std::vector<std::string> arguments, std::vector<RoomLine>& rooms) {
  const cxxopts::ParseResult given = Parse(arguments);
  const auto environment = [](const std::string& name) { return std::getenv(EnvironmentName(name).c_str()); };
  std::string path = given.count("config") != 0 ? given["config"].as<std::string>() : "";
  if (path.empty() && environment("config") != nullptr) path = environment("config");
  OptionValues file;
  if (!path.empty()) {
    auto read = ReadOptionFile(path);
    if (const auto* wrong = std::get_if<std::string>(&read))
      throw Unusable{"config file " + path + ": " + *wrong};
    file = std::move(std::get<OptionValues>(read));
    rooms = TakeRoomLines(file, path);
  }
  const cxxopts::Options options = ServerOptions();
  for (const cxxopts::HelpOptionDetails& option : options.group_help("").options) {
    const std::string& name = option.l.front();
    std::vector<std::string> values;
    const auto [first, last] = file.equal_range(name);
    for (auto one = first; one != last; ++one) values.push_back(one->second);
    file.erase(first, last);
    if (manual::AsksForText(name) || name == "config" || given.count(name) != 0) continue;
    if (const char* value = environment(name)) values = {value};
    for (const std::string& value : values) {
      if (const auto argument = AsArgument(option, value)) arguments.push_back(*argument);
    }
  }
  if (!file.empty())
    throw Unusable{"config file " + path + ": there is no option '" + file.begin()->first + "'"};
  return Parse(arguments);
}

template <typename Number>
Number ToNumber(const cxxopts::ParseResult& result, const std::string& name, Number least) {
  const auto text = result[name].as<std::string>();
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    throw Unusable{"--" + name + " takes a whole number" +
                   (least > 0 ? " from " + std::to_string(least) : "") + ", not '" + text + "'"};
  }
  return number;
}

std::optional<Endpoint> ToDoor(const cxxopts::ParseResult& result, const std::string& name) {
  const auto text = result[name].as<std::string>();
  if (text == "off") return std::nullopt;
  auto endpoint = ParseEndpoint(text);
  if (!endpoint) throw Unusable{"--" + name + " takes ADDR:PORT or off, not '" + text + "'"};
  return endpoint;
}

bool ToYesNo(const cxxopts::ParseResult& result, const std::string& name) {
  const auto text = result[name].as<std::string>();
  if (text != "yes" && text != "no") throw Unusable{"--" + name + " takes yes or no, not '" + text + "'"};
  return text == "yes";
}

// A flag, which may also be `--memory=false`.
bool IsOn(const cxxopts::ParseResult& result, const std::string& name) {
  return result.count(name) != 0 && result[name].as<bool>();
}

void ReadDoors(const cxxopts::ParseResult& result, Config& config) {
  config.plain = ToDoor(result, "plain");
  config.tls = ToDoor(result, "tls");
  if (!config.plain && !config.tls)
    throw Unusable{"every door is off: nobody could connect; leave out one `off`"};
  config.certificate_file = ToText(result, "cert");
  config.key_file = ToText(result, "key");
  if (config.certificate_file.empty() != config.key_file.empty()) {
    throw Unusable{config.key_file.empty() ? "--cert needs --key; add it" : "--key needs --cert; add it"};
  }
  config.proxy = IsOn(result, "proxy");
}

void ReadFolders(const cxxopts::ParseResult& result, Config& config) {
  config.static_folder = ToText(result, "static");
  config.memory = IsOn(result, "memory");
  if (config.memory) return;
  config.data = ToText(result, "data");
  if (config.data.empty()) config.data = DefaultData();
  if (config.data.empty())
    throw Unusable{"there is no home folder to keep data in: give --data DIR, or --memory"};
}

void ReadFiles(const cxxopts::ParseResult& result, Config& config) {
  config.file_bytes = ToNumber<std::uint64_t>(result, "file-size", 1);
  config.files_total_bytes = ToNumber<std::uint64_t>(result, "files-total", 1);
  const std::string folder = ToText(result, "files");
  if (folder == "off") return;
  if (config.memory) {
    if (folder.empty()) return;
    throw Unusable{"--files keeps files on disk, and --memory keeps nothing: leave out one"};
  }
  config.files = folder.empty() ? config.data + "/files" : folder;
}

void ReadRecordings(const cxxopts::ParseResult& result, Config& config) {
  config.recordings_total_bytes = ToNumber<std::uint64_t>(result, "recordings-total", 1);
  const std::string folder = ToText(result, "recordings");
  if (folder == "off") return;
  if (config.memory) {
    if (folder.empty()) return;
    throw Unusable{"--recordings keeps recordings on disk, and --memory keeps nothing: leave out one"};
  }
  config.recordings = folder.empty() ? config.data + "/recordings" : folder;
}

void ReadDurability(const cxxopts::ParseResult& result, Config& config) {
  const auto text = result["durability"].as<std::string>();
  if (text != "normal" && text != "full")
    throw Unusable{"--durability takes normal or full, not '" + text + "'"};
  config.durability = text == "full" ? Config::Durability::kFull : Config::Durability::kNormal;
}

bool IsIpAddress(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

void ReadMedia(const cxxopts::ParseResult& result, Config& config) {
  const auto mode = result["media"].as<std::string>();
  if (mode != "auto" && mode != "sfu" && mode != "mesh")
    throw Unusable{"--media takes auto, sfu or mesh, not '" + mode + "'"};
  config.media = mode == "auto" ? MediaMode::kAuto : mode == "sfu" ? MediaMode::kSfu : MediaMode::kMesh;
  if (result.count("media-port") != 0) config.media_port = ToNumber<std::uint16_t>(result, "media-port", 1);
  if (result.count("media-address") == 0) return;
  config.media_addresses = result["media-address"].as<std::vector<std::string>>();
  for (const std::string& address : config.media_addresses) {
    if (!IsIpAddress(address)) throw Unusable{"--media-address takes an IP address, not '" + address + "'"};
  }
}

void ReadIce(const cxxopts::ParseResult& result, Config& config) {
  if (result.count("ice") != 0) config.ice = result["ice"].as<std::vector<std::string>>();
  for (const std::string& url : config.ice) {
    if (!IceServers::IsUrl(url))
      throw Unusable{"--ice takes a stun:, stuns:, turn: or turns: URL, not '" + url + "'"};
  }
  config.turn_secret_file = ToText(result, "turn-secret-file");
}

void ReadLogging(const cxxopts::ParseResult& result, Config& config) {
  config.log_level = result["log-level"].as<std::string>();
  if (!IsLogLevel(config.log_level))
    throw Unusable{"--log-level takes trace, debug, info, warn, error or off, not '" + config.log_level +
                   "'"};
  const auto format = result["log-format"].as<std::string>();
  if (format != "text" && format != "json")
    throw Unusable{"--log-format takes text or json, not '" + format + "'"};
  config.log_format = format == "json" ? LogFormat::kJson : LogFormat::kText;
}

void ReadMetrics(const cxxopts::ParseResult& result, Config& config) {
  const auto text = result["metrics"].as<std::string>();
  if (text != "local" && text != "any" && text != "off")
    throw Unusable{"--metrics takes local, any or off, not '" + text + "'"};
  config.metrics = text == "local" ? Config::Metrics::kLocal
                   : text == "any" ? Config::Metrics::kAny
                                   : Config::Metrics::kOff;
}

void ReadRooms(const cxxopts::ParseResult& result, Config& config) {
  config.journal = ToYesNo(result, "journal");
  if (config.journal && config.memory) {
    throw Unusable{
        "--journal yes records who joins and leaves on disk, and --memory keeps nothing: leave out one"};
  }
  const auto text = result["rooms"].as<std::string>();
  if (text != "any" && text != "listed") throw Unusable{"--rooms takes any or listed, not '" + text + "'"};
  config.only_listed_rooms = text == "listed";
  if (config.memory && result["forget-rooms"].as<std::string>() != "0") {
    throw Unusable{"--forget-rooms deletes what is kept on disk, and --memory keeps nothing: leave out one"};
  }
  config.forget_rooms = std::chrono::days(ToNumber<std::uint16_t>(result, "forget-rooms", 0));
}

std::chrono::microseconds ToGather(const cxxopts::ParseResult& result) {
  const std::chrono::microseconds gather(ToNumber<std::uint32_t>(result, "gather-us", 0));
  if (gather > limits::kMaxGather) throw Unusable{"--gather-us takes at most 100000: a tenth of a second"};
  return gather;
}

Keep ToKeep(const cxxopts::ParseResult& result) {
  const auto text = result["keep"].as<std::string>();
  const auto keep = ParseKeep(text);
  if (!keep) throw Unusable{"--keep takes forever, or a time such as 30d or 12h, not '" + text + "'"};
  return *keep;
}

Config ToConfig(const cxxopts::ParseResult& result) {
  Config config;
  ReadDoors(result, config);
  ReadFolders(result, config);
  ReadFiles(result, config);
  ReadRecordings(result, config);
  ReadDurability(result, config);
  ReadRooms(result, config);
  config.jwt_key_file = ToText(result, "jwt-key");
  ReadIce(result, config);
  ReadMedia(result, config);
  ReadLogging(result, config);
  ReadMetrics(result, config);
  config.guests = ToYesNo(result, "guests");
  config.rate = ToNumber<std::uint32_t>(result, "rate", 0);
  config.queue_bytes = ToNumber<std::size_t>(result, "queue", limits::kMessageBytes);
  config.gather = ToGather(result);
  config.max_per_address = ToNumber<std::size_t>(result, "max-per-address", 0);
  config.history = ToNumber<std::size_t>(result, "history", 1);
  config.keep = ToKeep(result);
  config.total_queue_bytes = ToNumber<std::size_t>(result, "queue-total", limits::kMessageBytes);
  if (result.count("max-peers") != 0) config.max_peers = ToNumber<std::size_t>(result, "max-peers", 1);
  return config;
}

}  // namespace

Endpoint MediaEndpoint(const Config& config, const Endpoint& door) {
  const bool loopback = door.host.starts_with("127.") || door.host == "::1" || door.host == "localhost";
  return {config.proxy && loopback ? "::" : door.host, config.media_port.value_or(door.port)};
}

std::uint16_t MediaStreamPort(const Config& config, const Endpoint& door) {
  const bool reached = MediaEndpoint(config, door).host == door.host;
  return config.tls && reached ? door.port : std::uint16_t{0};
}

std::string DefaultData() {
  if (const char* base = std::getenv("XDG_DATA_HOME"); base != nullptr && *base == '/') {
    return std::string(base) + "/parley";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::string(home) + "/.local/share/parley";
  }
  return "";
}

std::variant<Config, EndNow> ReadConfig(int argc, const char* const* argv) {
  try {
    const std::vector<std::string> arguments(argv, argv + argc);
    const cxxopts::ParseResult given = Parse(arguments);
    if (auto text = AskedText(given)) return EndNow{0, std::move(*text)};
    std::vector<RoomLine> rooms;
    Config config = ToConfig(ParseAll(arguments, rooms));
    config.rooms = std::move(rooms);
    return config;
  } catch (const Unusable& wrong) {
    return UnusableOptions(wrong.text);
  } catch (const cxxopts::exceptions::exception& error) {
    return UnusableOptions(error.what());
  }
}

}  // namespace parley
