#include "server/config/help.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "common/manual/completion.h"
#include "common/manual/example_config.h"
#include "common/manual/from_cxxopts.h"
#include "common/manual/man_page.h"
#include "server/config/option_table.h"
#include "server/config/parsed.h"

namespace parley {
namespace {

using manual::Note;
using manual::Section;

manual::Command MakeCommand(const std::string& name, std::vector<std::string> verbs,
                            const std::string& argument, std::vector<manual::Usage> usages) {
  return {name,  std::move(verbs), argument, manual::OptionsOf(CommandOptions(name)),
          false, std::move(usages)};
}

std::vector<manual::Command> Commands() {
  std::vector<manual::Command> commands;
  commands.push_back(
      MakeCommand("user", {"add", "password", "list", "remove"}, "",
                  {{"user add NAME [--role member|admin]",
                    "makes an account; asks for the password, which in a script is the first line of stdin"},
                   {"user password NAME", "changes the password"},
                   {"user list", "lists the accounts"},
                   {"user remove NAME", "deletes an account"}}));
  commands.push_back(MakeCommand(
      "token", {}, "NAME",
      {{"token NAME [--role ROLE] [--room ROOM] [--ttl 8h]", "prints a signed token"},
       {"token --check FILE [--jwt-key FILE]", "explains a token, and says whether the server accepts it"}}));
  commands.push_back(MakeCommand(
      "export", {}, "",
      {{"export --room ROOM [--since TIME] [--format text|jsonl]", "prints a room's messages and journal"},
       {"export --room ROOM --recording list", "lists the recordings of a room"},
       {"export --room ROOM --recording ID [--output FILE]", "makes a video of a recording, with ffmpeg"}}));
  commands.push_back(
      MakeCommand("room", {"list", "show", "remove"}, "",
                  {{"room list", "lists the rooms on disk"},
                   {"room show ROOM", "shows one room"},
                   {"room remove ROOM", "deletes a room and all its messages; not while a server runs"}}));
  commands.push_back(
      MakeCommand("backup", {}, "FOLDER",
                  {{"backup FOLDER", "copies the data folder to a new folder, and checks the copy"}}));
  commands.push_back(
      MakeCommand("restore", {}, "FOLDER",
                  {{"restore FOLDER", "copies a backup to an empty data folder; not while a server runs"}}));
  commands.push_back(MakeCommand(
      "status", {}, "", {{"status", "tells whether a server runs, since when, and with how many peers"}}));
  manual::Command check{"check", {}, "", {}, true, {}};
  check.usages.push_back(
      {"check [the options of the start]", "tells whether this machine can run the server"});
  commands.push_back(std::move(check));
  return commands;
}

std::vector<Section> Sections() {
  return {
      {"Signals",
       {{"SIGHUP", "read the certificate and its key again"},
        {"SIGTERM, SIGINT", "tell the clients, send what is queued, and end"}}},
      {"Exit status", {{"0", "success"}, {"1", "failure"}, {"2", "the options are wrong"}}},
  };
}

std::vector<Section> ConfigSections() {
  return {
      {"Description",
       {{"",
         "chat_server --config FILE reads its settings from FILE, in UTF-8. Each line is `name = value`; "
         "empty "
         "lines and lines that begin with # are skipped. A setting is named like the option on the command "
         "line. chat_server --example-config prints a file with every setting and its default."}}},
      {"Rooms",
       {{"",
         "A room line makes a room that exists from the start. It has the room's name, and after it settings "
         "between semicolons: room = Physics 7b; topic = Mechanics; join = members; hosts = Ana, Ben"},
        {"topic = TEXT", "what the room is about"},
        {"password = TEXT", "needed to join"},
        {"join = anyone|members|NAMES", "who may join: everybody, people with a login, or these accounts"},
        {"hosts = NAMES", "the accounts that are hosts of the room"},
        {"max-members = N", "the maximum number of members"},
        {"waiting-room = yes|no", "whether a host must admit people"},
        {"keep = TIME", "how long messages are kept, instead of the setting keep"}}},
  };
}

std::vector<Note> ExampleNotes() {
  return {
      {"room = Physics 7b; topic = Mechanics; hosts = Ana, Ben; max-members = 30",
       "A room that exists from the start. The file may have several such lines. parley.conf(5) lists what a "
       "line can say."}};
}

std::string CompletionFor(const std::string& shell) {
  auto script = manual::Completion(ServerProgram(), shell);
  if (!script) throw Unusable{"--completion takes bash, zsh or fish, not '" + shell + "'"};
  return std::move(*script);
}

}  // namespace

manual::Program ServerProgram() {
  std::vector<Note> description = {
      {"",
       "chat_server is one server for text, voice and video. People in terminals and people in browsers "
       "share the "
       "same rooms. Without options it serves the page on the TLS door, and terminals on both doors."},
      {"",
       "Each setting can also be given in the environment (PARLEY_LOG_LEVEL=debug) or in the file that "
       "--config names, which parley.conf(5) describes. The command line wins over the environment, and the "
       "environment wins over the file."}};
  return {"chat_server",
          "chat and meeting server for terminals and browsers",
          "",
          std::move(description),
          manual::OptionsOf(ServerOptions()),
          Commands(),
          Sections(),
          {"chat_client(1)", "parley.conf(5)", "parley-protocol(7)"}};
}

std::string CommandSummary() {
  const std::vector<manual::Command> commands = Commands();
  std::size_t widest = 0;
  for (const manual::Command& command : commands) {
    for (const manual::Usage& usage : command.usages) {
      if (usage.words.size() <= 40) widest = std::max(widest, usage.words.size());
    }
  }
  std::string out = "Subcommands. All take --data DIR. They also work while a server runs, unless noted:\n";
  for (const manual::Command& command : commands) {
    for (const manual::Usage& usage : command.usages) {
      const std::size_t gap = usage.words.size() < widest ? widest - usage.words.size() : 0;
      out += "  chat_server " + usage.words + std::string(gap + 3, ' ') + usage.text + "\n";
    }
  }
  return out;
}

std::optional<std::string> AskedText(const cxxopts::ParseResult& given) {
  if (given.count("help") != 0) return ServerOptions().help() + "\n" + CommandSummary();
  if (given.count("version") != 0) return "chat_server " PARLEY_VERSION "\n";
  if (given.count("manual") != 0) return manual::ManPage(ServerProgram(), PARLEY_VERSION);
  if (given.count("config-manual") != 0) {
    return manual::ConfigPage(ServerProgram(), "parley.conf", ConfigSections(), PARLEY_VERSION);
  }
  if (given.count("completion") != 0) return CompletionFor(given["completion"].as<std::string>());
  if (given.count("example-config") != 0) return manual::ExampleConfig(ServerProgram(), ExampleNotes());
  return std::nullopt;
}

}  // namespace parley
