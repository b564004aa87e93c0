#include "server/loop/loop.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace parley {
namespace {

// At a shutdown, once every queue is flushed.
constexpr std::chrono::milliseconds kGoodbye{250};
constexpr std::chrono::minutes kUpkeepPeriod{1};
// Not a descriptor: the end of a shutdown.
constexpr Timers::Key kShutdownKey = ~Timers::Key{0};

}  // namespace

Loop::Loop(Exchange& exchange, Waker& waker, std::size_t max_peers, Duration gather)
    : exchange_(exchange),
      max_peers_(max_peers),
      waker_(waker),
      signals_(waker_),
      gathering_(gather),
      now_(ReadSystemClock()),
      upkeep_at_(now_.monotonic + kUpkeepPeriod),
      buffer_(limits::kReadBytes) {
  selector_.Watch(waker_.descriptor(), true, false);
}

void Loop::AddDoor(Listener door, bool tls) {
  selector_.Watch(door.descriptor(), true, false);
  doors_.push_back({std::move(door), tls});
}

void Loop::Run() {
  while (!stopping_) Turn();
  spdlog::info("stopping: telling {} peers", exchange_.peer_count());
  WatchDoors(false);
  doors_.clear();
  GiveUpHandshakes();
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
    deadlines_.Set(kShutdownKey, end);
    Turn();
  }
}

bool Loop::AllFinished() const {
  return std::ranges::all_of(
      by_peer_, [this](const Connection* c) { return c == nullptr || PhaseOf(*c) >= Phase::kLingering; });
}

// One turn. Each line is a step of "One turn of the loop" in docs/architecture.md.
void Loop::Turn() {
  const auto ready = Wait();
  exchange_.turn_taking().SetPrompt(gathering_.prompt());
  const std::uint64_t messages_before = exchange_.counters().messages;
  const TurnTaking::Count before = exchange_.turn_taking().count();
  Accept();
  Read(ready);             // and decode
  exchange_.Tick(now_);    // what was waiting for its time
  exchange_.Commit(now_);  // log, fan out
  const MonotonicTime flushing = ReadSystemClock().monotonic;
  Flush();
  const MonotonicTime flushed = ReadSystemClock().monotonic;
  const TurnTaking::Count& count = exchange_.turn_taking().count();
  gathering_.Flushed({.messages = exchange_.counters().messages - messages_before,
                      .in_turn = count.in_turn - before.in_turn,
                      .freely = count.freely - before.freely,
                      .twice = count.twice - before.twice},
                     flushing, flushed);
  Reap();
  exchange_.counters().turns.Add(flushed - now_.monotonic);
}

std::span<const Selector::Ready> Loop::Wait() {
  auto ready = selector_.Wait(Patience());
  now_ = ReadSystemClock();
  if (!ready.empty()) {
    if (const Duration rest = gathering_.Rest(now_.monotonic); rest > Duration::zero()) {
      std::this_thread::sleep_for(rest);
      ready = selector_.Wait(Duration::zero());
      now_ = ReadSystemClock();
    }
  }
  doors_ready_ = false;
  shakes_left_ = limits::kHandshakesPerTurn;
  for (const Selector::Ready& one : ready) {
    if (one.descriptor == waker_.descriptor()) {
      waker_.Drain();
      HearQuiet();
      if (Signals::TakeStop()) stopping_ = true;
      if (Signals::TakeReload() && upkeep_) upkeep_(Occasion::kReload);
      if (upkeep_) upkeep_(Occasion::kWoken);
    }
    doors_ready_ |=
        std::ranges::any_of(doors_, [&](Door& d) { return d.listener.descriptor() == one.descriptor; });
  }
  PassDeadlines();
  return ready;
}

std::optional<Duration> Loop::Patience() const {
  if (exchange_.HasWork() || !flush_again_.empty() || !buffered_.empty()) return Duration::zero();
  MonotonicTime next = upkeep_at_;
  for (const auto& deadline :
       {exchange_.NextDeadline(), deadlines_.Next(), accept_again_, sweep_at_, quieten_at_}) {
    if (deadline && *deadline < next) next = *deadline;
  }
  const MonotonicTime now = ReadSystemClock().monotonic;
  return next > now ? next - now : Duration::zero();
}

