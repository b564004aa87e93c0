// How the simulation says that a promise was broken: by an exception, so that whoever runs it can say which
// seed or input that was.

#pragma once

#include <stdexcept>
#include <string>

namespace parley::simulation {

class Broken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void Require(bool holds, const char* promise) {
  if (!holds) throw Broken(promise);
}
inline void Require(bool holds, const char* promise, const std::string& about) {
  if (!holds) throw Broken(std::string(promise) + ": " + about);
}

}  // namespace parley::simulation
