#include "server/engine/intake.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "common/base/limits.h"

namespace parley {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
// Deduced without this by gcc, not yet by clang 14.
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

Intake::Intake(Connections& connections, Hub& hub, Delivery& delivery, Dispatch& dispatch, Pending& pending,
               Web& web, Transfers& transfers, Counters& counters)
    : connections_(connections),
      hub_(hub),
      delivery_(delivery),
      dispatch_(dispatch),
      pending_(pending),
      web_(web),
      transfers_(transfers),
      counters_(counters) {
}

// --- What happened to a connection ---

void Intake::Open(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  if (peer.session.dialect() != Dialect::kUndecided) return Decide(index, peer.session.dialect(), now);
  peer.deadlines[Deadlines::kDecide] = now.monotonic + limits::kFirstBytes;
  connections_.SetTimer(index);
}

void Intake::Receive(PeerIndex index, std::string_view bytes, const Now& now) {
  Peer& peer = connections_[index];
  if (peer.closing()) return;
  peer.web.heard = now.monotonic;
  peer.web.pinged = false;
  if (peer.held()) {
    peer.input.bytes.Append(bytes);
    connections_.MarkDirty(index);  // it may be enough
  } else {
    Process(index, bytes, now);
  }
}

void Intake::End(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  connections_.MarkDirty(index);
  peer.session.End();
  if (peer.closing()) return;
  if (peer.login) pending_.Finished(*peer.login);
  if (peer.held()) {
    FinishIfEnded(index, now);
  } else if (peer.phase != Phase::kUndecided) {
    Process(index, {}, now);
  } else if (!peer.input.bytes.empty()) {
    DecideNow(index, now);  // what could have become something else can't any more
  } else {
    // A health check, a port scan: nobody who wants to listen.
    connections_.Close(index, "left");
    dispatch_.CarryOut(now);
  }
}

bool Intake::WantsRead(PeerIndex index) const {
  const Peer& peer = connections_[index];
  if (peer.closing() || peer.session.ended()) return false;
  // While a login is checked, which may take its time, it must be seen that the peer goes.
  const bool login_alone = peer.login && !peer.deadlines[Deadlines::kResume] && !peer.input.stalled;
  return !peer.held() || (login_alone && peer.input.bytes.size() < limits::kReadBytes);
}

// --- Bytes to requests ---

void Intake::Process(PeerIndex index, std::string_view input, const Now& now) {
  Peer& peer = connections_[index];
  ByteQueue& in = peer.input.bytes;
  // Straight from the loop's buffer where nothing waits; only an incomplete tail is copied.
  const bool queued = !in.empty();
  if (queued) in.Append(input);
  const std::string_view all = queued ? in.view() : input;
  std::string_view rest = all;
  while (Step(index, rest, now)) {
  }
  if (queued) {
    in.Consume(all.size() - rest.size());
  } else {
    in.Append(rest);
  }
  if (auto& request_by = peer.deadlines[Deadlines::kRequest]; request_by && !in.empty()) {
    // A head has begun: it has less time than the silence before it.
    request_by = std::min(*request_by, now.monotonic + limits::kHttpHead);
    connections_.SetTimer(index);
  }
  FinishIfEnded(index, now);
}

bool Intake::Step(PeerIndex index, std::string_view& input, const Now& now) {
  Peer& peer = connections_[index];
  if (peer.closing() || peer.held() || delivery_.Stalls(index)) return false;
  if (peer.transfer) {
    transfers_.TakeBody(index, input, now);
    dispatch_.CarryOut(now);
    return false;
  }
  if (peer.session.dialect() == Dialect::kRaw && !input.empty()) {
    const MonotonicTime next = peer.input.pace.NextTime(PaceClass::kChat);
    if (next > now.monotonic) {
      peer.deadlines[Deadlines::kResume] = next;
      connections_.SetTimer(index);
      connections_.MarkDirty(index);
      return false;
    }
  }
  std::size_t consumed = 0;
  Session::Step step = peer.session.Next(input, consumed);
  const bool more = Take(index, step, now);
  input.remove_prefix(consumed);
  return more;
}

bool Intake::Take(PeerIndex index, Session::Step& step, const Now& now) {
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
                                   [&](Session::TooLate& late) {
                                     RefuseLate(index, late.dialect, now);
                                     return false;
                                   },
                                   [&](Session::Asked& asked) {
                                     TakeRequest(index, std::move(asked), now);
                                     return true;
                                   },
                                   [&](Session::Broken& broken) {
                                     Break(index, broken);
                                     return false;
                                   },
                                   [&](Session::Say& say) {
                                     delivery_.Push(index, BlobRef::Copy(say.bytes));
                                     if (say.last) connections_.Close(index, "left");
                                     return true;
                                   },
                                   [&](HttpRequest& request) { return web_.Answer(index, request, now); },
                                   [&](HttpBad& bad) {
                                     web_.Refuse(index, bad, now);
                                     return false;
                                   },
                               },
                               step);
  dispatch_.CarryOut(now);
  return more;
}

