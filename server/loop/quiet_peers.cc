// The Loop's quiet peers: who is left to the QuietWatch, and comes back (docs/decisions/0007-quiet-peers.md).

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/loop/loop.h"

namespace parley {

bool Loop::MayBeQuiet(const Connection& connection) const {
  return connection.watch != Watch::kQuiet && connection.peer != kNoPeer && !connection.blocked &&
         connection.heard + limits::kQuietAfter <= now_.monotonic && !connection.channel.HasBuffered() &&
         exchange_.WantsRead(connection.peer);
}

// More are watched by the loop: some of them may be silent, after a moment.
void Loop::ExpectQuiet() {
  if (!quieten_at_ && watched_peers() > limits::kPeersWatched) {
    quieten_at_ = now_.monotonic + limits::kQuietAfter;
  }
}

// Each watched descriptor costs each select(): where there are many, the silent ones are watched elsewhere.
void Loop::Quieten() {
  quieten_at_ = now_.monotonic + limits::kQuietAfter;
  if (!PrepareQuietWatch()) return;
  std::vector<int> silent;
  for (const auto& connection : by_descriptor_) {
    if (!connection || !MayBeQuiet(*connection)) continue;
    const int descriptor = connection->channel.descriptor();
    ++quiet_;
    selector_.Remove(descriptor);
    if (std::exchange(connection->watch, Watch::kQuiet) == Watch::kLoop) silent.push_back(descriptor);
  }
  if (!silent.empty()) quiet_watch_->Add(silent);
  if (watched_peers() <= limits::kPeersWatched) quieten_at_.reset();
}

bool Loop::PrepareQuietWatch() {
  if (!quiet_watch_) quiet_watch_ = std::make_unique<QuietWatch>(waker_);
  const auto error = quiet_watch_->Prepare(static_cast<int>(by_descriptor_.size()));
  if (error) spdlog::warn("all peers are watched by one select(): {}", error.message());
  return !error;
}

void Loop::HearQuiet() {
  if (!quiet_watch_) return;
  for (const int descriptor : quiet_watch_->TakeReadable()) {
    Connection& connection = *Find(descriptor);  // kept until it is out of the watch
    if (connection.watch != Watch::kQuiet) {
      connection.watch = Watch::kLoop;
    } else if (PhaseOf(connection) == Phase::kGone) {
      connection.watch = Watch::kLoop;
      --quiet_;
    } else {
      Disturb(connection, Watch::kLoop);
      spoke_.push_back(descriptor);
    }
  }
}

// It is watched by the loop again.
void Loop::Disturb(Connection& connection, Watch watch) {
  connection.watch = watch;
  --quiet_;
  UpdateInterest(connection);
  ExpectQuiet();
}

void Loop::RemoveFromWatch() {
  std::vector<int> leaving;
  for (Connection* connection : gone_) {
    if (connection->watch != Watch::kLoop) leaving.push_back(connection->channel.descriptor());
  }
  if (!leaving.empty()) quiet_watch_->Remove(leaving);
}

}  // namespace parley
