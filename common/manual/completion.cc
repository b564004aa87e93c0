#include "common/manual/completion.h"

#include <algorithm>
#include <vector>

namespace parley::manual {
namespace {

// The values to offer for an option.
struct Values {
  bool files = false, folders = false;
  std::vector<std::string> words;

  [[nodiscard]] bool none() const { return !files && !folders && words.empty(); }
};

// `FILE`, `DIR` and `FOLDER` are paths; of `auto|sfu|mesh` each word is a value.
Values ValuesOf(std::string_view argument) {
  Values values;
  const bool is_choice = argument.find('|') != std::string_view::npos;
  while (!argument.empty()) {
    const std::size_t bar = argument.find('|');
    const std::string word(argument.substr(0, bar));
    argument.remove_prefix(bar == std::string_view::npos ? argument.size() : bar + 1);
    if (word == "FILE") {
      values.files = true;
    } else if (word == "DIR" || word == "FOLDER") {
      values.folders = true;
    } else if (is_choice) {
      values.words.push_back(word);
    }
  }
  return values;
}

const std::vector<Option>& OptionsOf(const Program& program, const Command& command) {
  return command.takes_program_options ? program.options : command.options;
}

std::string Joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

// In single quotes, for any of the three shells. fish knows \' only inside of them.
std::string Quoted(std::string_view text, std::string_view quote) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::vector<std::string> NamesOf(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

// --- bash ---

// The cases of one command's options; `command` is empty for those without one.
std::string BashCases(std::string_view command, const std::vector<Option>& options) {
  std::string out;
  for (const Option& option : options) {
    if (option.argument.empty()) continue;
    const Values values = ValuesOf(option.argument);
    out += "    '" + std::string(command) + "--" + option.name + "')\n";
    if (values.files) {
      out += "      _parley_paths -f\n";
    } else if (values.folders) {
      out += "      _parley_paths -d\n";
    }
    if (!values.words.empty()) {
      out += "      COMPREPLY+=($(compgen -W '" + Joined(values.words, " ") + "' -- \"$current\"))\n";
    }
    out += "      return\n      ;;\n";
  }
  return out;
}

std::string BashWords(std::string_view command, const std::vector<Option>& options,
                      std::vector<std::string> words) {
  for (const Option& option : options) words.push_back("--" + option.name);
  return "    '" + std::string(command) + "') words='" + Joined(words, " ") + "' ;;\n";
}

std::string Bash(const Program& program) {
  const std::string function = "_" + program.name;
  std::string out = "# bash completion for " + program.name + "\n";
  // A path stays one word, whatever is in it.
  out += R"(_parley_paths() {
  local path
  compopt -o filenames
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$current")
}

)";
  out += function + R"(() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' words=''
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)";
  if (!program.commands.empty()) {
    out += "  if ((COMP_CWORD > 1)); then\n    case ${COMP_WORDS[1]} in\n      " +
           Joined(NamesOf(program.commands), " | ") + ") command=${COMP_WORDS[1]} ;;\n    esac\n  fi\n";
  }
  out += "  COMPREPLY=()\n  case $command$previous in\n" + BashCases("", program.options);
  for (const Command& command : program.commands) out += BashCases(command.name, OptionsOf(program, command));
  out += "  esac\n  case $command in\n" + BashWords("", program.options, NamesOf(program.commands));
  for (const Command& command : program.commands)
    out += BashWords(command.name, OptionsOf(program, command), command.verbs);
  out += "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n";
  for (const Command& command : program.commands) {
    const Values values = ValuesOf(command.argument);
    if (values.folders) out += "  [[ $command != " + command.name + " ]] || _parley_paths -d\n";
  }
  return out + "}\ncomplete -F " + function + " " + program.name + "\n";
}

// --- zsh ---

std::string ZshAction(const Values& values) {
  if (!values.words.empty() && values.folders) {
    return "{_alternative \"words:word:(" + Joined(values.words, " ") + ")\" \"paths:folder:_files -/\"}";
  }
  if (!values.words.empty()) return "(" + Joined(values.words, " ") + ")";
  if (values.files) return "_files";
  return values.folders ? "_files -/" : " ";
}

