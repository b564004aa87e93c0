// CannotStart is thrown inside server/app when the server can't start. Serve prints it.

#pragma once

#include <string>

namespace parley {

struct CannotStart {
  std::string text;  // what is wrong, and what to do
};

}  // namespace parley
