// Mode is what this client does with its connection and its input: chat on a terminal, chat in a pipe,
// `--json` or `--raw`. Four classes implement it, and Loop drives one of them.

#pragma once

#include <cstddef>
#include <optional>

#include "client/link/dialogue.h"
#include "common/base/clock.h"
#include "common/io/selector.h"

namespace parley::client {

class Mode : public Dialogue {
 public:
  // --- Standard input ---

  // `unsent` bytes wait in the connection.
  [[nodiscard]] virtual bool WantsInput(std::size_t unsent) const = 0;
  // It is readable.
  virtual void ReadInput() = 0;

  // --- Connections of its own ---

  // The loop's, once, before the first turn.
  virtual void UseSelector(Selector& /*selector*/) {}
  // Whatever the Selector found; a descriptor of somebody else is to be ignored.
  virtual void OnReady(const Selector::Ready& /*ready*/, MonotonicTime /*now*/) {}

  // --- The turn and the end ---

  // Once a turn, after all events: prints what there is to print.
  virtual void Turn(const Now& now) = 0;
  // When the next turn is wanted, if nothing happens before.
  [[nodiscard]] virtual std::optional<MonotonicTime> deadline() const { return std::nullopt; }
  // Goes on trying for ever where the server can't be reached.
  [[nodiscard]] virtual bool patient() const = 0;
  // Whether the mode itself shows the state of the connection. If not, the loop says on stderr what it waits
  // for.
  [[nodiscard]] virtual bool shows_connection() const { return false; }
  // A signal asks the process to end.
  virtual void Stop() = 0;
  // Asked once a turn: the exit status, once there is nothing more to do. An error was told by then.
  virtual std::optional<int> Finish(std::size_t unsent) = 0;
  // Before the loop tells an error and ends by itself: gives the terminal back.
  virtual void Abandon() {}
  // Before the connection is closed in good order: what else to say. True: the server is going to close its
  // side then; false: what was sent only has to arrive.
  virtual bool SayGoodbye() = 0;
};

}  // namespace parley::client
