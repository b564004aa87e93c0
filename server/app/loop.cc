#include "server/app/loop.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// How long a peer that is being closed may take to read what it was sent last. Its queue is short by then.
constexpr std::chrono::seconds kFinalFlush{30};
// At a shutdown, once every queue is flushed.
constexpr std::chrono::milliseconds kGoodbye{250};

}  // namespace

Loop::Loop(Exchange& exchange, std::size_t max_peers)
    : exchange_(exchange),
      max_peers_(max_peers),
      signals_(waker_),
      now_(ReadSystemClock()),
      buffer_(limits::kReadBytes) {
  selector_.Watch(waker_.descriptor(), true, false);
}

void Loop::AddDoor(Listener door) {
  selector_.Watch(door.descriptor(), true, false);
  doors_.push_back(std::move(door));
}

void Loop::Run() {
  while (!stopping_) Turn();
  spdlog::info("stopping: telling {} peers", exchange_.peer_count());
  WatchDoors(false);
  doors_.clear();
  exchange_.Shutdown(now_);
  MonotonicTime end = now_.monotonic + limits::kShutdown;
  Flush();
  Reap();
  bool flushed = false;
  while (exchange_.peer_count() > 0 && now_.monotonic < end) {
    if (!flushed && AllFinished()) {
      // What was sent arrives without us; a moment's grace lets the peers close first.
      flushed = true;
      end = std::min(end, now_.monotonic + kGoodbye);
    }
    closing_.Set(kNoPeer, end);
    Turn();
  }
}

bool Loop::AllFinished() const {
  return std::ranges::all_of(by_peer_, [](const Connection* c) { return c == nullptr || c->finished; });
}

// One turn. Each line is a step of "One turn of the loop" in docs/architecture.md.
void Loop::Turn() {
  const auto ready = Wait();
  Accept();
  Read(ready);             // and decode
  exchange_.Tick(now_);    // what was waiting for its time
  exchange_.Commit(now_);  // log, fan out
  Flush();
  Reap();
}

std::span<const Selector::Ready> Loop::Wait() {
  const auto ready = selector_.Wait(Patience());
  now_ = ReadSystemClock();
  doors_ready_ = false;
  for (const Selector::Ready& one : ready) {
    if (one.descriptor == waker_.descriptor()) {
      waker_.Drain();
      if (Signals::TakeStop()) stopping_ = true;
    }
    doors_ready_ |=
        std::ranges::any_of(doors_, [&](Listener& d) { return d.descriptor() == one.descriptor; });
  }
  PassDeadlines();
  return ready;
}

