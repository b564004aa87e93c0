#include "client/options_help.h"

#include <string_view>
#include <utility>
#include <vector>

#include "client/ui/commands.h"
#include "common/manual/completion.h"
#include "common/manual/from_cxxopts.h"
#include "common/manual/man_page.h"

namespace parley::client {
namespace {

using manual::Note;

std::string HelpText(const cxxopts::Options& options) {
  return options.help({""}) +
         "\nBy default, HOST is localhost, and PORT is 8080 (with --tls 8443). Each option can also be given "
         "in the "
         "environment\n"
         "(PARLEY_NAME=...) or in the configuration file. The command line wins over the environment,\n"
         "and the environment wins over the file.\n"
         "On a terminal, type /help for the commands. In a pipe, each line of input is a message.\n";
}

manual::Section CommandSection() {
  manual::Section section{
      "Commands",
      {{"",
        "A line that begins with one of these words is a command; N counts back from the newest "
        "message. Any other line is a message, and //TEXT sends /TEXT."}}};
  for (const Commands::Command& command : Commands::Table()) {
    std::string usage(command.name);
    if (!command.arguments.empty()) usage += " " + std::string(command.arguments);
    section.notes.push_back(Note{std::move(usage), std::string(command.help)});
  }
  return section;
}

manual::Program ClientProgram(const cxxopts::Options& options) {
  manual::Program program;
  program.name = "chat_client";
  program.summary = "chat client for the terminal, for pipes and for scripts";
  program.argument = "[HOST[:PORT]]";
  program.options = manual::OptionsOf(options);
  program.description = {{"",
                          "By default, HOST is localhost, and PORT is 8080 (with --tls 8443). On a terminal, "
                          "chat_client shows a "
                          "prompt. In a pipe, each line of input is a message."},
                         {"",
                          "Each option can also be given in the environment (PARLEY_NAME=...) or in the "
                          "configuration file. The command line wins over the environment, and the "
                          "environment wins over the file."}};
  program.sections = {
      CommandSection(),
      {"Exit status",
       {{"0", "success"}, {"1", "it could not connect, sign in or send"}, {"2", "the options are wrong"}}}};
  program.see_also = {"chat_server(1)", "parley-protocol(7)"};
  return program;
}

}  // namespace

std::optional<AskedText> TextAskedFor(const cxxopts::ParseResult& parsed, const cxxopts::Options& options) {
  if (parsed.count("help") > 0) return AskedText{HelpText(options)};
  if (parsed.count("version") > 0) return AskedText{"chat_client " PARLEY_VERSION "\n"};
  if (parsed.count("manual") > 0) return AskedText{manual::ManPage(ClientProgram(options), PARLEY_VERSION)};
  if (parsed.count("completion") == 0) return std::nullopt;
  const auto shell = parsed["completion"].as<std::string>();
  if (auto script = manual::Completion(ClientProgram(options), shell)) return AskedText{std::move(*script)};
  return AskedText{"--completion takes bash, zsh or fish, not '" + shell + "'", true};
}

}  // namespace parley::client
