#include "client/options.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cxxopts.hpp>
#include <fstream>
#include <map>
#include <utility>

#include "client/link/trust.h"
#include "client/options_help.h"
#include "common/codec/visible.h"
#include "common/manual/from_cxxopts.h"
#include "common/protocol/names.h"

namespace parley::client {
namespace {

constexpr std::uint16_t kPlainPort = 8080;
constexpr std::uint16_t kTlsPort = 8443;
constexpr int kUnusable = 2;

// Thrown inside of this file only: what is wrong, and what to do.
struct Unusable {
  std::string text;
};

// Where a value was given, for an error, and the value.
struct Given {
  std::string where;
  std::string value;
};
using Values = std::map<std::string, Given, std::less<>>;

cxxopts::Options Definition() {
  cxxopts::Options options("chat_client", "A chat client for the terminal, for pipes and for scripts.\n");
  options.positional_help("[HOST[:PORT]]");
  options.add_options()                                                                     //
      ("room", "the room to join (default: lobby)", cxxopts::value<std::string>(), "ROOM")  //
      ("name", "your name as a guest (default: your user name on this system)", cxxopts::value<std::string>(),
       "NAME")                                                                                           //
      ("user", "sign in with an account; asks for the password", cxxopts::value<std::string>(), "USER")  //
      ("password-file", "read the password from FILE", cxxopts::value<std::string>(), "FILE")            //
      ("token-file", "sign in with the token in FILE", cxxopts::value<std::string>(), "FILE")            //
      ("tls", "speak TLS; the server's certificate is verified")                                         //
      ("ca", "trust this CA instead of the system's (PEM)", cxxopts::value<std::string>(), "FILE")       //
      ("pin", "trust the certificate with this fingerprint", cxxopts::value<std::string>(), "SHA256")    //
      ("numbers", "on a terminal: show messages with their numbers")                                     //
      ("raw", "speak no protocol: send the input, print what arrives")                                   //
      ("json", "read and write protocol lines, for scripts")                                             //
      ("no-bell",
       "do not ring the terminal bell for private messages, mentions, raised hands and waiting people")    //
      ("config", "options from FILE, one `name = value` per line", cxxopts::value<std::string>(), "FILE")  //
      ("h,help", "show this help")                                                                         //
      ("version", "show the version")                                                                      //
      ("manual", "print the manual page")                                                                  //
      ("completion", "print a script for a shell, to complete this command line",
       cxxopts::value<std::string>(), "bash|zsh|fish");
  options.add_options("hidden")("server", "", cxxopts::value<std::vector<std::string>>());
  options.parse_positional({"server"});
  return options;
}

// The options of Definition that the environment and the configuration file may have, too.
const std::vector<manual::Option>& Settings() {
  static const std::vector<manual::Option> settings = [] {
    std::vector<manual::Option> options = manual::OptionsOf(Definition());
    std::erase_if(options, [](const manual::Option& option) { return !option.is_setting; });
    return options;
  }();
  return settings;
}

// --- Configuration file ---

std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void ReadConfigLine(std::string_view line, const std::string& where, Values& values) {
  if (line.empty() || line.starts_with('#')) return;
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) throw Unusable{where + ": write `name = value`"};
  const std::string name(Trim(line.substr(0, equals)));
  if (std::ranges::find(Settings(), name, &manual::Option::name) == Settings().end()) {
    throw Unusable{where + ": there is no option '" + name + "'; see chat_client --help"};
  }
  const std::string value(Trim(line.substr(equals + 1)));
  values.insert_or_assign(name, Given{where + " (" + name + ")", value});
}

Values ReadConfig(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Unusable{"can't read the configuration file " + path + "; name one that is there"};
  Values values;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::string_view text = line;
    // Some editors begin a file with a byte order mark.
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    ReadConfigLine(Trim(text), path + " line " + std::to_string(number), values);
  }
  return values;
}

// --- Environment ---

