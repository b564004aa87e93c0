#include "server/config/command.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cxxopts.hpp>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "common/codec/visible.h"
#include "server/config/option_sources.h"
#include "server/config/parsed.h"

namespace parley {
namespace {

using Words = std::vector<std::string>;

// Ten years: a token can't be called back.
constexpr std::chrono::hours kLongestLife{24 * 3653};

cxxopts::Options MakeOptions(const std::string& command) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  cxxopts::Options options("chat_server " + command);
  options.add_options()  //
      ("data", "the server's data folder; default: $XDG_DATA_HOME/parley or ~/.local/share/parley", text(),
       "DIR")                                                                                  //
      ("config", "the server's file of `name = value` lines, for its `data`", text(), "FILE")  //
      ("help", "show this help")                                                               //
      ("version", "show the version");
  if (command == "token") {
    options.custom_help("NAME [OPTION...] | --check FILE [OPTION...]");
    options.add_options()                                                                            //
        ("role", "guest, member, host or admin", text()->default_value("member"), "ROLE")            //
        ("room", "the only room that it is valid for", text(), "ROOM")                               //
        ("ttl", "how long it is valid, in s, m, h or d", text()->default_value("8h"), "TIME")        //
        ("check", "explain the token in FILE, and make none (- is standard input)", text(), "FILE")  //
        ("jwt-key", "the server's --jwt-key, for --check", text(), "FILE");
  } else if (command == "export") {
    options.custom_help("--room ROOM [OPTION...]");
    options.add_options()                               //
        ("room", "the room to export", text(), "ROOM")  //
        ("since", "only from then on: 2026-01-31, 2026-01-31T09:05 (local), 2026-01-31T08:05:00Z", text(),
         "TIME")  //
        ("format", "text or jsonl", text()->default_value("text"), "FORMAT");
  } else if (command == "room") {
    options.custom_help("list|show|remove [ROOM] [OPTION...]");
  } else if (command == "backup" || command == "restore") {
    options.custom_help("FOLDER [OPTION...]");
    options.add_options()("files", "the server's folder of files, if it is not in the data folder", text(),
                          "DIR");
  } else if (command == "status") {
    options.custom_help("[OPTION...]");
  } else {
    options.custom_help("add|password|list|remove [NAME] [OPTION...]");
    options.add_options()("role", "for `add`: member (the default) or admin", text(), "ROLE");
  }
  return options;
}

std::string OfEnvironment(const std::string& option) {
  const char* value = std::getenv(EnvironmentName(option).c_str());
  return value == nullptr ? "" : value;
}

// The value of an option of the server, as a server that is started in the same way finds it.
std::string OfServer(const cxxopts::ParseResult& result, const std::string& name) {
  std::string value = ToText(result, name);
  if (value.empty()) value = OfEnvironment(name);
  std::string path = ToText(result, "config");
  if (path.empty()) path = OfEnvironment("config");
  if (!value.empty() || path.empty()) return value;
  const auto file = ReadOptionFile(path);
  if (const auto* wrong = std::get_if<std::string>(&file))
    throw Unusable{"config file " + path + ": " + *wrong};
  const auto& values = std::get<OptionValues>(file);
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

std::string DataFolderOf(const cxxopts::ParseResult& result) {
  std::string data = OfServer(result, "data");
  if (data.empty()) data = DefaultData();
  if (data.empty()) throw Unusable{"there is no home folder to keep data in: give --data DIR"};
  return data;
}

UserCommand::Verb ToVerb(const std::string& word) {
  if (word == "add") return UserCommand::Verb::kAdd;
  if (word == "password") return UserCommand::Verb::kPassword;
  if (word == "list") return UserCommand::Verb::kList;
  if (word == "remove") return UserCommand::Verb::kRemove;
  throw Unusable{"user takes add, password, list or remove, not '" + word + "'"};
}

std::string ToRole(const std::string& role, const std::vector<std::string_view>& roles) {
  if (std::ranges::find(roles, role) != roles.end()) return role;
  std::string known;
  for (const std::string_view one : roles) known += (known.empty() ? "" : ", ") + std::string(one);
  throw Unusable{"--role takes one of " + known + ", not '" + role + "'"};
}

std::chrono::seconds ToLife(const std::string& text) {
  const auto unusable = [&] {
    return Unusable{"--ttl takes a time as 90s, 30m, 8h or 7d, at most ten years, not '" + text + "'"};
  };
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || end - rest != 1 || number < 1) throw unusable();
  const std::string_view units = "smhd";
  constexpr std::int64_t kSeconds[] = {1, 60, 3600, 86'400};
  const auto unit = units.find(*rest);
  if (unit == std::string_view::npos) throw unusable();
  if (number > std::chrono::seconds(kLongestLife).count() / kSeconds[unit]) throw unusable();
  return std::chrono::seconds(number * kSeconds[unit]);
}

void RequireWords(const Words& words, std::size_t count, const std::string& usage) {
  if (words.size() != count) throw Unusable{"usage: chat_server " + usage};
}

UserCommand ReadUser(const Words& words, const cxxopts::ParseResult& result) {
  if (words.empty()) throw Unusable{"user takes add, password, list or remove"};
  UserCommand command;
  command.verb = ToVerb(words.front());
  if (command.verb == UserCommand::Verb::kList) {
    RequireWords(words, 1, "user list [--data DIR]");
  } else {
    RequireWords(words, 2, "user " + words.front() + " NAME [--data DIR]");
    command.name = words[1];
  }
  if (result.count("role") != 0) {
    if (command.verb != UserCommand::Verb::kAdd) throw Unusable{"--role goes with user add only"};
    command.role = ToRole(ToText(result, "role"), {"member", "admin"});
  }
  command.data = DataFolderOf(result);
  return command;
}

TokenCommand ReadToken(const Words& words, const cxxopts::ParseResult& result) {
  RequireWords(words, 1, "token NAME [--role ROLE] [--room ROOM] [--ttl TIME] [--data DIR]");
  TokenCommand command;
  command.name = words.front();
  command.role = ToRole(result["role"].as<std::string>(), {"guest", "member", "host", "admin"});
  if (result.count("room") != 0) command.room = ToText(result, "room");
  command.life = ToLife(result["ttl"].as<std::string>());
  command.data = DataFolderOf(result);
  return command;
}

TokenCheckCommand ReadTokenCheck(const Words& words, const cxxopts::ParseResult& result) {
  RequireWords(words, 0, "token --check FILE [--data DIR] [--jwt-key FILE]");
  for (const char* of_making : {"role", "room", "ttl"}) {
    if (result.count(of_making) != 0)
      throw Unusable{"--check makes no token: leave out --" + std::string(of_making)};
  }
  return {.file = ToText(result, "check"),
          .data = DataFolderOf(result),
          .jwt_key_file = OfServer(result, "jwt-key")};
}

ExportCommand ReadExport(const Words& words, const cxxopts::ParseResult& result) {
  const std::string usage = "export --room ROOM [--since TIME] [--format text|jsonl] [--data DIR]";
  RequireWords(words, 0, usage);
  ExportCommand command;
  command.room = ToText(result, "room");
  if (command.room.empty()) throw Unusable{"usage: chat_server " + usage};
  if (result.count("since") != 0) command.since = ToText(result, "since");
  const auto format = result["format"].as<std::string>();
  if (format != "text" && format != "jsonl")
    throw Unusable{"--format takes text or jsonl, not '" + format + "'"};
  command.json_lines = format == "jsonl";
  command.data = DataFolderOf(result);
  return command;
}

RoomCommand ReadRoom(const Words& words, const cxxopts::ParseResult& result) {
  using Verb = RoomCommand::Verb;
  const std::string verb = words.empty() ? "" : words.front();
  if (verb != "list" && verb != "show" && verb != "remove") {
    throw Unusable{"room takes list, show or remove" + (verb.empty() ? "" : ", not '" + verb + "'")};
  }
  RoomCommand command;
  if (verb == "list") {
    RequireWords(words, 1, "room list [--data DIR]");
  } else {
    RequireWords(words, 2, "room " + verb + " ROOM [--data DIR]");
    command.verb = verb == "show" ? Verb::kShow : Verb::kRemove;
    command.room = words[1];
  }
  command.data = DataFolderOf(result);
  return command;
}

template <typename FolderCommand>
FolderCommand ReadFolder(const std::string& name, const Words& words, const cxxopts::ParseResult& result) {
  RequireWords(words, 1, name + " FOLDER [--data DIR] [--files DIR]");
  std::string files = OfServer(result, "files");
  if (files == "off") files.clear();
  return {.folder = words.front(), .data = DataFolderOf(result), .files = std::move(files)};
}

StatusCommand ReadStatus(const Words& words, const cxxopts::ParseResult& result) {
  RequireWords(words, 0, "status [--data DIR]");
  return {.data = DataFolderOf(result)};
}

// Its options are those of a start.
Command ReadCheck(int argc, const char* const* argv) {
  auto read = ReadConfig(argc, argv);
  if (auto* end = std::get_if<EndNow>(&read)) return std::move(*end);
  return CheckCommand{std::move(std::get<Config>(read))};
}

Command Read(const std::string& name, int argc, const char* const* argv) {
  const cxxopts::ParseResult result = MakeOptions(name).parse(argc, argv);
  if (result.count("help") != 0) return EndNow{0, MakeOptions(name).help() + "\n" + CommandSummary()};
  if (result.count("version") != 0) return EndNow{0, "chat_server " PARLEY_VERSION "\n"};
  if (name == "user") return ReadUser(result.unmatched(), result);
  if (name == "room") return ReadRoom(result.unmatched(), result);
  if (name == "export") return ReadExport(result.unmatched(), result);
  if (name == "backup") return ReadFolder<BackupCommand>(name, result.unmatched(), result);
  if (name == "restore") return ReadFolder<RestoreCommand>(name, result.unmatched(), result);
  if (name == "status") return ReadStatus(result.unmatched(), result);
  if (result.count("check") != 0) return ReadTokenCheck(result.unmatched(), result);
  if (result.count("jwt-key") != 0) throw Unusable{"--jwt-key goes with token --check only"};
  return ReadToken(result.unmatched(), result);
}

}  // namespace

std::optional<Command> ReadCommand(int argc, const char* const* argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name == "check") return ReadCheck(argc - 1, argv + 1);
  constexpr std::string_view kNames[] = {"user", "token", "export", "room", "backup", "restore", "status"};
  if (std::ranges::find(kNames, name) == std::end(kNames)) return std::nullopt;
  try {
    return Read(name, argc - 1, argv + 1);
  } catch (const Unusable& wrong) {
    return UnusableOptions(wrong.text);
  } catch (const cxxopts::exceptions::exception& error) {
    return UnusableOptions(error.what());
  }
}

