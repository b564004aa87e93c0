#include "common/io/signals.h"

#include <array>
#include <atomic>
#include <cassert>
#include <csignal>
#include <cstddef>

namespace parley {
namespace {

// Shared with the handlers, which may run on any thread: lock-free is what makes them safe there.
std::atomic<bool> stop_came{false};
std::atomic<bool> reload_came{false};
std::atomic<const Waker*> waker_to_wake{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<const Waker*>::is_always_lock_free);

constexpr std::array kHandled = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXFSZ};
std::array<struct sigaction, kHandled.size()> former;

void Wake() {
  if (const Waker* waker = waker_to_wake.load()) waker->Wake();
}

// SA_RESETHAND gives only the signal that came its default back; a second one of either kind shall end the
// process.
void OnStop(int) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  stop_came = true;
  Wake();
}

void OnReload(int) {
  reload_came = true;
  Wake();
}

struct sigaction ActionFor(int signal) {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  // A peer that is gone, or a file that is as large as ulimit allows: the call says so.
  if (signal == SIGPIPE || signal == SIGXFSZ) {
    action.sa_handler = SIG_IGN;
  } else if (signal == SIGHUP) {
    action.sa_handler = OnReload;
  } else {
    action.sa_handler = OnStop;
    action.sa_flags |= SA_RESETHAND;
  }
  return action;
}

}  // namespace

Signals::Signals(Waker& waker) {
  assert(waker_to_wake.load() == nullptr);
  stop_came = false;
  reload_came = false;
  waker_to_wake = &waker;
  for (std::size_t i = 0; i < kHandled.size(); ++i) {
    const struct sigaction action = ActionFor(kHandled[i]);
    ::sigaction(kHandled[i], &action, &former[i]);
  }
}

Signals::~Signals() {
  for (std::size_t i = 0; i < kHandled.size(); ++i) ::sigaction(kHandled[i], &former[i], nullptr);
  waker_to_wake = nullptr;
}

bool Signals::TakeStop() {
  return stop_came.exchange(false);
}

bool Signals::TakeReload() {
  return reload_came.exchange(false);
}

}  // namespace parley