void Loop::PassDeadlines() {
  while (const auto key = deadlines_.PopDue(now_.monotonic)) {
    if (*key == kShutdownKey) continue;
    Connection& late = *Find(static_cast<int>(*key));
    if (PhaseOf(late) == Phase::kShaking) ++exchange_.counters().handshakes_late;
    Drop(late, "lost");
  }
  if (accept_again_ && *accept_again_ <= now_.monotonic) {
    accept_again_.reset();
    WatchDoors(true);
  }
  if (sweep_at_ && *sweep_at_ <= now_.monotonic) SweepHalfClosed();
  if (quieten_at_ && *quieten_at_ <= now_.monotonic) Quieten();
  if (upkeep_at_ <= now_.monotonic) {
    upkeep_at_ = now_.monotonic + kUpkeepPeriod;
    if (upkeep_) upkeep_(Occasion::kTimer);
  }
}

// --- Read ---

Loop::Connection* Loop::Find(int descriptor) {
  const auto index = static_cast<std::size_t>(descriptor);
  return index < by_descriptor_.size() ? by_descriptor_[index].get() : nullptr;
}

void Loop::Read(std::span<const Selector::Ready> ready) {
  for (std::vector<int>* const waiting : {&buffered_, &spoke_}) {
    for (const int descriptor : std::exchange(*waiting, {})) {
      Connection* connection = Find(descriptor);
      if (connection != nullptr && PhaseOf(*connection) != Phase::kGone) ReadFrom(*connection);
    }
  }
  for (const Selector::Ready& one : ready) {
    Connection* connection = Find(one.descriptor);
    if (connection == nullptr || PhaseOf(*connection) == Phase::kGone) continue;
    if (PhaseOf(*connection) == Phase::kShaking) {
      Shake(*connection);
      continue;
    }
    if (one.readable) ReadFrom(*connection);
    if (one.writable && PhaseOf(*connection) != Phase::kGone) flush_again_.push_back(connection->peer);
  }
}

void Loop::ReadFrom(Connection& connection) {
  const bool discard = exchange_.closing(connection.peer);
  if (!discard && !exchange_.WantsRead(connection.peer)) return;
  connection.heard = now_.monotonic;
  const IoResult result = connection.channel.Read(buffer_);
  if (result.status == IoStatus::kError) {
    Drop(connection, "lost");
  } else if (result.status == IoStatus::kEnd) {
    EndOf(connection);
  } else if (result.status == IoStatus::kOk && !discard) {
    exchange_.counters().received_bytes += result.bytes;
    exchange_.Receive(connection.peer, {buffer_.data(), result.bytes}, now_);
  }
  if (PhaseOf(connection) == Phase::kGone) return;
  if (connection.channel.HasBuffered()) buffered_.push_back(connection.channel.descriptor());
  if (connection.channel.HasUnsent())
    flush_again_.push_back(connection.peer);  // TLS has something of its own
}

void Loop::EndOf(Connection& connection) {
  if (PhaseOf(connection) == Phase::kLingering) {
    Drop(connection, "left");
    return;
  }
  exchange_.End(connection.peer, now_);
  half_closed_.push_back(connection.peer);
  if (!sweep_at_) sweep_at_ = now_.monotonic + limits::kHalfClosedSweep;
}

