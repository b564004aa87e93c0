// Transfers starts and drives the files that are on their way, and tells how far they are. Owned by the
// terminal mode; the Selector and the Trust must outlive it.

#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/chat/files.h"
#include "client/link/transfer.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"

namespace parley::client {

// How connections are made (see Link).
struct Connecting {
  std::function<double()> random;
  const Trust* trust = nullptr;  // null: without TLS
};

class Transfers {
 public:
  Transfers(Endpoint server, Connecting connecting)
      : server_(std::move(server)), connecting_(std::move(connecting)) {}

  // Before anything is started.
  void UseSelector(Selector& selector) { selector_ = &selector; }
  void Start(FileOrder order);
  void OnReady(const Selector::Ready& ready, MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> deadline() const;

  struct Ended {
    FileOrder order;
    std::optional<std::string> error;
  };
  // Those that ended in this turn.
  std::vector<Ended> Turn(MonotonicTime now);

  // A line for the prompt: `[######....] 58 % photo.jpg`. Empty: nothing is on its way. `waiting`: how many
  // wait for these.
  [[nodiscard]] std::string Bar(std::size_t waiting = 0) const;
  [[nodiscard]] bool empty() const { return running_.empty(); }

 private:
  struct Running {
    Running(FileOrder given, Selector& selector, const Endpoint& server, const Connecting& connecting);
    FileOrder order;
    Transfer transfer;
  };

  Endpoint server_;
  Connecting connecting_;
  Selector* selector_ = nullptr;
  std::list<Running> running_;
};

}  // namespace parley::client
