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
#include "server/config/help.h"
#include "server/config/option_sources.h"
#include "server/config/option_table.h"
#include "server/config/parsed.h"

namespace parley {
namespace {

using Words = std::vector<std::string>;

// Ten years: a token can't be called back.
constexpr std::chrono::hours kLongestLife{24 * 3653};

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

// The server's folder of recordings. A server whose --recordings is off makes none, but may have earlier ones
// in its data folder. So only `off` on the command line is about them.
std::string RecordingsOf(const cxxopts::ParseResult& result) {
  std::string folder = OfServer(result, "recordings");
  if (folder == "off" && ToText(result, "recordings").empty()) folder.clear();
  return folder;
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

// Reads the options for the export of a recording.
void ReadRecording(const cxxopts::ParseResult& result, ExportCommand& command) {
  command.output = ToText(result, "output");
  if (result.count("recording") == 0) {
    if (!command.output.empty()) throw Unusable{"--output goes with --recording only"};
    return;
  }
  for (const char* of_messages : {"since", "format"}) {
    if (result.count(of_messages) != 0) {
      throw Unusable{"--recording exports a video: leave out --" + std::string(of_messages)};
    }
  }
  command.recording = ToText(result, "recording");
  if (*command.recording == "list" && !command.output.empty()) {
    throw Unusable{"--recording list prints a list: leave out --output"};
  }
  command.recordings = RecordingsOf(result);
  if (command.recordings == "off") throw Unusable{"--recordings is off: give the folder of the recordings"};
  if (command.recordings.empty()) command.recordings = command.data + "/recordings";
}

ExportCommand ReadExport(const Words& words, const cxxopts::ParseResult& result) {
  const std::string usage =
      "export --room ROOM [--since TIME] [--format text|jsonl] [--recording ID|list [--output FILE]] [--data "
      "DIR]";
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
  ReadRecording(result, command);
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
  RequireWords(words, 1, name + " FOLDER [--data DIR] [--files DIR] [--recordings DIR|off]");
  std::string files = OfServer(result, "files");
  if (files == "off") files.clear();
  return {.folder = words.front(),
          .data = DataFolderOf(result),
          .files = std::move(files),
          .recordings = RecordingsOf(result)};
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
  const cxxopts::ParseResult result = CommandOptions(name).parse(argc, argv);
  if (result.count("help") != 0) return EndNow{0, CommandOptions(name).help() + "\n" + CommandSummary()};
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

EndNow UnusableOptions(const std::string& what) {
  return EndNow{2, "chat_server: " + Visible(what) + "; see chat_server --help\n"};
}

}  // namespace parley
