// The commands for messages that are there (/reply, /edit, /delete, /react, /search), for polls, and for
// files.

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "client/ui/commands.h"
#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/protocol/emoji.h"

namespace parley::client {
namespace {

namespace fs = std::filesystem;

std::string_view FirstWord(std::string_view text) {
  return text.substr(0, text.find(' '));
}

// `3` or `#41`, whether there is such a message or not.
bool LooksLikeNumber(std::string_view word) {
  if (word.starts_with('#')) word.remove_prefix(1);
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1,3": indexes from 0. Nothing if it is not a list of numbers from 1.
std::optional<std::vector<std::size_t>> ParseChoices(std::string_view text) {
  std::vector<std::size_t> choices;
  if (text == "-") return choices;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view one = Trim(text.substr(0, comma));
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), number);
    if (error != std::errc() || end != one.data() + one.size() || number == 0) return std::nullopt;
    choices.push_back(number - 1);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  std::ranges::sort(choices);
  choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
  return choices;
}

// "~/notes.txt" as a shell has it.
fs::path PathOf(std::string_view typed) {
  const char* const home = std::getenv("HOME");
  if (home != nullptr && typed.starts_with("~/")) return fs::path(home) / typed.substr(2);
  return fs::path(typed);
}

// The text between lines of backticks that it does not have itself.
std::string AsCode(const std::string& text, std::string language) {
  std::string fence = "```";
  while (text.find(fence) != std::string::npos) fence += '`';
  const bool plain = std::ranges::all_of(language, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+';
  });
  if (!plain) language.clear();
  return fence + language + "\n" + text + (text.ends_with('\n') ? "" : "\n") + fence;
}

}  // namespace

std::optional<protocol::Sequence> Commands::TakeNumber(const Command& command, std::string_view& argument) {
  const std::string_view word = FirstWord(argument);
  if (!LooksLikeNumber(word)) {
    Usage(command);
    return std::nullopt;
  }
  const auto sequence = session_.current()->kept.Resolve(word);
  if (!sequence) Complain("there is no message " + std::string(word) + "; /history shows the numbers");
  argument = Trim(argument.substr(word.size()));
  return sequence;
}

void Commands::Reply(const Command& command, std::string_view argument) {
  const auto sequence = TakeNumber(command, argument);
  if (!sequence) return;
  if (argument.empty()) return Usage(command);
  session_.messaging().Reply(*sequence, argument);
}

void Commands::Edit(const Command& command, std::string_view argument) {
  std::optional<protocol::Sequence> sequence;
  if (LooksLikeNumber(FirstWord(argument)) && FirstWord(argument).size() < argument.size()) {
    sequence = TakeNumber(command, argument);
    if (!sequence) return;
  } else {
    sequence = session_.current()->kept.NewestOwnText();
    if (!sequence) return Complain("you have no recent message here; give its number (see /history)");
  }
  session_.changes().Edit(*sequence, argument);
}

void Commands::Delete(const Command& command, std::string_view argument) {
  std::optional<protocol::Sequence> sequence;
  if (argument.empty()) {
    sequence = session_.current()->kept.NewestOwn();
    if (!sequence) return Complain("you have no recent message here; give its number (see /history)");
  } else {
    sequence = TakeNumber(command, argument);
    if (!sequence) return;
    if (!argument.empty()) return Usage(command);
  }
  session_.changes().Delete(*sequence);
}

void Commands::React(const Command& command, std::string_view argument) {
  const auto sequence = TakeNumber(command, argument);
  if (!sequence) return;
  if (argument.empty()) return Usage(command);
  if (argument.size() > limits::kEmojiBytes || !protocol::IsEmoji(argument)) {
    return Complain("'" + std::string(argument) + "' is not one emoji");
  }
  session_.changes().React(*sequence, argument);
}

void Commands::Poll(const Command& command, std::string_view argument) {
  std::vector<std::string> parts;
  for (std::string_view rest = argument;;) {
    const std::size_t bar = rest.find('|');
    parts.emplace_back(Trim(rest.substr(0, bar)));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  const bool empty = std::ranges::any_of(parts, [](const std::string& part) { return part.empty(); });
  if (parts.size() < 3 || empty) return Usage(command);
  const std::string question = parts.front();
  parts.erase(parts.begin());
  if (parts.size() > limits::kPollOptions) {
    return Complain("a poll has at most " + std::to_string(limits::kPollOptions) + " choices");
  }
  session_.changes().AskAll(question, std::move(parts));
}

void Commands::Vote(const Command& command, std::string_view argument) {
  const auto sequence = TakeNumber(command, argument);
  if (!sequence) return;
  auto choices = ParseChoices(argument);
  if (!choices) return Usage(command);
  session_.changes().Vote(*sequence, std::move(*choices));
}

void Commands::ClosePoll(const Command& command, std::string_view argument) {
  std::optional<protocol::Sequence> sequence;
  if (argument.empty()) {
    sequence = session_.current()->kept.NewestPoll();
    if (!sequence) return Complain("there is no open poll");
  } else {
    sequence = TakeNumber(command, argument);
    if (!sequence) return;
    if (!argument.empty()) return Usage(command);
  }
  session_.changes().Close(*sequence);
}

void Commands::Search(const Command&, std::string_view argument) {
  if (argument.size() > limits::kSearchQueryBytes)
    return Complain("that is too long to search for: at most " + std::to_string(limits::kSearchQueryBytes) +
                    " bytes");
  session_.messaging().Search(argument);
}

// --- Files ---

void Commands::Code(const Command&, std::string_view argument) {
  const fs::path path = PathOf(argument);
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (failed) return Complain("can't read " + path.string() + ": " + failed.message());
  if (size == 0) return Complain(path.string() + " is empty");
  if (size > limits::kTextBytes) {
    return Complain(path.string() + " is too long for a message; send it with /send " + path.string());
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return Complain("can't read " + path.string());
  if (!IsValidUtf8(text) || text.find('\0') != std::string::npos) {
    return Complain(path.string() + " is not a text in UTF-8; send it with /send " + path.string());
  }
  const std::string extension = path.extension().string();
  session_.Say(AsCode(text, extension.empty() ? "" : extension.substr(1)));
}

void Commands::Send(const Command&, std::string_view argument) {
  const fs::path path = PathOf(argument);
  std::error_code failed;
  const bool regular = fs::is_regular_file(path, failed);
  const auto size = regular ? fs::file_size(path, failed) : 0;
  if (failed) return Complain("can't read " + path.string() + ": " + failed.message());
  if (!regular) return Complain(path.string() + " is not a file");
  if (size == 0) return Complain(path.string() + " is empty");
  session_.files().Send(path.string(), RepairUtf8(path.filename().string()), size);
}

void Commands::Get(const Command& command, std::string_view argument) {
  const auto sequence = TakeNumber(command, argument);
  if (!sequence) return;
  session_.files().Get(*sequence, argument.empty() ? std::string() : PathOf(argument).string());
}

}  // namespace parley::client