std::string VariableName(std::string_view option) {
  std::string name = "PARLEY_";
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::optional<Given> FromEnvironment(const Surroundings& surroundings, std::string_view option) {
  const std::string variable = VariableName(option);
  std::optional<std::string> value = surroundings.environment(variable);
  if (!value || value->empty()) return std::nullopt;
  return Given{variable, std::move(*value)};
}

// --- All sources together ---

Values Collect(const cxxopts::ParseResult& parsed, const Surroundings& surroundings) {
  std::optional<Given> config = FromEnvironment(surroundings, "config");
  if (parsed.count("config") > 0) config = Given{"--config", parsed["config"].as<std::string>()};
  Values values = config ? ReadConfig(config->value) : Values();
  for (const manual::Option& setting : Settings()) {
    const std::string& name = setting.name;
    if (parsed.count(name) > 0) {
      const bool is_flag = setting.argument.empty();
      const bool set = is_flag && parsed[name].as<bool>();
      values.insert_or_assign(
          name, Given{"--" + name, is_flag ? (set ? "yes" : "no") : parsed[name].as<std::string>()});
    } else if (std::optional<Given> given = FromEnvironment(surroundings, name)) {
      values.insert_or_assign(name, std::move(*given));
    }
  }
  return values;
}

std::optional<std::string> Text(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  if (found->second.value.empty()) throw Unusable{found->second.where + " is empty; give it a value"};
  return found->second.value;
}

bool Flag(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  if (found == values.end()) return false;
  const std::string& value = found->second.value;
  for (const std::string_view yes : {"yes", "true", "on", "1"}) {
    if (value == yes) return true;
  }
  for (const std::string_view no : {"no", "false", "off", "0"}) {
    if (value == no) return false;
  }
  throw Unusable{found->second.where + ": '" + value + "' is not yes or no"};
}

Endpoint Server(const cxxopts::ParseResult& parsed, std::uint16_t default_port) {
  if (parsed.count("server") == 0) return {"localhost", default_port};
  const auto& given = parsed["server"].as<std::vector<std::string>>();
  if (given.size() > 1)
    throw Unusable{"two servers were given, '" + given[0] + "' and '" + given[1] +
                   "'; write one, as HOST or HOST:PORT"};
  const std::optional<Endpoint> server = ParseEndpoint(given[0], default_port);
  if (!server || server->port == 0)
    throw Unusable{"'" + given[0] + "' is not a server address; write HOST or HOST:PORT"};
  return *server;
}

void ReadTls(const Values& values, Options& options) {
  options.tls = Flag(values, "tls");
  options.ca_file = Text(values, "ca").value_or("");
  const std::optional<std::string> pin = Text(values, "pin");
  if (pin) {
    const auto fingerprint = ParseFingerprint(*pin);
    if (!fingerprint) throw Unusable{"--pin takes the 64 hex digits of a SHA-256, with colons or without"};
    options.pin = *fingerprint;
  }
  if (!options.tls && (pin || !options.ca_file.empty())) throw Unusable{"--ca and --pin need --tls; add it"};
  if (pin && !options.ca_file.empty()) throw Unusable{"--ca and --pin exclude each other; choose one"};
}

void CheckNames(const Options& options) {
  if (!protocol::RoomName(options.room)) {
    throw Unusable{"'" + options.room + "' is not a room name; use 1 to 64 characters without a /"};
  }
  if (options.user || options.token_file || options.raw) return;  // the name isn't used then
  if (options.name.empty()) throw Unusable{"the login name is not known; choose a name with --name"};
  if (!protocol::PersonName(options.name)) {
    throw Unusable{"'" + options.name +
                   "' is not a valid name; choose one of 1 to 32 characters with --name"};
  }
}

Options Build(const cxxopts::ParseResult& parsed, const Surroundings& surroundings) {
  const Values values = Collect(parsed, surroundings);
  Options options;
  ReadTls(values, options);
  options.server = Server(parsed, options.tls ? kTlsPort : kPlainPort);
  options.room = Text(values, "room").value_or("lobby");
  options.name = Text(values, "name").value_or(surroundings.login_name);
  options.user = Text(values, "user");
  options.password_file = Text(values, "password-file");
  options.token_file = Text(values, "token-file");
  options.raw = Flag(values, "raw");
  options.json = Flag(values, "json");
  options.bell = !Flag(values, "no-bell");
  options.numbers = Flag(values, "numbers");
  if (options.raw && options.json) throw Unusable{"--raw and --json exclude each other; choose one"};
  if (options.user && options.token_file)
    throw Unusable{"--user and --token-file exclude each other; choose one"};
  if (options.password_file && !options.user) throw Unusable{"--password-file needs --user USER; add it"};
  CheckNames(options);
  return options;
}

EarlyEnd Refuse(const std::string& text) {
  return {kUnusable, "chat_client: " + Visible(text) + "\n"};
}

// "Option 'x' does not exist" as the rest of our line.
std::string Sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text + "; see chat_client --help";
}

}  // namespace

std::variant<Options, EarlyEnd> ParseOptions(const std::vector<std::string>& arguments,
                                             const Surroundings& surroundings) {
  std::vector<const char*> argv = {"chat_client"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  cxxopts::Options definition = Definition();
  try {
    const cxxopts::ParseResult parsed = definition.parse(static_cast<int>(argv.size()), argv.data());
    if (auto asked = TextAskedFor(parsed, definition)) {
      return asked->is_wrong ? Refuse(asked->text) : EarlyEnd{0, std::move(asked->text)};
    }
    return Build(parsed, surroundings);
  } catch (const Unusable& wrong) {
    return Refuse(wrong.text);
  } catch (const cxxopts::exceptions::exception& wrong) {
    return Refuse(Sentence(wrong.what()));
  }
}

Surroundings SystemSurroundings() {
  Surroundings surroundings;
  surroundings.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  if (const passwd* const entry = ::getpwuid(::geteuid())) surroundings.login_name = entry->pw_name;
  return surroundings;
}

}  // namespace parley::client
