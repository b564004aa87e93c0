#include "server/app/exchange.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "server/session/encode.h"

namespace parley {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

Exchange::Exchange(ExchangeOptions options, std::unique_ptr<MessageLog> log)
    : options_(std::move(options)), hub_(options_.hub), log_(std::move(log)) {
}

PeerIndex Exchange::Open(std::string address, bool refused, const Now& now) {
  PeerIndex index = 0;
  if (free_.empty()) {
    index = static_cast<PeerIndex>(peers_.size());
    peers_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  peers_[index] = std::make_unique<Peer>(std::move(address), options_.rate);
  Peer& peer = *peers_[index];
  peer.refused = refused;
  peer.decide_by = now.monotonic + limits::kFirstBytes;
  undecided_.push_back(index);
  ++peer_count_;
  SetTimer(index);
  return index;
}

void Exchange::Receive(PeerIndex index, std::string_view bytes, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing) return;
  if (Held(peer)) {
    peer.in.Append(bytes);
  } else {
    Process(index, bytes, now);
  }
}

void Exchange::End(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  peer.ended = true;
  MarkDirty(index);
  if (peer.closing || Held(peer)) return;
  if (peer.session.dialect() == Dialect::kUndecided && !peer.in.empty()) {
    // What could have become something else can't any more.
    peer.session.DecideRaw();
    Decide(index, Dialect::kRaw, now);
  }
  Process(index, {}, now);
}

void Exchange::Lost(PeerIndex index, std::string_view reason, const Now& now) {
  Close(index, reason);
  CarryOut(now);
}

void Exchange::Release(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.ready) std::erase(ready_, index);
  if (peer.dirty) std::erase(dirty_, index);
  if (peer.session.dialect() == Dialect::kUndecided) std::erase(undecided_, index);
  timers_.Cancel(index);
  peers_[index].reset();
  free_.push_back(index);
  --peer_count_;
}

// --- Bytes to requests ---

bool Exchange::Held(const Peer& peer) const {
  return peer.parked.has_value() || peer.resume_at.has_value() || peer.stalled;
}

void Exchange::Process(PeerIndex index, std::string_view input, const Now& now) {
  Peer& peer = *peers_[index];
  // Straight from the loop's buffer where nothing waits; only an incomplete tail is copied.
  const bool queued = !peer.in.empty();
  if (queued) peer.in.Append(input);
  const std::string_view all = queued ? peer.in.view() : input;
  std::string_view rest = all;
  while (Step(index, rest, now)) {
  }
  if (queued) {
    peer.in.Consume(all.size() - rest.size());
  } else {
    peer.in.Append(rest);
  }
  FinishIfEnded(index, now);
}

bool Exchange::Step(PeerIndex index, std::string_view& input, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing || Held(peer)) return false;
  if (peer.out.bytes() > options_.queue_bytes / 2 && peer.session.dialect() != Dialect::kUndecided) {
    peer.stalled = true;
    MarkDirty(index);
    return false;
  }
  if (peer.session.dialect() == Dialect::kRaw && !input.empty() &&
      peer.pace.NextTime(PaceClass::kChat) > now.monotonic) {
    peer.resume_at = peer.pace.NextTime(PaceClass::kChat);
    SetTimer(index);
    MarkDirty(index);
    return false;
  }
  std::size_t consumed = 0;
  Session::Step step = peer.session.Next(input, consumed);
  const bool more = std::visit(Overloaded{
                                   [](Session::NeedMore&) { return false; },
                                   [&](Session::Decided& decided) {
                                     Decide(index, decided.dialect, now);
                                     return true;
                                   },
                                   [&](Session::Chunk& chunk) {
                                     TakeChunk(index, std::move(chunk), now);
                                     return true;
                                   },
                                   [&](Session::Asked& asked) {
                                     TakeRequest(index, std::move(asked), now);
                                     return true;
                                   },
                                   [&](Session::Broken& broken) {
                                     Fail(index, broken.code, broken.text);
                                     CarryOut(now);
                                     return false;
                                   },
                               },
                               step);
  input.remove_prefix(consumed);
  return more;
}

void Exchange::Decide(PeerIndex index, Dialect dialect, const Now& now) {
  Peer& peer = *peers_[index];
  std::erase(undecided_, index);
  peer.decide_by.reset();
  OutQueue heard = std::exchange(peer.out, {});  // what the lobby said meanwhile
  if (peer.refused || dialect == Dialect::kHttp || dialect == Dialect::kTls) {
    Refuse(index, dialect);
  } else if (dialect == Dialect::kLines) {
    hub_.Connect(index, peer.address);
    peer.hello_by = now.monotonic + limits::kHello;
  } else {
    hub_.ConnectRaw(index, peer.address, now, outbox_);
    CarryOut(now);
    if (!peer.closing) peer.out = std::move(heard);
  }
  CarryOut(now);
  MarkDirty(index);
  SetTimer(index);
}

void Exchange::Refuse(PeerIndex index, Dialect dialect) {
  const std::string_view full = "The server is full: try again later.";
  switch (dialect) {
    case Dialect::kLines:
      Fail(index, ErrorCode::kServerFull, full);
      return;
    case Dialect::kRaw:
      Push(index, BlobRef::Copy(std::string(full) + "\n"));
      break;
    case Dialect::kHttp:
      Push(index,
           BlobRef::Copy("HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain\r\nContent-Length: 50\r\n"
                         "Connection: close\r\n\r\nThis door has no page yet: use nc or chat_client.\n"));
      break;
    case Dialect::kTls:
    case Dialect::kUndecided:
      break;
  }
  Close(index, "left");
}

