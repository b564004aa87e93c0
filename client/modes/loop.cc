#include "client/modes/loop.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "client/ui/output.h"

namespace parley::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long a pipe tries to reach the server, and how long a server may take to answer hello. Where passwords
// were guessed, it holds the answer back for up to 10 s, and those of others before it.
constexpr seconds kPatienceTime{10};
constexpr seconds kGreetingTime{10};
constexpr seconds kLoginTime{30};
// The silence after which the user is told what the client waits for: while it connects for the first time,
// while it waits for the answer to hello, and while it connects again (a restart of the server takes less).
constexpr seconds kConnectSilence{1};
constexpr seconds kGreetingSilence{3};
constexpr seconds kReturnSilence{5};
// A connection that says nothing is asked whether it lives, and given up where it doesn't answer: a laptop
// that changed its network would otherwise wait a quarter of an hour for its system to notice.
constexpr seconds kQuietTime{30};
// Sooner where an answer is due.
constexpr seconds kAnswerTime{5};
constexpr seconds kPongTime{10};
// A connection that held so long was a good one: after it, the pauses begin anew.
constexpr seconds kGoodTime{1};
// At the end, for the server to take what was sent. Where it does not close its side, only asking the system
// tells whether it has.
constexpr seconds kPartTime{5};
constexpr milliseconds kLookAgain{10};

}  // namespace

Loop::Loop(Mode& mode, Waker& waker, const Endpoint& server, std::function<double()> random,
           const Trust* trust, bool logs_in)
    : mode_(mode),
      waker_(waker),
      signals_(waker),
      link_(selector_, server, std::move(random), trust),
      server_(server),
      greeting_time_(logs_in ? kLoginTime : kGreetingTime) {
  selector_.Watch(waker_.descriptor(), true, false);
}

int Loop::Run() {
  now_ = ReadSystemClock();
  link_.Open();
  if (!mode_.patient()) timers_.Set(kPatience, now_.monotonic + kPatienceTime);
  timers_.Set(kWaiting, now_.monotonic + kConnectSilence);
  while (true) {
    Turn();
    if (link_.refusal()) return Fail(*link_.refusal());
    if (const std::optional<int> status = mode_.Finish(link_.unsent())) {
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
  HandleLink();
  mode_.Turn(now_);
  Flush();
  if (link_.up() && !pinged_ && mode_.AwaitsAnswer()) {
    ExpectWord(std::min<Duration>(kAnswerTime, quiet_until_ - now_.monotonic));
  }
}

void Loop::Wait() {
  SetTimers();
  selector_.Watch(STDIN_FILENO, mode_.WantsInput(link_.unsent()), false);
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
  }
}

void Loop::HandleLink() {
  if (link_.TakeUp()) HandleUp();
  if (!link_.incoming().empty()) {
    ExpectWord(kQuietTime);
    if (!mode_.Receive(link_.incoming())) {
      link_.Break("what answers at " + ToString(server_) + " is not a Parley server", now_.monotonic);
    }
  }
  if (mode_.settled() && !std::exchange(settled_, mode_.settled())) {
    let_in_ = true;
    timers_.Set(kHeld, now_.monotonic + kGoodTime);
    timers_.Cancel(kGreeting);
    timers_.Cancel(kPatience);
    timers_.Cancel(kWaiting);
    told_waiting_ = false;
  }
  if (const std::optional<seconds> pause = mode_.TakeRetryAfter()) link_.Rest(*pause);
  if (const std::optional<std::string> why = link_.TakeDown()) HandleDown(*why);
}

void Loop::HandleUp() {
  reached_ = true;
  mode_.Connected();
  timers_.Set(kGreeting, now_.monotonic + greeting_time_);
  timers_.Set(kWaiting, now_.monotonic + kGreetingSilence);
  if (!mode_.patient() && greeting_time_ > kPatienceTime) {
    timers_.Set(kPatience, now_.monotonic + greeting_time_);
  }
  ExpectWord(kQuietTime);
}

void Loop::HandleDown(const std::string& why) {
  why_down_ = why;
  link_.incoming().Clear();
  timers_.Cancel(kGreeting);
  timers_.Cancel(kQuiet);
  timers_.Cancel(kHeld);
  if (std::exchange(settled_, false)) {
    timers_.Set(kWaiting, now_.monotonic + kReturnSilence);
    if (!mode_.patient()) {
      reached_ = false;
      timers_.Set(kPatience, *link_.deadline() + kPatienceTime);
    }
  }
  mode_.Disconnected(why);
}

void Loop::SetTimers() {
  const auto set = [this](Timers::Key timer, std::optional<MonotonicTime> when) {
    if (when) {
      timers_.Set(timer, *when);
    } else {
      timers_.Cancel(timer);
    }
  };
  set(kLinkTimer, link_.deadline());
  set(kModeTimer, mode_.deadline());
}

void Loop::HandleTimer(Timers::Key timer) {
  switch (timer) {
    case kLinkTimer:
      return link_.OnTime(now_.monotonic);
    case kPatience:
      if (why_down_.empty()) why_down_ = "can't reach " + ToString(server_) + ": it does not answer";
      out_of_patience_ = true;
      return;
    case kGreeting:
      return link_.Break(ToString(server_) + " does not answer", now_.monotonic);
    case kQuiet:
      return WatchOverSilence();
    case kHeld:
      return link_.Settle();
    case kWaiting:
      return TellWhatItWaitsFor(link_.up() ? "waiting for " + ToString(server_) + " to let this client in"
                                           : "waiting for a connection to " + ToString(server_));
    default:
      return;  // a turn is all that was wanted
  }
}

void Loop::TellWhatItWaitsFor(const std::string& text) {
  if (mode_.shows_connection() || std::exchange(told_waiting_, true)) return;
  TellError(text);
}

void Loop::ExpectWord(Duration within) {
  pinged_ = false;
  quiet_until_ = now_.monotonic + within;
  timers_.Set(kQuiet, quiet_until_);
}

void Loop::WatchOverSilence() {
  if (std::exchange(pinged_, true)) return link_.Break("the server does not answer any more", now_.monotonic);
  if (settled_ && mode_.Ping()) timers_.Set(kQuiet, now_.monotonic + kPongTime);
}

void Loop::Flush() {
  if (!link_.up()) return;
  link_.Send(mode_.TakeOutgoing());
  link_.Flush();
}

bool Loop::Part() {
  if (!link_.up()) return true;
  selector_.Remove(STDIN_FILENO);
  const bool server_closes = mode_.SayGoodbye();
  Flush();
  const MonotonicTime end = now_.monotonic + kPartTime;
  for (bool finished = false; link_.up() && now_.monotonic < end; WaitForLink(kLookAgain)) {
    if (!finished && link_.unsent() == 0) {
      link_.FinishSending();
      finished = true;
    }
    if (finished && !server_closes && link_.unconfirmed() == 0) return true;
  }
  return server_closes || link_.closed_by_server();
}

void Loop::WaitForLink(Duration most) {
  const auto ready = selector_.Wait(most);
  now_ = ReadSystemClock();
  for (const Selector::Ready& one : ready) HandleReady(one);
  mode_.Receive(link_.incoming());
}

}  // namespace parley::client
