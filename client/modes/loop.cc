#include "client/modes/loop.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "client/ui/output.h"

namespace parley::client {
namespace {

using std::chrono::seconds;

// How long a pipe tries to reach the server.
constexpr seconds kPatienceTime{10};
// The silence after which the user is told what the client waits for: while it connects for the first time,
// while it waits for the answer to hello, and while it connects again (a restart of the server takes less).
constexpr seconds kConnectSilence{1};
constexpr seconds kGreetingSilence{3};
constexpr seconds kReturnSilence{5};

}  // namespace

Loop::Loop(Mode& mode, Waker& waker, const Endpoint& server, std::function<double()> random,
           const Trust* trust, bool logs_in)
    : mode_(mode),
      waker_(waker),
      signals_(waker),
      link_(selector_, mode, server, std::move(random), trust, logs_in) {
  selector_.Watch(waker_.descriptor(), true, false);
  mode_.UseSelector(selector_);
}

int Loop::Run() {
  now_ = ReadSystemClock();
  link_.Open();
  if (!mode_.patient()) timers_.Set(kPatience, now_.monotonic + kPatienceTime);
  timers_.Set(kWaiting, now_.monotonic + kConnectSilence);
  while (true) {
    Turn();
    if (link_.link().refusal()) return Fail(*link_.link().refusal());
    if (const std::optional<int> status = mode_.Finish(link_.link().unsent())) {
      if (Part() || *status != 0) return *status;
      return Fail("the connection broke before all was sent; send it again");
    }
    if (out_of_patience_) {
      return Fail(why_down_ +
                  (reached_ ? "; try again later, or name another server" : "; is the server running?"));
    }
    if (!let_in_ && !why_down_.empty()) TellWhatItWaitsFor(why_down_ + "; trying again");
  }
}

int Loop::Fail(const std::string& text) {
  mode_.Abandon();
  return TellError(text);
}

void Loop::Turn() {
  Wait();
  if (Signals::TakeStop() || Signals::TakeReload()) mode_.Stop();
  while (const std::optional<Timers::Key> timer = timers_.PopDue(now_.monotonic)) HandleTimer(*timer);
  Handle(link_.Turn(now_.monotonic));
  mode_.Turn(now_);
  link_.Flush(now_.monotonic);
}

void Loop::Wait() {
  SetWakeUp();
  selector_.Watch(STDIN_FILENO, mode_.WantsInput(link_.link().unsent()), false);
  std::optional<Duration> timeout;
  if (const std::optional<MonotonicTime> next = timers_.Next()) timeout = *next - now_.monotonic;
  const auto ready = selector_.Wait(timeout);
  now_ = ReadSystemClock();
  for (const Selector::Ready& one : ready) HandleReady(one);
}

void Loop::HandleReady(const Selector::Ready& ready) {
  if (ready.descriptor == waker_.descriptor()) {
    waker_.Drain();
  } else if (ready.descriptor == STDIN_FILENO) {
    mode_.ReadInput();
  } else {
    link_.OnReady(ready, now_.monotonic);
    mode_.OnReady(ready, now_.monotonic);
  }
}

void Loop::Handle(const LiveLink::Change& change) {
  if (change.came_up) {
    reached_ = true;
    timers_.Set(kWaiting, now_.monotonic + kGreetingSilence);
    if (!mode_.patient() && link_.greeting_time() > kPatienceTime) {
      timers_.Set(kPatience, now_.monotonic + link_.greeting_time());
    }
  }
  if (change.settled) {
    let_in_ = true;
    timers_.Cancel(kPatience);
    timers_.Cancel(kWaiting);
    told_waiting_ = false;
  }
  if (change.went_down) HandleDown(change);
}

void Loop::HandleDown(const LiveLink::Change& change) {
  why_down_ = *change.went_down;
  if (!change.was_settled) return;
  timers_.Set(kWaiting, now_.monotonic + kReturnSilence);
  if (mode_.patient()) return;
  reached_ = false;
  timers_.Set(kPatience, *link_.deadline() + kPatienceTime);
}

// For what the link and the mode want done later.
void Loop::SetWakeUp() {
  std::optional<MonotonicTime> when = link_.deadline();
  if (mode_.deadline()) when = when ? std::min(*when, *mode_.deadline()) : mode_.deadline();
  if (when) {
    timers_.Set(kWakeUp, *when);
  } else {
    timers_.Cancel(kWakeUp);
  }
}

void Loop::HandleTimer(Timers::Key timer) {
  switch (timer) {
    case kPatience:
      if (why_down_.empty()) why_down_ = "can't reach " + ToString(link_.server()) + ": it does not answer";
      out_of_patience_ = true;
      return;
    case kWaiting:
      return TellWhatItWaitsFor(link_.link().up()
                                    ? "waiting for " + ToString(link_.server()) + " to answer"
                                    : "waiting for a connection to " + ToString(link_.server()));
    default:
      return;  // a turn is all that was wanted
  }
}

void Loop::TellWhatItWaitsFor(const std::string& text) {
  if (mode_.shows_connection() || std::exchange(told_waiting_, true)) return;
  TellError(text);
}

bool Loop::Part() {
  if (!link_.link().up()) return true;
  selector_.Remove(STDIN_FILENO);
  selector_.Remove(waker_.descriptor());
  return link_.Part(mode_.SayGoodbye());
}

}  // namespace parley::client
