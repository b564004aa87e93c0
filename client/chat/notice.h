// Something for the person at this end to see. A value, made by Session, laid out by View.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"

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
  bool rings = false;  // somebody asks for the person at this end
};

}  // namespace parley::client
