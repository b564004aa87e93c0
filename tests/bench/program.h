// RunProgram is the main function of a program of the bench: it passes the arguments on, and reports what is
// thrown.

#pragma once

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace parley::bench {

inline int RunProgram(const char* name, int argc, char** argv, int (*run)(const std::vector<std::string>&)) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace parley::bench
