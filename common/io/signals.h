// Signals turns SIGTERM, SIGINT and SIGHUP into events of the loop, through a Waker. One object per process.
//
// SIGTERM and SIGINT are caught once. A second one has the system's default effect: it ends the process at
// once, even if the loop hangs. SIGPIPE is ignored.

#pragma once

#include "common/io/waker.h"

namespace parley {

class Signals {
 public:
  // `waker` must outlive this object.
  explicit Signals(Waker& waker);
  ~Signals();  // restores the former handlers
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Whether SIGTERM or SIGINT (SIGHUP) came since the last call.
  static bool TakeStop();
  static bool TakeReload();
};

}  // namespace parley