// Peers that sent their end and only listen are not watched for reading, which would never rest. Whether they
// still live is asked now and then: keep-alive probes leave an error in the socket of one that does not.
void Loop::SweepHalfClosed() {
  std::erase_if(half_closed_, [&](PeerIndex peer) {
    Connection& connection = *by_peer_[peer];
    if (connection.channel.TakeError()) Drop(connection, "left");
    return PhaseOf(connection) == Phase::kGone;
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
  if (PhaseOf(connection) >= Phase::kLingering) return;
  const PeerIndex peer = connection.peer;
  OutQueue& out = exchange_.Withheld(peer) ? nothing_ : exchange_.out(peer);
  if (!out.empty() || connection.channel.HasUnsent()) {
    const std::size_t before = out.bytes();
    const auto status = connection.channel.Flush(out, limits::kFlushBytes);
    exchange_.counters().sent_bytes += before - out.bytes();
    if (status == Channel::FlushStatus::kError) {
      Drop(connection, "lost");
      return;
    }
    connection.blocked = status == Channel::FlushStatus::kBlocked;
    if (status == Channel::FlushStatus::kBudget) flush_again_.push_back(peer);
  }
  exchange_.Flushed(peer, connection.blocked, now_);
  if (exchange_.closing(peer)) Finish(connection);
  if (PhaseOf(connection) != Phase::kGone) UpdateInterest(connection);
}

// Closing by steps, so that the last words arrive: flush, shut our end, read until the peer shuts its own.
// Closing a socket with unread input would reset the connection and could destroy what is still on its way.
void Loop::Finish(Connection& connection) {
  const bool flushed = exchange_.out(connection.peer).empty() && !connection.channel.HasUnsent();
  const auto key = static_cast<Timers::Key>(connection.channel.descriptor());
  if (!flushed) {
    if (!deadlines_.Has(key)) deadlines_.Set(key, now_.monotonic + limits::kFinalFlush);
    return;
  }
  connection.blocked = false;
  if (exchange_.ended(connection.peer)) {
    Drop(connection, "left");
    return;
  }
  connection.channel.FinishSending();
  exchange_.Linger(connection.peer);
  deadlines_.Set(key, now_.monotonic + limits::kLinger);
}

void Loop::UpdateInterest(Connection& connection) {
  const PeerIndex peer = connection.peer;
  const bool read = !exchange_.ended(peer) && (exchange_.closing(peer) || exchange_.WantsRead(peer));
  if (connection.watch == Watch::kQuiet) {
    if (!read || connection.blocked) Disturb(connection, Watch::kBoth);
    return;
  }
  selector_.Watch(connection.channel.descriptor(), read, connection.blocked);
  // Decrypted bytes that the peer's pace held back: the socket will not report them.
  if (read && connection.channel.HasBuffered()) buffered_.push_back(connection.channel.descriptor());
}

// --- Reap ---

void Loop::Drop(Connection& connection, std::string_view reason) {
  const Phase phase = PhaseOf(connection);
  if (phase == Phase::kGone) return;
  if (phase == Phase::kShaking) {
    connection.before_peer = Phase::kGone;
    if (!connection.is_media) ++exchange_.counters().handshakes_given_up;
    handshakes_.erase(connection.handshake);
  } else {
    exchange_.Lost(connection.peer, reason, now_);
    ++gone_peers_;
  }
  if (std::exchange(connection.place, std::nullopt)) {
    exchange_.by_address().Leave(connection.channel.remote().host);
  }
  gone_.push_back(&connection);
}

// The one place where a connection ends: no descriptor is closed while it is watched, no number used again
// while somebody may still speak of it in this turn.
void Loop::Reap() {
  RemoveFromWatch();
  gone_peers_ = 0;
  for (Connection* connection : std::exchange(gone_, {})) {
    const int descriptor = connection->channel.descriptor();
    if (connection->watch == Watch::kQuiet) --quiet_;
    selector_.Remove(descriptor);
    deadlines_.Cancel(static_cast<Timers::Key>(descriptor));
    std::erase(buffered_, descriptor);
    std::erase(spoke_, descriptor);
    if (connection->peer != kNoPeer) {
      std::erase(flush_again_, connection->peer);
      std::erase(half_closed_, connection->peer);
      exchange_.Release(connection->peer);
      by_peer_[connection->peer] = nullptr;
    }
    // Before the number can be used again.
    if (connection->is_media) take_media_(connection->channel.TakeStream());
    by_descriptor_[static_cast<std::size_t>(descriptor)].reset();
  }
}

}  // namespace parley