void Intake::Decide(PeerIndex index, Dialect dialect, const Now& now) {
  Peer& peer = connections_[index];
  connections_.Decided(index);
  OutQueue heard = std::exchange(peer.out, {});  // what the lobby said meanwhile
  if (dialect == Dialect::kForeign) {
    RefuseForeign(index);
  } else if (peer.arrival.refused || peer.arrival.crowded) {
    Refuse(index, dialect, now);
  } else if (dialect == Dialect::kHttp) {
    peer.deadlines[Deadlines::kRequest] = now.monotonic + limits::kHttpHead;
  } else if (dialect == Dialect::kLines) {
    hub_.Connect(index, peer.arrival.address);
    peer.deadlines[Deadlines::kHello] = now.monotonic + limits::kHello;
  } else {
    hub_.ConnectRaw(index, peer.arrival.address, now, dispatch_.outbox());
    dispatch_.CarryOut(now);
    if (!peer.closing()) peer.out = std::move(heard);
  }
  dispatch_.CarryOut(now);
  connections_.MarkDirty(index);
  connections_.SetTimer(index);
}

// The first second is over, or nothing more will come.
void Intake::DecideNow(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  Decide(index, peer.session.DecideNow(peer.input.bytes.view()), now);
  Process(index, {}, now);
}

void Intake::TakeChunk(PeerIndex index, Session::Chunk chunk, const Now& now) {
  Pace& pace = connections_[index].input.pace;
  pace.Take(PaceClass::kChat, std::max<std::size_t>(chunk.texts.size(), 1), now.monotonic);
  if (!chunk.replies.empty()) delivery_.Push(index, BlobRef::Copy(chunk.replies));
  if (chunk.bytes.empty()) return;
  hub_.HandleRaw(index, chunk.bytes, std::move(chunk.texts), now, dispatch_.outbox());
}

void Intake::TakeRequest(PeerIndex index, Session::Asked&& asked, const Now& now) {
  Peer& peer = connections_[index];
  const auto* request = std::get_if<protocol::Request>(&asked.body);
  if (hub_.MustWait(index, request)) {
    peer.input.parked = std::move(asked);  // until the log is done
    connections_.MarkDirty(index);
    return;
  }
  const PaceClass pace_class = request == nullptr ? PaceClass::kOther : PaceClassOf(*request);
  const std::size_t weight = request == nullptr ? 1 : hub_.WeightOf(index, *request);
  if (!peer.input.pace.Take(pace_class, weight, now.monotonic)) {
    peer.deadlines[Deadlines::kResume] = peer.input.pace.NextTime(pace_class);
    peer.input.parked = std::move(asked);
    connections_.SetTimer(index);
    connections_.MarkDirty(index);
    return;
  }
  Answer(index, std::move(asked), now);
}

void Intake::Answer(PeerIndex index, Session::Asked&& asked, const Now& now) {
  if (auto* request = std::get_if<protocol::Request>(&asked.body)) {
    hub_.Handle(index, std::move(*request), asked.ref, now, dispatch_.outbox());
    return;
  }
  auto& fault = std::get<protocol::Fault>(asked.body);
  const Member* member = hub_.Find(index);
  if (fault.code == ErrorCode::kUnknownType && (member == nullptr || !member->greeted())) {
    fault = {ErrorCode::kHelloRequired, "say hello first"};
  }
  dispatch_.outbox().items.emplace_back(
      ToPeer{index, protocol::Error{fault.code, std::move(fault.text)}, std::move(asked.ref)});
}

// Once all that it sent is done: a raw peer goes on listening, everybody else is closed.
void Intake::FinishIfEnded(PeerIndex index, const Now& now) {
  const Peer& peer = connections_[index];
  if (!peer.session.ended() || peer.closing() || hub_.IsWaiting(index)) return;
  if (peer.session.dialect() == Dialect::kRaw) {
    // One that reads too slowly to be heard has still said all.
    if (!peer.input.bytes.empty()) return;
    hub_.StopsSending(index, now, dispatch_.outbox());
  } else {
    if (peer.held()) return;
    connections_.Close(index, "left");
  }
  dispatch_.CarryOut(now);
}

// --- What a peer waited for ---

void Intake::Resume(PeerIndex index, const Now& now) {
  Peer& peer = connections_[index];
  if (peer.closing()) return;
  if (delivery_.Stalls(index)) return FinishIfEnded(index, now);
  if (auto asked = std::exchange(peer.input.parked, std::nullopt)) {
    TakeRequest(index, std::move(*asked), now);
    dispatch_.CarryOut(now);
  }
  connections_.MarkDirty(index);
  Process(index, {}, now);
}

void Intake::ResumeReady(const Now& now) {
  for (const PeerIndex index : connections_.TakeReady()) {
    // One that waits for its pace goes on by its timer.
    if (!connections_[index].deadlines[Deadlines::kResume]) Resume(index, now);
  }
}

void Intake::PassDeadlines(const Now& now) {
  while (const auto index = connections_.PopDue(now.monotonic)) PassDeadlines(*index, now);
}

void Intake::PassDeadlines(PeerIndex index, const Now& now) {
  Deadlines& deadlines = connections_[index].deadlines;
  const auto due = [&](Deadlines::Kind kind) { return deadlines.TakeDue(kind, now.monotonic); };
  if (due(Deadlines::kDecide)) DecideNow(index, now);
  if (due(Deadlines::kHello)) delivery_.Fail(index, ErrorCode::kHelloRequired, "no hello within 30 seconds");
  if (due(Deadlines::kRequest)) web_.PassRequestDeadline(index, now);
  if (due(Deadlines::kSilence)) web_.WatchSilence(index, now);
  if (due(Deadlines::kResume)) Resume(index, now);
  dispatch_.CarryOut(now);
  connections_.SetTimer(index);
}

}  // namespace parley
