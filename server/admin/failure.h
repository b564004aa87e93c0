// Failure ends a subcommand: its exit status, and the line that says why and what to do. Private to this
// folder.

#pragma once

#include <string>

#include "common/protocol/names.h"

namespace parley {

struct Failure {
  int status;
  std::string text;
};

// The room name in `text`. Throws Failure if it is not valid.
inline protocol::Name RoomNamed(const std::string& text) {
  auto name = protocol::RoomName(text);
  if (!name) {
    throw Failure{2,
                  "a room's name has 1 to 64 characters and no '/', not '" + text + "'; choose another name"};
  }
  return *name;
}

}  // namespace parley
