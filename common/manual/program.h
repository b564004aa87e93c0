// Describes a program as data: its options, its commands and notes. The man page, the completion scripts and
// the example configuration are written from this description. --help shows the same texts.

#pragma once

#include <string>
#include <vector>

namespace parley::manual {

struct Option {
  std::string name;        // `log-level`
  std::string letter;      // `h`; empty: none
  std::string argument;    // `FILE`, `DIR`, or the words that it may be: `yes|no`; empty: it takes none
  std::string text;        // what it is for
  std::string fallback;    // its value where it is not given; empty: none, or `text` says it
  bool repeats = false;    // it may be given more than once
  bool is_setting = true;  // it may also stand in the environment and in the configuration file
};

// One way to call a command: `user add NAME [--role member|admin]`.
struct Usage {
  std::string words;
  std::string text;  // may be empty
};

// A word that the command line may begin with.
struct Command {
  std::string name;                // `user`
  std::vector<std::string> verbs;  // `add`, `remove`: what may follow; may be empty
  std::string argument;            // `FOLDER`: what follows where there are no verbs; empty: nothing
  std::vector<Option> options;
  bool takes_program_options = false;  // instead of its own
  std::vector<Usage> usages;
};

struct Note {
  std::string term;  // empty: a paragraph
  std::string text;
};

struct Section {
  std::string title;
  std::vector<Note> notes;
};

struct Program {
  std::string name;      // `chat_server`
  std::string summary;   // one line, without a full stop
  std::string argument;  // the positional argument without a command, `[HOST[:PORT]]`; may be empty
  std::vector<Note> description;
  std::vector<Option> options;
  std::vector<Command> commands;
  std::vector<Section> sections;
  std::vector<std::string> see_also;  // `chat_client(1)`
};

}  // namespace parley::manual
