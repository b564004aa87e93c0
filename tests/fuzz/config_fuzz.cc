// The server's options, from a file or from the command line: what is accepted is within its limits and means
// the same from both, and what is not is refused in one line.
//
// Input: with `$` before it, arguments, one a line; else a config file.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/codec/utf8.h"
#include "common/manual/from_cxxopts.h"
#include "server/app/listed_rooms.h"
#include "server/config/command.h"
#include "server/config/config.h"
#include "server/config/option_sources.h"
#include "server/config/option_table.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/shown_text.h"
#include "tests/fuzz/text_file.h"

namespace {

using parley::Config;
using parley::EndNow;
using parley::fuzz::IsHarmless;
using parley::fuzz::Require;
using Words = std::vector<std::string>;
using Read = std::variant<Config, EndNow>;

std::vector<const char*> Pointers(const Words& words) {
  std::vector<const char*> pointers = {"chat_server"};
  for (const std::string& word : words) pointers.push_back(word.c_str());
  return pointers;
}

Read ReadWords(const Words& words) {
  const auto argv = Pointers(words);
  return parley::ReadConfig(static_cast<int>(argv.size()), argv.data());
}

// --- What must hold ---

void RequireGoodEnd(const EndNow& end) {
  Require(end.status == 0 || end.status == 2);
  if (end.status == 0) return;
  Require(end.text.starts_with("chat_server: ") && end.text.ends_with("; see chat_server --help\n"));
  Require(IsHarmless(std::string_view(end.text).substr(0, end.text.size() - 1)));
}

void RequireGoodDoors(const Config& config) {
  Require(config.plain.has_value() || config.tls.has_value());
  for (const auto& door : {config.plain, config.tls}) {
    if (door) Require(!door->host.empty() && parley::ParseEndpoint(ToString(*door)) == door);
  }
  Require(config.certificate_file.empty() == config.key_file.empty());
}

void RequireGoodRooms(const std::vector<parley::RoomLine>& lines) {
  for (const parley::RoomLine& line : lines) {
    Require(!line.name.empty() && line.max_members.value_or(1) > 0);
    Require(line.members.empty() == (line.join != parley::RoomLine::Join::kNamed));
  }
  std::string error;
  const auto rooms = ToListedRooms(lines, error);
  Require(rooms.size() == lines.size());
  if (!error.empty()) return;
  for (const parley::ListedRoom& room : rooms) {
    Require(!room.name.key.empty() && parley::IsValidUtf8(room.name.shown));
    Require(room.topic.value_or("").size() <= parley::limits::kTopicBytes);
    // Members are told it as JSON.
    Require(parley::IsValidUtf8(room.topic.value_or("")) && parley::IsValidUtf8(room.password.value_or("")));
  }
}

void RequireGood(const Config& config) {
  RequireGoodDoors(config);
  RequireGoodRooms(config.rooms);
  Require(config.memory == config.data.empty() && !(config.memory && config.journal));
  Require(config.files.empty() || !config.memory);
  Require(config.recordings.empty() || !config.memory);
  Require(config.recordings_total_bytes >= 1);
  Require(config.file_bytes >= 1 && config.files_total_bytes >= 1);
  Require(config.queue_bytes >= parley::limits::kMessageBytes);
  Require(config.total_queue_bytes >= parley::limits::kMessageBytes);
  Require(config.gather >= config.gather.zero() && config.gather <= parley::limits::kMaxGather);
  Require(config.history >= 1 && config.max_peers.value_or(1) >= 1);
  Require(parley::IsLogLevel(config.log_level));
  for (const std::string& url : config.ice) {
    Require(std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; }));
  }
}

void Check(const Read& read) {
  if (const auto* const end = std::get_if<EndNow>(&read)) {
    RequireGoodEnd(*end);
  } else {
    RequireGood(std::get<Config>(read));
  }
}

// All but the rooms, which stand in a file alone.
bool IsSame(Config a, Config b) {
  a.rooms.clear();
  b.rooms.clear();
  return a == b;
}

// --- The file ---

// The options of a file, as they would be given on the command line. Nothing if one of them has no meaning in
// a file. `room` lines have no option.
std::optional<Words> AsWords(const parley::OptionValues& values) {
  static const auto options = parley::manual::OptionsOf(parley::ServerOptions());
  Words words;
  for (const auto& [name, value] : values) {
    if (name == "room") continue;
    const auto option = std::ranges::find(options, name, &parley::manual::Option::name);
    const bool known = option != options.end();
    if (known && !option->is_setting) return std::nullopt;
    if (!known || !option->argument.empty()) {
      words.push_back("--" + name + "=" + value);
    } else if (value == "yes" || value == "true" || value == "1") {
      words.push_back("--" + name);
    } else if (value != "no" && value != "false" && value != "0") {
      return std::nullopt;
    }
  }
  return words;
}

void CheckFile(std::string_view text) {
  static const parley::fuzz::TextFile file;
  file.Write(text);
  const Read read = ReadWords({"--config", file.path()});
  Check(read);
  const auto parsed = parley::ParseOptionFile(text);
  const auto* const values = std::get_if<parley::OptionValues>(&parsed);
  Require(values != nullptr || std::holds_alternative<EndNow>(read));
  if (values == nullptr) return;
  const auto words = AsWords(*values);
  if (!words) return;
  const Read given = ReadWords(*words);
  const auto* const config = std::get_if<Config>(&read);
  // A room line may be wrong where all else is right, and names that are no options.
  if (config == nullptr) return;
  Require(std::holds_alternative<Config>(given) && IsSame(*config, std::get<Config>(given)));
}

// --- The command line ---

void RequireGoodCommand(const parley::Command& command) {
  if (const auto* const end = std::get_if<EndNow>(&command)) {
    RequireGoodEnd(*end);
  } else if (const auto* const user = std::get_if<parley::UserCommand>(&command)) {
    Require(!user->data.empty() && (user->role == "member" || user->role == "admin"));
  } else if (const auto* const token = std::get_if<parley::TokenCommand>(&command)) {
    Require(!token->data.empty() && token->life.count() > 0 && token->life <= std::chrono::hours(24 * 3653));
  } else if (const auto* const written = std::get_if<parley::ExportCommand>(&command)) {
    Require(!written->data.empty() && !written->room.empty());
  } else {
    RequireGood(std::get<parley::CheckCommand>(command).config);
  }
}

void CheckWords(std::string_view text) {
  const Words words = parley::fuzz::Arguments(text);
  Check(ReadWords(words));
  const auto argv = Pointers(words);
  const auto command = parley::ReadCommand(static_cast<int>(argv.size()), argv.data());
  if (command) RequireGoodCommand(*command);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool alone = ::clearenv() == 0 && ::setenv("HOME", "/home/of/nobody", 1) == 0;
  Require(alone);
  const std::string_view text = parley::fuzz::Text(data, size);
  if (text.starts_with('$')) {
    CheckWords(text.substr(1));
  } else {
    CheckFile(text);
  }
  return 0;
}
