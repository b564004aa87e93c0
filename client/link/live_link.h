// LiveLink holds a Dialogue over a Link. It hands over what arrives, sends what is to be sent, and gives up
// connections whose other end no longer answers.
//
// Owned by a loop, which waits in the Selector, calls OnReady for what it found, and then Turn and Flush. The
// Selector, the Dialogue and the Trust must outlive it; one thread.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/link/dialogue.h"
#include "client/link/link.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"
#include "common/base/timers.h"
#include "common/io/selector.h"

namespace parley::client {

class LiveLink {
 public:
  // `random`, `trust`: see Link. `logs_in`: with a password; the server may hold back the answer to it.
  LiveLink(Selector& selector, Dialogue& dialogue, Endpoint server, std::function<double()> random,
           const Trust* trust, bool logs_in);

  // Begins to connect.
  void Open() { link_.Open(); }
  void OnReady(const Selector::Ready& ready, MonotonicTime now) { link_.OnReady(ready, now); }
  // When Turn has something to do, if nothing happens before.
  [[nodiscard]] std::optional<MonotonicTime> deadline() const;

  struct Change {
    bool came_up = false;
    bool settled = false;                                 // the server has let this client in
    std::optional<std::string> went_down = std::nullopt;  // why; also for an attempt that failed
    bool was_settled = false;                             // with went_down
  };
  // What happened since the last call. The Dialogue was told of it.
  Change Turn(MonotonicTime now);
  // Sends what the Dialogue has to send.
  void Flush(MonotonicTime now);
  // Closes the connection in good order: waits until the server has everything, at most 5 s. `server_closes`:
  // the server was asked to close its side. False if it is not certain that everything arrived.
  bool Part(bool server_closes);

  [[nodiscard]] const Link& link() const { return link_; }
  [[nodiscard]] const Endpoint& server() const { return server_; }
  // How long the server may take to answer hello.
  [[nodiscard]] Duration greeting_time() const { return greeting_time_; }

 private:
  enum Timer : Timers::Key { kGreeting, kQuiet, kHeld };

  void HandleTimer(Timers::Key timer, MonotonicTime now);
  void HandleUp(MonotonicTime now);
  void HandleDown(const std::string& why);
  // Something must arrive within this time.
  void ExpectWord(Duration within, MonotonicTime now);
  void WatchOverSilence(MonotonicTime now);

  Selector& selector_;
  Dialogue& dialogue_;
  Endpoint server_;
  Duration greeting_time_;
  Link link_;
  Timers timers_;
  MonotonicTime quiet_until_{};  // when kQuiet is due
  bool pinged_ = false;
  bool settled_ = false;
};

}  // namespace parley::client
