// Transfer is a file on its way through one HTTP connection. Transfers alone changes it.

#pragma once

#include <cstdint>
#include <string>

#include "server/http/file_answers.h"

namespace parley {

struct Transfer {
  bool sends = false;        // to the peer: a download
  std::string id;            // of the file
  std::uint64_t offset = 0;  // of the next byte
  std::uint64_t left = 0;    // bytes that are still to come, or to be sent
  bool keep_alive = false;
  FileQuestion question = {};  // of a download
  bool working = false;        // the worker does something for it
  std::uint64_t ticket = 0;    // of what it does, or did last

  // Whether what the peer sends must wait.
  [[nodiscard]] bool holds() const { return sends || working; }
};

}  // namespace parley