void Exchange::TakeChunk(PeerIndex index, Session::Chunk chunk, const Now& now) {
  Peer& peer = *peers_[index];
  peer.pace.Take(PaceClass::kChat, std::max<std::size_t>(chunk.texts.size(), 1), now.monotonic);
  hub_.HandleRaw(index, chunk.bytes, std::move(chunk.texts), now, outbox_);
  CarryOut(now);
}

void Exchange::TakeRequest(PeerIndex index, Session::Asked asked, const Now& now) {
  Peer& peer = *peers_[index];
  const auto* request = std::get_if<protocol::Request>(&asked.body);
  if (hub_.MustWait(index, request)) {
    peer.parked = std::move(asked);  // until the log is done
    MarkDirty(index);
    return;
  }
  const PaceClass pace_class = request == nullptr ? PaceClass::kOther : PaceClassOf(*request);
  if (!peer.pace.Take(pace_class, 1, now.monotonic)) {
    peer.resume_at = peer.pace.NextTime(pace_class);
    peer.parked = std::move(asked);
    SetTimer(index);
    MarkDirty(index);
    return;
  }
  Answer(index, std::move(asked), now);
  CarryOut(now);
}

void Exchange::Answer(PeerIndex index, Session::Asked asked, const Now& now) {
  if (auto* request = std::get_if<protocol::Request>(&asked.body)) {
    hub_.Handle(index, std::move(*request), std::move(asked.ref), now, outbox_);
    return;
  }
  auto& fault = std::get<protocol::Fault>(asked.body);
  const Member* member = hub_.Find(index);
  if (fault.code == ErrorCode::kUnknownType && (member == nullptr || !member->greeted())) {
    fault = {ErrorCode::kHelloRequired, "say hello first"};
  }
  outbox_.items.emplace_back(
      ToPeer{index, protocol::Error{fault.code, std::move(fault.text)}, std::move(asked.ref)});
}

void Exchange::FinishIfEnded(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  if (!peer.ended || peer.closing || Held(peer)) return;
  // A raw peer goes on listening; one that has not said a byte yet may turn out to be raw.
  if (peer.session.dialect() != Dialect::kLines || hub_.IsWaiting(index)) return;
  Close(index, "left");
  CarryOut(now);
}

// --- Time ---

void Exchange::SetTimer(PeerIndex index) {
  const Peer& peer = *peers_[index];
  std::optional<MonotonicTime> next;
  for (const auto& deadline : {peer.decide_by, peer.resume_at, peer.hello_by}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (next) {
    timers_.Set(index, *next);
  } else {
    timers_.Cancel(index);
  }
}

void Exchange::SetReady(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.ready || peer.closing) return;
  peer.ready = true;
  ready_.push_back(index);
}

void Exchange::Resume(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing) return;
  if (auto asked = std::exchange(peer.parked, std::nullopt)) {
    TakeRequest(index, std::move(*asked), now);
  }
  MarkDirty(index);
  Process(index, {}, now);
}

void Exchange::PassDeadlines(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  const auto due = [&](const std::optional<MonotonicTime>& deadline) {
    return deadline && *deadline <= now.monotonic;
  };
  if (due(peer.decide_by)) {
    peer.session.DecideRaw();
    Decide(index, Dialect::kRaw, now);
    Process(index, {}, now);
  }
  if (due(peer.hello_by)) {
    peer.hello_by.reset();
    Fail(index, ErrorCode::kHelloRequired, "no hello within 30 seconds");
    CarryOut(now);
  }
  if (due(peer.resume_at)) {
    peer.resume_at.reset();
    Resume(index, now);
  }
  if (!peer.closing) SetTimer(index);
}

void Exchange::Tick(const Now& now) {
  for (const PeerIndex index : std::exchange(ready_, {})) {
    peers_[index]->ready = false;
    // One that waits for its pace goes on by its timer.
    if (!peers_[index]->resume_at) Resume(index, now);
  }
  while (const auto key = timers_.PopDue(now.monotonic)) PassDeadlines(static_cast<PeerIndex>(*key), now);
  if (const auto due = hub_.NextDeadline(); due && *due <= now.monotonic) {
    hub_.Tick(now, outbox_);
    CarryOut(now);
  }
}

std::optional<MonotonicTime> Exchange::NextDeadline() const {
  const auto ours = timers_.Next();
  const auto hubs = hub_.NextDeadline();
  if (!ours || !hubs) return ours ? ours : hubs;
  return std::min(*ours, *hubs);
}

// --- What a connection is to do ---

bool Exchange::WantsRead(PeerIndex index) const {
  const Peer& peer = *peers_[index];
  return !peer.closing && !peer.ended && !Held(peer);
}

bool Exchange::Withheld(PeerIndex index) const {
  return peers_[index]->session.dialect() == Dialect::kUndecided;
}

void Exchange::Flushed(PeerIndex index, bool blocked, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing) return;
  if (blocked && peer.out.bytes() > options_.queue_bytes) {
    // It is told in place of all that waits, after the line that it got the beginning of.
    peer.out.KeepStarted();
    if (peer.session.dialect() == Dialect::kLines) {
      Fail(index, ErrorCode::kSlowConsumer, "you read too slowly: come back and resume");
    }
    Close(index, "lost");
    CarryOut(now);
    return;
  }
  if (peer.stalled && peer.out.bytes() <= options_.queue_bytes / 4) {
    peer.stalled = false;
    SetReady(index);
  }
}

}  // namespace parley
