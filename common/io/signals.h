// SIGTERM, SIGINT and SIGHUP as events of the loop, by way of a Waker. One object a process.
//
// SIGTERM and SIGINT are caught once: a second one finds the system's default again and ends the process at
// once, even where the loop hangs. SIGPIPE is ignored.

#pragma once

#include "common/io/waker.h"

namespace parley {

class Signals {
 public:
  // `waker` must outlive this object.
  explicit Signals(Waker& waker);
  ~Signals();  // gives the former handlers back
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Whether SIGTERM or SIGINT (SIGHUP) came since the last call.
  static bool TakeStop();
  static bool TakeReload();
};

}  // namespace parley
