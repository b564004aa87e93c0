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

#include "server/config/command.h"
#include "server/config/option_sources.h"
#include "server/config/parsed.h"
#include "server/ice/ice.h"

namespace parley {
namespace {

cxxopts::Options MakeOptions() {
  cxxopts::Options options("chat_server",
                           "Parley's server: people in terminals and browsers in the same rooms.\n");
  const auto text = [](const char* value) { return cxxopts::value<std::string>()->default_value(value); };
  const auto anything = [] { return cxxopts::value<std::string>(); };
  options.add_options()  //
      ("plain",
       "the plain door, or `off`; [::] is IPv4 and IPv6, 0.0.0.0 is IPv4 only; port 0 picks a free port",
       text("[::]:8080"), "ADDR:PORT")                                   //
      ("tls", "the TLS door, or `off`", text("[::]:8443"), "ADDR:PORT")  //
      ("data", "folder for stored data; default: $XDG_DATA_HOME/parley or ~/.local/share/parley", anything(),
       "DIR")  //
      ("files", "folder of the files that people upload, or `off`; default: `files` in the data folder",
       anything(),
       "DIR|off")                                                                         //
      ("file-size", "maximum size of one file", text("67108864"), "BYTES")                //
      ("files-total", "maximum size of all files together", text("4294967296"), "BYTES")  //
      ("memory", "keep everything in memory, write nothing")                              //
      ("durability", "what an acknowledged message survives: kill -9 (normal), or also a power cut (full)",
       text("normal"), "MODE")                                                                              //
      ("jwt-key", "public key (PEM) or secret of a portal whose tokens let people in", anything(), "FILE")  //
      ("static", "folder of the page; default: the one installed or built with this program", anything(),
       "DIR")  //
      ("cert", "certificate chain of the TLS door (PEM); default: made on first start", anything(),
       "FILE")                                                                                         //
      ("key", "its private key (PEM); both are read again on SIGHUP", anything(), "FILE")              //
      ("guests", "whether people may join with only a name", text("yes"), "yes|no")                    //
      ("rate", "messages a second from one peer before it is slowed; 0 is no limit", text("50"), "N")  //
      ("queue", "bytes that may wait for one peer before it is closed", text("4194304"), "BYTES")      //
      ("queue-total", "bytes that may wait for all peers together", text("536870912"), "BYTES")        //
      ("gather-us", "microseconds that a message may wait under load, to be sent with others; 0 is never",
       text("2000"), "N")                                                                                   //
      ("max-peers", "maximum number of peers; default: what the descriptor limit allows", anything(), "N")  //
      ("max-per-address", "maximum number of connections from one address (IPv6: a /64); 0 is no limit",
       text("1000"),
       "N")                                                                                                //
      ("journal", "record who joins and leaves, and when (see chat_server export)", text("no"), "yes|no")  //
      ("rooms", "create rooms on demand (any), or allow only those that the config file lists (listed)",
       text("any"),
       "any|listed")  //
      ("forget-rooms", "after DAYS days without use, delete rooms that only guests made; 0 is never",
       text("0"),
       "DAYS")                                                                                      //
      ("history", "messages kept per room", text("100000"), "N")                                    //
      ("keep", "delete messages after this time, for example 30d or 12h", text("forever"), "TIME")  //
      ("proxy",
       "a proxy on loopback terminates TLS: serve the page on the plain door, trust X-Forwarded-For")  //
      ("ice", "a STUN or TURN URL for the page; repeat the option for more",
       cxxopts::value<std::vector<std::string>>(),
       "URL")                                                                            //
      ("turn-secret-file", "file with coturn's static-auth-secret", anything(), "FILE")  //
      ("media",
       "how calls connect: people directly (mesh), through this server (sfu), or as their size needs (auto)",
       text("auto"), "auto|sfu|mesh")  //
      ("media-port", "UDP port of calls through this server; default: the number of the TLS door", anything(),
       "PORT")  //
      ("media-address",
       "an address where pages reach that port; repeat the option for more; default: all own",
       cxxopts::value<std::vector<std::string>>(), "IP")                              //
      ("log-level", "trace, debug, info, warn, error or off", text("info"), "LEVEL")  //
      ("log-format", "text or json, on stderr", text("text"), "FORMAT")               //
      ("metrics", "who may read /metrics: only this machine (local), everybody (any), or nobody (off)",
       text("local"),
       "WHO")                                                           //
      ("config", "a file of `name = value` lines", anything(), "FILE")  //
      ("help", "show this help")                                        //
      ("version", "show the version");
  return options;
}

bool IsFlag(const std::string& name) {
  return name == "memory" || name == "proxy";
}

// One option from the environment or the file, as it would stand on the command line; nothing for a flag that
// is off.
std::optional<std::string> AsArgument(const std::string& name, const std::string& value) {
  if (!IsFlag(name)) return "--" + name + "=" + value;
  if (value == "yes" || value == "true" || value == "1") return "--" + name;
  if (value == "no" || value == "false" || value == "0") return std::nullopt;
  throw Unusable{name + " takes yes or no, not '" + value + "'"};
}

cxxopts::ParseResult Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv;
  argv.reserve(arguments.size());
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  cxxopts::Options options = MakeOptions();
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
  const cxxopts::Options options = MakeOptions();
  for (const cxxopts::HelpOptionDetails& option : options.group_help("").options) {
    const std::string& name = option.l.front();
    std::vector<std::string> values;
    const auto [first, last] = file.equal_range(name);
    for (auto one = first; one != last; ++one) values.push_back(one->second);
    file.erase(first, last);
    if (name == "help" || name == "version" || name == "config" || given.count(name) != 0) continue;
    if (const char* value = environment(name)) values = {value};
    for (const std::string& value : values) {
      if (const auto argument = AsArgument(name, value)) arguments.push_back(*argument);
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
    throw Unusable{"--cert and --key go together"};
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
    throw Unusable{"--log-level: there is no level '" + config.log_level + "'"};
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
  if (gather > limits::kGatherMost) throw Unusable{"--gather-us takes at most 100000: a tenth of a second"};
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
    if (given.count("help") != 0) return EndNow{0, MakeOptions().help() + "\n" + CommandSummary()};
    if (given.count("version") != 0) return EndNow{0, "chat_server " PARLEY_VERSION "\n"};
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
