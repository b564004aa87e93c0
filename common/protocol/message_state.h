// Defines the mutable state of a message: edits, deletion, reactions, and the state of a poll
// (docs/protocol.md, "Messages that change"). Values.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace parley::protocol {

using Revision = std::uint64_t;  // of a change to a message in its room, from 1; 0: none

struct Reaction {
  std::string emoji;
  std::size_t count = 0;
  std::vector<std::string> authors;  // author keys of the first limits::kReactionAuthors
  bool mine = false;                 // the reader reacted so. Only in replies to the reader

  bool operator==(const Reaction&) const = default;
};

struct Poll {
  std::string question;
  std::vector<std::string> options;
  bool multiple = false;            // a person may choose several
  std::vector<std::size_t> counts;  // of each option
  std::size_t voters = 0;
  bool closed = false;
  // What the reader has chosen: indexes of options, the smallest first. Only in replies to a voter.
  std::optional<std::vector<std::size_t>> mine = {};

  bool operator==(const Poll&) const = default;
};

struct MessageState {
  Revision rev = 0;  // of its latest change
  std::optional<WallTime> edited = {};
  bool deleted = false;  // then it has no text, reactions and poll
  std::vector<Reaction> reactions = {};
  std::optional<Poll> poll = {};

  bool operator==(const MessageState&) const = default;
};

}  // namespace parley::protocol
