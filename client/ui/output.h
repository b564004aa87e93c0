// Writes to standard output and standard error.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/codec/visible.h"

namespace parley::client {

// Writes all bytes to a descriptor at once. If the reader is slow, it waits, which slows this client and in
// the end the server. On a terminal, control characters become visible.
class Output {
 public:
  explicit Output(int descriptor);

  // Nothing more is written once it is closed.
  void Write(std::string_view bytes);
  // Nobody reads any more.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void WriteAll(std::string_view bytes);
  void Fail(int error);

  int descriptor_;
  std::optional<VisibleStream> terminal_;
  bool closed_ = false;
};

// One line on standard error: `chat_client: text`, made safe for a terminal. Returns 1, the exit status of
// what failed while running.
int TellError(std::string_view text);

}  // namespace parley::client
