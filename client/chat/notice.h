// Notice is something for the person at this client to see. A value, made by Session and laid out by View.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/message_state.h"

namespace parley::client {

struct Notice {
  enum class Kind {
    kMessage,   // said now, or while one was away
    kHistory,   // said before one came
    kWhisper,   // to oneself alone
    kPresence,  // who comes, goes, raises a hand
    kInfo,      // an answer to a command, the state of things
    kProblem,   // what could not be done
  };
  Kind kind = Kind::kInfo;
  std::string room = {};  // empty: of no room
  std::string who = {};   // messages and whispers: the author's name
  std::string text = {};
  std::optional<WallTime> time = std::nullopt;
  bool rings = false;                                 // somebody asks for the person at this end
  std::string quote = {};                             // of a reply: the beginning of what it answers
  std::optional<std::size_t> number = std::nullopt;   // counted back from the newest, where that is shown
  std::uint64_t seq = 0;                              // of a message; 0: none
  std::optional<protocol::Poll> poll = std::nullopt;  // shown in place of the text, or below it
};

}  // namespace parley::client