std::string CommandSummary() {
  return "Subcommands, which also work while a server runs (all take --data DIR):\n"
         "  chat_server user add NAME [--role member|admin]   asks for the password; in a script it is "
         "the first line of stdin\n"
         "  chat_server user password NAME\n"
         "  chat_server user list\n"
         "  chat_server user remove NAME\n"
         "  chat_server token NAME [--role ROLE] [--room ROOM] [--ttl 8h]   prints a signed token\n"
         "  chat_server token --check FILE [--jwt-key FILE]   explains a token, and says whether the server "
         "accepts it\n"
         "  chat_server export --room ROOM [--since TIME] [--format text|jsonl]   prints its messages and "
         "its journal\n"
         "  chat_server room list\n"
         "  chat_server room show ROOM\n"
         "  chat_server room remove ROOM   deletes it and all its messages; not while a server runs\n"
         "  chat_server backup FOLDER    copies the data folder to a new folder, and checks the copy\n"
         "  chat_server restore FOLDER   copies a backup to an empty data folder; not while a server runs\n"
         "  chat_server status           tells whether a server runs, since when, and with how many peers\n"
         "Before a start:\n"
         "  chat_server check [the options of the start]   tells whether this machine can run the "
         "server\n";
}

EndNow UnusableOptions(const std::string& what) {
  return EndNow{2, "chat_server: " + Visible(what) + "; see chat_server --help\n"};
}

}  // namespace parley
