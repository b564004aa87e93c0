#include "client/link/live_link.h"

#include <algorithm>
#include <utility>

namespace parley::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long a server may take to answer hello. If passwords were guessed, it holds the answer back for up to
// 10 s, and those of others before it.
constexpr seconds kGreetingTime{10};
constexpr seconds kLoginTime{30};
// A connection that says nothing is asked whether it lives, and given up if it does not answer: a laptop that
// changed its network would otherwise wait a quarter of an hour for its system to notice.
constexpr seconds kQuietTime{30};
// Sooner if an answer is due.
constexpr seconds kAnswerTime{5};
constexpr seconds kPongTime{10};
// A connection that held so long was a good one: after it, the pauses begin anew.
constexpr seconds kGoodTime{1};
// At the end, for the server to take what was sent. If it does not close its side, only asking the system
// tells whether it has.
constexpr seconds kPartTime{5};
constexpr milliseconds kLookAgain{10};

}  // namespace

LiveLink::LiveLink(Selector& selector, Dialogue& dialogue, Endpoint server, std::function<double()> random,
                   const Trust* trust, bool logs_in)
    : selector_(selector),
      dialogue_(dialogue),
      server_(std::move(server)),
      greeting_time_(logs_in ? kLoginTime : kGreetingTime),
      link_(selector, server_, std::move(random), trust) {
}

std::optional<MonotonicTime> LiveLink::deadline() const {
  const std::optional<MonotonicTime> timer = timers_.Next();
  if (!timer || !link_.deadline()) return timer ? timer : link_.deadline();
  return std::min(*timer, *link_.deadline());
}

LiveLink::Change LiveLink::Turn(MonotonicTime now) {
  link_.OnTime(now);
  while (const std::optional<Timers::Key> timer = timers_.PopDue(now)) HandleTimer(*timer, now);
  Change change;
  change.came_up = link_.TakeUp();
  if (change.came_up) HandleUp(now);
  if (!link_.incoming().empty()) {
    ExpectWord(kQuietTime, now);
    if (!dialogue_.Receive(link_.incoming())) {
      link_.Break("what answers at " + ToString(server_) + " is not a Parley server", now);
    }
  }
  change.settled = dialogue_.settled() && !std::exchange(settled_, dialogue_.settled());
  if (change.settled) {
    timers_.Set(kHeld, now + kGoodTime);
    timers_.Cancel(kGreeting);
  }
  if (const std::optional<seconds> pause = dialogue_.TakeRetryAfter()) link_.Rest(*pause);
  change.went_down = link_.TakeDown();
  if (change.went_down) {
    change.was_settled = std::exchange(settled_, false);
    HandleDown(*change.went_down);
  }
  return change;
}

void LiveLink::Flush(MonotonicTime now) {
  if (!link_.up()) return;
  link_.Send(dialogue_.TakeOutgoing());
  link_.Flush();
  if (link_.up() && !pinged_ && dialogue_.AwaitsAnswer()) {
    ExpectWord(std::min<Duration>(kAnswerTime, quiet_until_ - now), now);
  }
}

bool LiveLink::Part(bool server_closes) {
  if (!link_.up()) return true;
  MonotonicTime now = ReadSystemClock().monotonic;
  Flush(now);
  const MonotonicTime end = now + kPartTime;
  for (bool finished = false; link_.up() && now < end;) {
    if (!finished && link_.unsent() == 0) {
      link_.FinishSending();
      finished = true;
    }
    if (finished && !server_closes && link_.unconfirmed() == 0) return true;
    const auto ready = selector_.Wait(kLookAgain);
    now = ReadSystemClock().monotonic;
    for (const Selector::Ready& one : ready) link_.OnReady(one, now);
    dialogue_.Receive(link_.incoming());
  }
  return server_closes || link_.closed_by_server();
}

void LiveLink::HandleUp(MonotonicTime now) {
  dialogue_.Connected();
  timers_.Set(kGreeting, now + greeting_time_);
  ExpectWord(kQuietTime, now);
}

void LiveLink::HandleDown(const std::string& why) {
  link_.incoming().Clear();
  timers_.Cancel(kGreeting);
  timers_.Cancel(kQuiet);
  timers_.Cancel(kHeld);
  dialogue_.Disconnected(why);
}

void LiveLink::HandleTimer(Timers::Key timer, MonotonicTime now) {
  switch (timer) {
    case kGreeting:
      return link_.Break(ToString(server_) + " does not answer", now);
    case kQuiet:
      return WatchOverSilence(now);
    default:
      return link_.Settle();
  }
}

void LiveLink::ExpectWord(Duration within, MonotonicTime now) {
  pinged_ = false;
  quiet_until_ = now + within;
  timers_.Set(kQuiet, quiet_until_);
}

void LiveLink::WatchOverSilence(MonotonicTime now) {
  if (std::exchange(pinged_, true)) return link_.Break("the server no longer answers", now);
  if (settled_ && dialogue_.Ping()) timers_.Set(kQuiet, now + kPongTime);
}

}  // namespace parley::client
