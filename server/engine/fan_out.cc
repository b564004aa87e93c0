// The other half of the Exchange: what the hub wants, into the queues of peers, and the log between.

#include <algorithm>
#include <utility>
#include <variant>

#include "server/dialect/encode.h"
#include "server/engine/exchange.h"

namespace parley {

void Exchange::CarryOut(const Now& now) {
  for (;;) {
    for (Load& load : outbox_.loads) {
      log_->Read({load.room_key, load.before, load.after, load.limit, load.with_room});
      loads_under_way_.push_back(std::move(load));
    }
    for (RoomSettings& settings : outbox_.saves) log_->Save(std::move(settings));
    for (const std::string& room : outbox_.given_way) log_->GiveWay(room);
    std::ranges::move(outbox_.visits, std::back_inserter(visits_));
    for (LoginAttempt& login : outbox_.logins) {
      peers_[login.origin.peer]->login = next_ticket_;
      logins_under_way_.emplace(next_ticket_, std::move(login.origin));
      accounts_->Check({next_ticket_++, std::move(login.hello), std::move(login.address), login.tries}, now);
    }
    std::ranges::move(outbox_.posts, std::back_inserter(posts_));
    for (Outbox::Item& item : outbox_.items) {
      std::visit([this](auto& what) { Deliver(what); }, item);
    }
    outbox_.Clear();
    if (leaving_.empty()) return;
    // One after the other, each with what it makes the hub say: a room may go with its last member.
    const auto [index, reason] = std::move(leaving_.back());
    leaving_.pop_back();
    hub_.Disconnect(index, reason, now, outbox_);
  }
}

void Exchange::Deliver(ToPeer& item) {
  Peer& peer = *peers_[item.peer];
  if (peer.closing()) return;
  Push(item.peer, Encode(peer.session.dialect(), item.event, item.ref, peer.replies));
  if (std::holds_alternative<protocol::Welcome>(item.event)) {
    peer.hello_by.reset();
    SetTimer(item.peer);
  }
  const auto* error = std::get_if<protocol::Error>(&item.event);
  if (error != nullptr) CountRefusal(counters_, error->code);
  if (error != nullptr && IsFatal(error->code)) CloseAfterError(item.peer, error->code);
}

void Exchange::Deliver(ToRoom& item) {
  SharedEvent shared(item.event, slabs_[item.room]);
  for (const Seat& seat : item.room->seats()) {
    if (seat.raw) continue;
    Peer& peer = *peers_[seat.peer];
    Push(peer, seat.peer, shared.For(peer.session.dialect()));
  }
}

void Exchange::Deliver(ChatToRoom& item) {
  RoomSlabs& slabs = slabs_[item.room];
  const bool lobby = item.room == &hub_.lobby();  // raw peers are nowhere else
  const Slice raw = item.to_raw && lobby ? WriteRaw(item.message, slabs) : Slice();
  const protocol::Event event = std::move(item.message);
  SharedEvent shared(event, slabs);
  for (const Seat& seat : item.room->seats()) {
    if (seat.peer == item.author) continue;
    if (seat.raw && raw.size() == 0) continue;  // got the author's very bytes
    Peer& peer = *peers_[seat.peer];
    Push(peer, seat.peer, seat.raw ? raw : shared.For(peer.session.dialect()));
  }
  if (lobby && raw.size() > 0) DeliverToListeners(raw);
}

void Exchange::Deliver(RawToRoom& item) {
  const Slice bytes = slabs_[item.room].raw.Write({}, item.bytes);
  for (const Seat& seat : item.room->seats()) {
    if (seat.raw && seat.peer != item.author) Push(seat.peer, bytes);
  }
  if (item.room == &hub_.lobby()) DeliverToListeners(bytes);
}

void Exchange::Deliver(ClosePeer& item) {
  Push(item.peer, BlobRef::Copy(item.text + "\n"));
  Close(item.peer, "left");
}

void Exchange::Deliver(TellRaw& item) {
  Push(item.peer, BlobRef::Copy(item.text + "\n"));
}

// Those who hear the lobby and are not in it: raw peers that have stopped sending; and those of which nobody
// knows yet that they are raw peers, who hear it once that is decided.
void Exchange::DeliverToListeners(const Slice& bytes) {
  for (const PeerIndex index : hub_.listeners()) Push(index, bytes);
  if (!hub_.guests_allowed()) return;
  for (const PeerIndex index : undecided_) {
    Peer& peer = *peers_[index];
    if (peer.arrival.refused || peer.arrival.crowded) continue;
    peer.out.Push(bytes);
    peer.out.DropOldestLines(limits::kUndecidedBytes);
  }
}

// All that a delivery costs.
void Exchange::Push(Peer& peer, PeerIndex index, const Slice& bytes) {
  if (peer.closing()) return;
  peer.out.Push(bytes);
  ++counters_.deliveries;
  if (peer.dirty) return;
  peer.dirty = true;
  dirty_.push_back(index);
}

void Exchange::Push(PeerIndex index, const Slice& bytes) {
  Push(*peers_[index], index, bytes);
}

void Exchange::Push(PeerIndex index, const BlobRef& bytes) {
  Push(index, Slice{bytes, 0, static_cast<std::uint32_t>(bytes.size())});
}

// A fatal error that is no reply.
void Exchange::Fail(PeerIndex index, ErrorCode code, std::string_view text) {
  Peer& peer = *peers_[index];
  const protocol::Error error{code, std::string(text)};
  Push(index, Encode(peer.session.dialect(), error, std::nullopt, peer.replies));
  CountRefusal(counters_, code);
  CloseAfterError(index, code);
}

void Exchange::CloseAfterError(PeerIndex index, ErrorCode code) {
  if (peers_[index]->session.dialect() == Dialect::kWebSocket) {
    Push(index, BlobRef::Copy(WebSocketClose(CloseCodeOf(code), ToString(code))));
  }
  Close(index, "lost");
}

// The one way in which a peer ends, whatever the reason: what it waits for ends with it.
void Exchange::Close(PeerIndex index, std::string_view reason) {
  Peer& peer = *peers_[index];
  if (peer.closing()) return;
  const Phase before = std::exchange(peer.phase, Phase::kDraining);
  timers_.Cancel(index);
  if (before == Phase::kUndecided) {
    std::erase(undecided_, index);
    peer.out.Clear();  // would never be flushed
  }
  if (const auto ticket = std::exchange(peer.login, std::nullopt)) {
    logins_under_way_.erase(*ticket);
    accounts_->Forget(*ticket);
  }
  leaving_.emplace_back(index, reason);
  MarkDirty(index);
}

void Exchange::MarkDirty(PeerIndex index) {
  if (std::exchange(peers_[index]->dirty, true)) return;
  dirty_.push_back(index);
}

std::vector<PeerIndex> Exchange::TakeDirty() {
  slabs_.clear();  // of this turn
  for (const PeerIndex index : dirty_) {
    peers_[index]->dirty = false;
    peers_[index]->replies.Restart();
  }
  return std::exchange(dirty_, {});
}

// --- The log, and the accounts ---

void Exchange::Commit(const Now& now) {
  while (auto answer = accounts_->Take(now)) Finish(std::move(*answer), now);
  // Who said hello and join in one breath is answered in one.
  ResumeReady(now);
  // Before the messages: who said one is known to have been there.
  if (!visits_.empty()) log_->Note(std::exchange(visits_, {}));
  // One batch at a time: what comes while it is under way gathers for the next.
  if (!posts_.empty() && !append_under_way_) {
    append_under_way_ = true;
    append_began_ = now.monotonic;
    posts_under_way_ = std::exchange(posts_, {});
    std::vector<LogEntry> entries;
    entries.reserve(posts_under_way_.size());
    for (Post& post : posts_under_way_) {
      if (post.message.text.empty()) continue;
      entries.push_back({post.room_key, post.author_key, std::move(post.message)});
    }
    log_->Append(std::move(entries));
  }
  while (auto done = log_->Take()) {
    std::visit([&](auto& what) { Finish(std::move(what), now); }, *done);
  }
}

void Exchange::Finish(LoginAnswer answer, const Now& now) {
  const auto login = logins_under_way_.extract(answer.ticket);
  if (login.empty()) return;  // nobody waits for it any more
  const Origin& origin = login.mapped();
  peers_[origin.peer]->login.reset();
  if (answer.identity) {
    hub_.LoggedIn(origin, answer.identity, std::move(answer.token), answer.name, now, outbox_);
  } else {
    hub_.LoginRefused(origin, std::move(answer.error), outbox_);
  }
  CarryOut(now);
  GoOn(origin.peer);
}

void Exchange::Finish(MessageLog::Appended done, const Now& now) {
  append_under_way_ = false;
  counters_.log_batches.Add(now.monotonic - append_began_);
  if (done.failed) ++counters_.log_failures;
  auto entry = done.entries.begin();
  for (Post& post : std::exchange(posts_under_way_, {})) {
    auto result = done.failed ? StoreResult::kFailed : StoreResult::kStored;
    if (post.raw_bytes.empty()) {
      post.message = std::move(entry->message);
      if (entry->duplicate && !done.failed) result = StoreResult::kDuplicate;
      ++entry;
    }
    if (result == StoreResult::kStored) ++counters_.messages;
    const PeerIndex author = post.origin.peer;
    hub_.Stored(std::move(post), result, outbox_);
    CarryOut(now);
    GoOn(author);
  }
}

void Exchange::Finish(MessageLog::Loaded done, const Now& now) {
  const Load load = std::move(loads_under_way_.front());
  loads_under_way_.pop_front();
  hub_.Loaded(load, done.failed ? nullptr : &done.page, std::move(done.room), now, outbox_);
  CarryOut(now);
  GoOn(load.origin.peer);
}

// The log, or a check, has done something for this peer: what waited for that may go on.
void Exchange::GoOn(PeerIndex index) {
  if (peers_[index] == nullptr) return;
  const Peer& peer = *peers_[index];
  if ((peer.parked || peer.session.ended()) && !hub_.IsWaiting(index)) SetReady(index);
}

void Exchange::Shutdown(const Now& now) {
  Commit(now);
  while (append_under_way_ || !posts_.empty()) {
    log_->Wait();
    Commit(now);
  }
  stopped_ = true;
  const protocol::Event closing = protocol::Closing{"the server is shutting down", 1};
  RoomSlabs slabs;
  SharedEvent shared(closing, slabs);
  for (PeerIndex index = 0; index < peers_.size(); ++index) {
    if (peers_[index] == nullptr) continue;
    const Session& session = peers_[index]->session;
    if (session.speaks_protocol()) Push(index, shared.For(session.dialect()));
    if (session.dialect() == Dialect::kWebSocket) {
      Push(index, BlobRef::Copy(WebSocketClose(websocket_close::kGoingAway, "the server is shutting down")));
    }
    Close(index, kStopped);
  }
  for (const auto& [index, reason] : std::exchange(leaving_, {})) {
    hub_.Disconnect(index, reason, now, outbox_);
    // Nobody is told that the others leave: they all do.
    std::ranges::move(outbox_.visits, std::back_inserter(visits_));
    outbox_.Clear();
  }
  if (!visits_.empty()) log_->Note(std::exchange(visits_, {}));
}

}  // namespace parley
