#include "client/chat/session_loop.h"

#include <algorithm>
#include <functional>
#include <random>
#include <system_error>

#include "client/chat/server_lines.h"
#include "client/link/live_link.h"
#include "common/io/selector.h"
#include "common/io/waker.h"

namespace parley::client {
namespace {

std::function<double()> SystemRandom() {
  return [engine = std::mt19937_64(std::random_device{}()),
          zero_to_one = std::uniform_real_distribution<double>()]() mutable { return zero_to_one(engine); };
}

}  // namespace

// A Session as a Dialogue. Not in an anonymous namespace, since Inside has a member of this type.
class SessionDialogue : public Dialogue {
 public:
  explicit SessionDialogue(Session& session) : session_(session) {}

  void Connected() override {
    lines_.Reset();
    session_.Connected();
  }
  void Disconnected(const std::string&) override { session_.Disconnected(); }
  bool Receive(ByteQueue& incoming) override {
    return lines_.Drain(incoming, [this](std::string_view line) { session_.Receive(line); });
  }
  std::string TakeOutgoing() override { return session_.TakeOutgoing(); }
  [[nodiscard]] bool settled() const override { return session_.greeted(); }
  bool Ping() override {
    session_.Ping();
    return true;
  }
  [[nodiscard]] bool AwaitsAnswer() const override { return session_.AwaitsAnswer(); }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return session_.TakeRetryAfter(); }

 private:
  Session& session_;
  ServerLines lines_;
};

class SessionLoop::Inside {
 public:
  Inside(Session& session, const Endpoint& server, const Trust* trust)
      // A program may log in with a password; waiting longer for an answer harms no other.
      : session_(session),
        dialogue_(session),
        link_(selector_, dialogue_, server, SystemRandom(), trust, true) {
    if (waker_.error()) throw std::system_error(waker_.error(), "pipe");
    selector_.Watch(waker_.descriptor(), true, false);
    link_.Open();
  }

  bool Turn(std::optional<Duration> timeout) {
    MonotonicTime now = ReadSystemClock().monotonic;
    link_.Flush(now);
    if (const auto deadline = link_.deadline()) {
      timeout = std::min(timeout.value_or(Duration::max()), *deadline - now);
    }
    const auto ready = selector_.Wait(timeout);
    now = ReadSystemClock().monotonic;
    for (const Selector::Ready& one : ready) {
      if (one.descriptor == waker_.descriptor()) {
        waker_.Drain();
      } else {
        link_.OnReady(one, now);
      }
    }
    const LiveLink::Change change = link_.Turn(now);
    if (change.came_up) why_down_.clear();
    if (change.went_down) why_down_ = *change.went_down;
    return !failure();
  }
  void Wake() { waker_.Wake(); }
  bool Leave() {
    session_.LeaveAll();
    return link_.Part(true);
  }
  [[nodiscard]] const std::optional<std::string>& failure() const {
    return session_.failure() ? session_.failure() : link_.link().refusal();
  }
  [[nodiscard]] const std::string& why_down() const { return why_down_; }

 private:
  Session& session_;
  SessionDialogue dialogue_;
  Selector selector_;
  Waker waker_;
  LiveLink link_;
  std::string why_down_ = "not connected yet";
};

SessionLoop::SessionLoop(Session& session, const Endpoint& server, const Trust* trust)
    : inside_(std::make_unique<Inside>(session, server, trust)) {
}

SessionLoop::~SessionLoop() = default;

bool SessionLoop::Turn(std::optional<Duration> timeout) {
  return inside_->Turn(timeout);
}

void SessionLoop::Wake() {
  inside_->Wake();
}

bool SessionLoop::Leave() {
  return inside_->Leave();
}

const std::optional<std::string>& SessionLoop::failure() const {
  return inside_->failure();
}

const std::string& SessionLoop::why_down() const {
  return inside_->why_down();
}

}  // namespace parley::client
