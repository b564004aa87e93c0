#include "common/manual/example_config.h"

#include <string_view>

namespace parley::manual {
namespace {

constexpr std::size_t kColumns = 98;  // beside the "# "

// `text` as comment lines, broken between words.
std::string Comment(std::string_view text) {
  std::string out;
  while (text.size() > kColumns) {
    const std::size_t space = text.rfind(' ', kColumns);
    if (space == std::string_view::npos) break;
    out += "# " + std::string(text.substr(0, space)) + "\n";
    text.remove_prefix(space + 1);
  }
  return out + "# " + std::string(text) + "\n";
}

std::string ValueOf(const Option& option) {
  if (!option.fallback.empty()) return option.fallback;
  return option.argument.empty() ? "no" : option.argument;
}

}  // namespace

std::string ExampleConfig(const Program& program, const std::vector<Note>& notes) {
  std::string out = Comment("Configuration of " + program.name + ": `name = value` lines.");
  out += Comment(
      "To change a setting, remove the # before its name. What stands after = is the default, or in "
      "capitals what kind of value it takes. The command line and the environment win over this file.");
  for (const Option& option : program.options) {
    if (!option.is_setting) continue;
    out += "\n" + Comment(option.text) + "#" + option.name + " = " + ValueOf(option) + "\n";
  }
  for (const Note& note : notes)
    out += "\n" + Comment(note.text) + (note.term.empty() ? "" : "#" + note.term + "\n");
  return out;
}

}  // namespace parley::manual