std::optional<Duration> Loop::Patience() const {
  if (exchange_.HasWork() || !flush_again_.empty()) return Duration::zero();
  std::optional<MonotonicTime> next;
  for (const auto& deadline : {exchange_.NextDeadline(), closing_.Next(), accept_again_, sweep_at_}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (!next) return std::nullopt;
  const MonotonicTime now = ReadSystemClock().monotonic;
  return *next > now ? *next - now : Duration::zero();
}

void Loop::PassDeadlines() {
  while (const auto key = closing_.PopDue(now_.monotonic)) {
    if (*key != kNoPeer) Drop(*by_peer_[static_cast<PeerIndex>(*key)], "lost");
  }
  if (accept_again_ && *accept_again_ <= now_.monotonic) {
    accept_again_.reset();
    WatchDoors(true);
  }
  if (sweep_at_ && *sweep_at_ <= now_.monotonic) SweepHalfClosed();
}

// --- Accept ---

void Loop::Accept() {
  if (!doors_ready_) return;
  for (Listener& door : doors_) AcceptFrom(door);
}

void Loop::AcceptFrom(Listener& door) {
  for (int i = 0; i < limits::kAcceptsPerTurn; ++i) {
    auto accepted = door.Accept();
    switch (accepted.status) {
      case Listener::Status::kAccepted:
        Greet(std::move(*accepted.stream));
        break;
      case Listener::Status::kRetry:
        break;
      case Listener::Status::kWouldBlock:
        return;
      case Listener::Status::kOutOfDescriptors:
        spdlog::warn("out of descriptors with {} peers: not accepting for a moment", exchange_.peer_count());
        accept_again_ = now_.monotonic + limits::kAcceptPause;
        WatchDoors(false);
        return;
    }
  }
}

void Loop::WatchDoors(bool watch) {
  for (Listener& door : doors_) selector_.Watch(door.descriptor(), watch, false);
}

void Loop::Greet(Stream stream) {
  if (exchange_.peer_count() >= max_peers_ + limits::kRefusalsAtOnce) return;  // closed, unheard
  auto connection = std::make_unique<Connection>(std::move(stream));
  const bool refused = exchange_.peer_count() >= max_peers_;
  const PeerIndex peer = exchange_.Open(connection->channel.remote().host, refused, now_);
  connection->peer = peer;
  if (peer >= by_peer_.size()) by_peer_.resize(peer + 1);
  by_peer_[peer] = connection.get();
  const auto descriptor = static_cast<std::size_t>(connection->channel.descriptor());
  if (descriptor >= by_descriptor_.size()) by_descriptor_.resize(descriptor + 1);
  selector_.Watch(connection->channel.descriptor(), true, false);
  by_descriptor_[descriptor] = std::move(connection);
}

// --- Read ---

void Loop::Read(std::span<const Selector::Ready> ready) {
  for (const Selector::Ready& one : ready) {
    const auto descriptor = static_cast<std::size_t>(one.descriptor);
    if (descriptor >= by_descriptor_.size() || by_descriptor_[descriptor] == nullptr) continue;
    Connection& connection = *by_descriptor_[descriptor];
    if (connection.gone) continue;
    if (one.readable) ReadFrom(connection);
    if (one.writable && !connection.gone) flush_again_.push_back(connection.peer);
  }
}

void Loop::ReadFrom(Connection& connection) {
  const bool discard = exchange_.closing(connection.peer);
  if (!discard && !exchange_.WantsRead(connection.peer)) return;
  const IoResult result = connection.channel.Read(buffer_);
  switch (result.status) {
    case IoStatus::kWouldBlock:
      return;
    case IoStatus::kError:
      Drop(connection, "lost");
      return;
    case IoStatus::kEnd:
      connection.half_closed = true;
      if (connection.finished) {
        Drop(connection, "left");
      } else {
        exchange_.End(connection.peer, now_);
        half_closed_.push_back(connection.peer);
        if (!sweep_at_) sweep_at_ = now_.monotonic + limits::kHalfClosedSweep;
      }
      return;
    case IoStatus::kOk:
      if (!discard) exchange_.Receive(connection.peer, {buffer_.data(), result.bytes}, now_);
  }
}

// Peers that sent their end and only listen are not watched for reading, which would never rest. Whether they
// still live is asked now and then: keep-alive probes leave an error in the socket of one that does not.
void Loop::SweepHalfClosed() {
  std::erase_if(half_closed_, [&](PeerIndex peer) {
    Connection& connection = *by_peer_[peer];
    if (connection.channel.TakeError()) Drop(connection, "left");
    return connection.gone;
  });
  sweep_at_.reset();
  if (!half_closed_.empty()) sweep_at_ = now_.monotonic + limits::kHalfClosedSweep;
}

// --- Flush ---

void Loop::Flush() {
  std::vector<PeerIndex> again = std::exchange(flush_again_, {});
  for (const PeerIndex peer : again) FlushTo(*by_peer_[peer]);
  // Flushing can make more dirty (a slow peer leaves its rooms), once or twice at most.
  for (auto dirty = exchange_.TakeDirty(); !dirty.empty(); dirty = exchange_.TakeDirty()) {
    for (const PeerIndex peer : dirty) FlushTo(*by_peer_[peer]);
  }
}

void Loop::FlushTo(Connection& connection) {
  if (connection.gone || connection.finished) return;
  const PeerIndex peer = connection.peer;
  OutQueue& out = exchange_.out(peer);
  if (!out.empty() && !exchange_.Withheld(peer)) {
    const auto status = connection.channel.Flush(out, limits::kFlushBytes);
    if (status == Channel::FlushStatus::kError) {
      Drop(connection, "lost");
      return;
    }
    connection.blocked = status == Channel::FlushStatus::kBlocked;
    if (status == Channel::FlushStatus::kBudget) flush_again_.push_back(peer);
  }
  exchange_.Flushed(peer, connection.blocked, now_);
  if (exchange_.closing(peer)) Finish(connection);
  if (!connection.gone) UpdateInterest(connection);
}

// Closing by steps, so that the last words arrive: flush, shut our end, read until the peer shuts its own.
// Closing a socket with unread input would reset the connection and could destroy what is still on its way.
void Loop::Finish(Connection& connection) {
  const bool flushed = exchange_.out(connection.peer).empty();
  if (!flushed) {
    if (!std::exchange(connection.ending, true)) {
      closing_.Set(connection.peer, now_.monotonic + kFinalFlush);
    }
    return;
  }
  connection.blocked = false;
  if (connection.half_closed) {
    Drop(connection, "left");
    return;
  }
  connection.channel.FinishSending();
  connection.finished = true;
  closing_.Set(connection.peer, now_.monotonic + limits::kLinger);
}

void Loop::UpdateInterest(Connection& connection) {
  const bool read =
      !connection.half_closed && (exchange_.closing(connection.peer) || exchange_.WantsRead(connection.peer));
  selector_.Watch(connection.channel.descriptor(), read, connection.blocked);
}

// --- Reap ---

void Loop::Drop(Connection& connection, std::string_view reason) {
  if (std::exchange(connection.gone, true)) return;
  exchange_.Lost(connection.peer, reason, now_);
  gone_.push_back(&connection);
}

// The one place where a connection ends: no descriptor is closed while it is watched, no number used again
// while somebody may still speak of it in this turn.
void Loop::Reap() {
  if (gone_.empty()) return;
  for (Connection* connection : gone_) {
    const PeerIndex peer = connection->peer;
    const int descriptor = connection->channel.descriptor();
    selector_.Remove(descriptor);
    closing_.Cancel(peer);
    std::erase(flush_again_, peer);
    std::erase(half_closed_, peer);
    exchange_.Release(peer);
    by_peer_[peer] = nullptr;
    by_descriptor_[static_cast<std::size_t>(descriptor)].reset();
  }
  gone_.clear();
}

}  // namespace parley
