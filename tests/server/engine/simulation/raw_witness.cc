#include <string_view>

#include "common/base/limits.h"
#include "tests/server/engine/simulation/require.h"
#include "tests/server/engine/simulation/witness.h"

namespace parley::simulation {

std::string RawWitness::Mark(int peer, int number) {
  return "<" + std::to_string(peer) + ":" + std::to_string(number) + ">";
}

void RawWitness::Said(const protocol::MessageEvent& message, bool undecided) {
  const bool raw = message.text.starts_with('<');
  if (raw && message.text.starts_with("<" + std::to_string(self_) + ":")) return;
  expected_.push_back(raw ? message.text : message.from.name + ": " + message.text + "\n");
  expected_bytes_ += expected_.back().size();
  while (undecided && expected_bytes_ > limits::kUndecidedBytes) {
    expected_bytes_ -= expected_.front().size();
    expected_.pop_front();
  }
}

void RawWitness::Hear(std::string_view bytes) {
  unread_ += bytes;
  while (TakeExpected() || TakeNotice()) {
  }
  // What is left is the beginning of something.
  const bool begins = unread_.empty() || (!expected_.empty() && expected_.front().starts_with(unread_)) ||
                      unread_.find('\n') == std::string::npos;
  Require(begins, "a raw peer hears the lobby byte for byte",
          unread_.substr(0, 40) + " and not " + (expected_.empty() ? "" : expected_.front().substr(0, 40)));
}

bool RawWitness::TakeExpected() {
  if (expected_.empty() || !unread_.starts_with(expected_.front())) return false;
  unread_.erase(0, expected_.front().size());
  expected_bytes_ -= expected_.front().size();
  expected_.pop_front();
  return true;
}

// What the server says by itself: a line that begins so.
bool RawWitness::TakeNotice() {
  for (const std::string_view begin :
       {"You ", "Your ", "The ", "This server ", "A host must ", "Only hosts "}) {
    const auto end = unread_.find('\n');
    if (!unread_.starts_with(begin) || end == std::string::npos) continue;
    unread_.erase(0, end + 1);
    return true;
  }
  return false;
}

}  // namespace parley::simulation
