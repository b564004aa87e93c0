// Loop is the client's turn: it waits in select() for the socket and the standard input, hands input to the
// mode, and tells the person what it is waiting for. LiveLink does the rest of the connection's work.
//
// Owned by main's Run(); the mode must outlive it. One per process (it owns the process's signals).

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/link/live_link.h"
#include "client/modes/mode.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"
#include "common/base/timers.h"
#include "common/io/selector.h"
#include "common/io/signals.h"
#include "common/io/waker.h"

namespace parley::client {

class Loop {
 public:
  // `waker` ends a wait. Mode::Turn handles what else has woken it.
  // `trust`: see Link. `logs_in`: by a password; the answer to a wrong one may be held back.
  Loop(Mode& mode, Waker& waker, const Endpoint& server, std::function<double()> random, const Trust* trust,
       bool logs_in);

  // Until the mode has finished, or the server can't be reached and the mode is not patient. Returns the exit
  // status; what went wrong was told on stderr.
  int Run();

 private:
  enum Timer : Timers::Key { kWakeUp, kPatience, kWaiting };

  int Fail(const std::string& text);
  void Turn();
  void Wait();
  void HandleReady(const Selector::Ready& ready);
  void HandleTimer(Timers::Key timer);
  void Handle(const LiveLink::Change& change);
  void HandleDown(const LiveLink::Change& change);
  // Once until the server has let this client in, where the mode does not show it itself.
  void TellWhatItWaitsFor(const std::string& text);
  void SetWakeUp();
  // Closes the connection in good order; false where it is not sure that all arrived.
  bool Part();

  Mode& mode_;
  Waker& waker_;
  Signals signals_;
  Selector selector_;
  Timers timers_;
  LiveLink link_;
  Now now_{};
  bool reached_ = false;  // since patience began
  bool let_in_ = false;   // once at least
  bool told_waiting_ = false;
  std::string why_down_;
  bool out_of_patience_ = false;
};

}  // namespace parley::client