std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string ZshOption(const Option& option) {
  std::string spec = option.repeats ? "*--" : "--";
  spec += option.name;
  if (!option.argument.empty()) spec += "=";
  spec += "[" + ZshText(option.text) + "]";
  if (!option.argument.empty()) {
    spec += ":" + ZshText(option.argument) + ":" + ZshAction(ValuesOf(option.argument));
  }
  return Quoted(spec, "'\\''");
}

std::string ZshArguments(const std::vector<Option>& options, const std::vector<std::string>& first,
                         std::string_view argument) {
  std::string out = "_arguments";
  if (!first.empty()) {
    out += " \\\n        '1: :(" + Joined(first, " ") + ")'";
  } else if (!argument.empty()) {
    out += " \\\n        '1:" + ZshText(argument) + ":" + ZshAction(ValuesOf(argument)) + "'";
  }
  if (!first.empty()) out += " \\\n        '*: : '";
  for (const Option& option : options) out += " \\\n        " + ZshOption(option);
  return out + "\n";
}

std::string Zsh(const Program& program) {
  const std::string function = "_" + program.name;
  std::string out = "#compdef " + program.name + "\n" + function + "() {\n  local command=\n";
  if (!program.commands.empty()) {
    out += "  if (( CURRENT > 2 )); then\n    case $words[2] in\n      " +
           Joined(NamesOf(program.commands), "|") +
           ") command=$words[2]; shift words; (( CURRENT-- )) ;;\n    esac\n  fi\n";
  }
  out += "  case $command in\n    '')\n      " +
         ZshArguments(program.options, NamesOf(program.commands), program.argument) + "      ;;\n";
  for (const Command& command : program.commands) {
    out += "    " + command.name + ")\n      " +
           ZshArguments(OptionsOf(program, command), command.verbs, command.argument) + "      ;;\n";
  }
  return out + "  esac\n}\n" +
         // Sourced it defines the function; from the folder of completions it is its body.
         "if [[ $funcstack[1] == " + function + " ]]; then\n  " + function + " \"$@\"\nelse\n  compdef " +
         function + " " + program.name + "\nfi\n";
}

// --- fish ---

std::string FishText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  return Quoted(escaped, "\\'");
}

std::string FishOption(const std::string& start, const Option& option) {
  std::string out = start + " -l " + option.name;
  if (!option.letter.empty()) out += " -s " + option.letter;
  if (!option.argument.empty()) {
    const Values values = ValuesOf(option.argument);
    std::string words = Joined(values.words, " ");
    if (values.folders) words += std::string(words.empty() ? "" : " ") + "(__fish_complete_directories)";
    out += values.files ? " -r -F" : " -x";
    if (!words.empty()) out += " -a " + FishText(words);
  }
  return out + " -d " + FishText(option.text) + "\n";
}

std::string Fish(const Program& program) {
  std::string out = "# fish completion for " + program.name + "\n";
  const std::string all = "complete -c " + program.name;
  out += all + " -f\n";
  const std::string names = Joined(NamesOf(program.commands), " ");
  const std::string first = program.commands.empty() ? all : all + " -n __fish_use_subcommand";
  for (const Option& option : program.options) out += FishOption(first, option);
  for (const Command& command : program.commands) {
    const std::string text = command.usages.empty() ? "" : command.usages.front().text;
    out += first + " -a " + command.name + " -d " + FishText(text) + "\n";
    const std::string start = all + " -n " + FishText("__fish_seen_subcommand_from " + command.name);
    if (!command.verbs.empty()) out += start + " -a " + FishText(Joined(command.verbs, " ")) + "\n";
    if (ValuesOf(command.argument).folders) out += start + " -a '(__fish_complete_directories)'\n";
    for (const Option& option : OptionsOf(program, command)) out += FishOption(start, option);
  }
  return out;
}

}  // namespace

std::optional<std::string> Completion(const Program& program, std::string_view shell) {
  if (shell == "bash") return Bash(program);
  if (shell == "zsh") return Zsh(program);
  if (shell == "fish") return Fish(program);
  return std::nullopt;
}

}  // namespace parley::manual
