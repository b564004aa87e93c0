#include "common/manual/man_page.h"

#include <algorithm>

namespace parley::manual {
namespace {

// A text as roff takes it: no hyphen becomes a dash, and no line begins a request.
std::string Escaped(std::string_view text) {
  std::string out;
  bool starts_line = true;
  for (const char c : text) {
    if (starts_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    starts_line = c == '\n';
  }
  return out;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
  return out;
}

std::string Header(std::string_view name, char section, std::string_view version, std::string_view kind) {
  return ".TH " + Upper(name) + " " + section + " \"\" \"Parley " + std::string(version) + "\" \"" +
         std::string(kind) + "\"\n";
}

std::string Title(std::string_view title) {
  return ".SH " + Upper(title) + "\n";
}

std::string Paragraph(std::string_view text) {
  return ".PP\n" + Escaped(text) + "\n";
}

// `tag` is roff already.
std::string Entry(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + "\n" + (text.empty() ? "\\&" : Escaped(text)) + "\n";
}

std::string Bold(std::string_view text) {
  return "\\fB" + Escaped(text) + "\\fR";
}

std::string Italic(std::string_view text) {
  return "\\fI" + Escaped(text) + "\\fR";
}

std::string OptionEntry(const Option& option) {
  std::string tag = option.letter.empty() ? "" : Bold("-" + option.letter) + ", ";
  tag += Bold("--" + option.name);
  if (!option.argument.empty()) tag += " " + Italic(option.argument);
  std::string text = option.text;
  if (!option.fallback.empty()) text += " (default: " + option.fallback + ")";
  return Entry(tag, text);
}

std::string NotesOf(const std::vector<Note>& notes) {
  std::string out;
  for (const Note& note : notes) {
    out += note.term.empty() ? Paragraph(note.text) : Entry(Bold(note.term), note.text);
  }
  return out;
}

std::string SectionsOf(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections) out += Title(section.title) + NotesOf(section.notes);
  return out;
}

std::string SeeAlso(const std::vector<std::string>& pages) {
  if (pages.empty()) return "";
  std::string out = Title("See also") + ".PP\n";
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::size_t bracket = pages[i].find('(');
    out += ".BR " + Escaped(pages[i].substr(0, bracket)) + " " + pages[i].substr(bracket) +
           (i + 1 < pages.size() ? "," : "") + "\n";
  }
  return out;
}

std::string Synopsis(const Program& program) {
  std::string out = Title("Synopsis") + ".PP\n" + Bold(program.name) + " [" + Italic("OPTION") + "]...";
  if (!program.argument.empty()) out += " " + Italic(program.argument);
  out += "\n";
  for (const Command& command : program.commands) {
    for (const Usage& usage : command.usages) {
      out += ".br\n" + Bold(program.name) + " " + Escaped(usage.words) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string ManPage(const Program& program, std::string_view version) {
  std::string out = Header(program.name, '1', version, "User Commands");
  out += Title("Name") + Escaped(program.name) + " \\- " + Escaped(program.summary) + "\n";
  out += Synopsis(program);
  if (!program.description.empty()) out += Title("Description") + NotesOf(program.description);
  out += Title("Options");
  for (const Option& option : program.options) out += OptionEntry(option);
  if (!program.commands.empty()) out += Title("Commands");
  for (const Command& command : program.commands) {
    for (const Usage& usage : command.usages) out += Entry(Bold(usage.words), usage.text);
    if (command.options.empty()) continue;
    out += ".RS\n";
    for (const Option& option : command.options) out += OptionEntry(option);
    out += ".RE\n";
  }
  return out + SectionsOf(program.sections) + SeeAlso(program.see_also);
}

std::string ConfigPage(const Program& program, std::string_view file, const std::vector<Section>& sections,
                       std::string_view version) {
  std::string out = Header(file, '5', version, "File Formats");
  out +=
      Title("Name") + Escaped(file) + " \\- " + Escaped("the configuration file of " + program.name) + "\n";
  out += SectionsOf(sections) + Title("Settings");
  for (const Option& option : program.options) {
    if (!option.is_setting) continue;
    std::string text = option.text;
    if (!option.fallback.empty()) text += " (default: " + option.fallback + ")";
    if (option.repeats) text += ". It may have several lines.";
    out +=
        Entry(Bold(option.name) + " = " + Italic(option.argument.empty() ? "yes|no" : option.argument), text);
  }
  return out + SeeAlso({program.name + "(1)"});
}

}  // namespace parley::manual
