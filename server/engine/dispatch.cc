#include "server/engine/dispatch.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "server/accounts/throttle.h"
#include "server/engine/peers_by_address.h"

namespace parley {
namespace {

// By what announced files, and calls, are counted together; not at all for this machine.
std::string CountedBy(const std::string& address) {
  return IsLoopback(address) ? std::string() : GuesserOf(address);
}

}  // namespace

Dispatch::Dispatch(Connections& connections, Hub& hub, Delivery& delivery, Pending& pending, Files& files,
                   Counters& counters)
    : connections_(connections),
      hub_(hub),
      delivery_(delivery),
      pending_(pending),
      files_(files),
      counters_(counters) {
}

void Dispatch::CarryOut(const Now& now) {
  for (;;) {
    pending_.Take(outbox_);
    for (LoginAttempt& attempt : outbox_.logins) {
      Peer& peer = connections_[attempt.origin.peer];
      peer.login = pending_.Check(std::move(attempt), now);
    }
    for (Announcement& announced : outbox_.announcements) {
      const Files::Ticket ticket = files_.Announce({.room = std::move(announced.room_key),
                                                    .owner = std::move(announced.owner),
                                                    .address = CountedBy(announced.address),
                                                    .name = std::move(announced.upload.name),
                                                    .size = announced.upload.size,
                                                    .media_type = std::move(announced.upload.media_type)},
                                                   now);
      announcing_.emplace(ticket, std::move(announced.origin));
    }
    for (MediaCommand& command : outbox_.media) GiveMedia(std::move(command));
    for (Outbox::Item& item : outbox_.items) delivery_.Deliver(item);
    outbox_.Clear();
    auto& leaving = connections_.leaving();
    if (leaving.empty()) return;
    // One after the other, each with what it makes the hub say: a room may go with its last member.
    const Connections::Leaving next = std::move(leaving.back());
    leaving.pop_back();
    Disconnect(next, now);
  }
}

// The page of an offer or a want that was dropped is to offer again later, and says then what it wants.
void Dispatch::GiveMedia(MediaCommand command) {
  if (auto* join = std::get_if<MediaJoin>(&command)) join->address = CountedBy(join->address);
  std::optional<MediaSeat> from;
  if (const auto* offer = std::get_if<MediaOffer>(&command)) from = offer->seat;
  if (const auto* wants = std::get_if<MediaWants>(&command)) from = wants->seat;
  if (media_->Give(std::move(command)) || !from) return;
  hub_.MediaHappened(MediaEnded{*from, MediaEnded::Reason::kClosed}, outbox_);
}

// What the peer waits for ends with it.
void Dispatch::Disconnect(const Connections::Leaving& leaving, const Now& now) {
  const auto ticket = std::exchange(connections_[leaving.peer].login, std::nullopt);
  if (ticket) pending_.Forget(*ticket);
  hub_.Disconnect(leaving.peer, leaving.reason, now, outbox_);
}

void Dispatch::DisconnectAll(const Now& now) {
  for (const auto& leaving : std::exchange(connections_.leaving(), {})) {
    Disconnect(leaving, now);
    pending_.Take(outbox_.visits);
    outbox_.Clear();
  }
}

void Dispatch::FinishLogins(const Now& now) {
  while (auto login = pending_.TakeLogin(now)) Finish(std::move(*login), now);
}

void Dispatch::FinishLog(const Now& now) {
  while (auto done = pending_.TakeDone(now)) {
    std::visit([&](auto& what) { Finish(std::move(what), now); }, *done);
  }
}

void Dispatch::FinishAnnounced(const Now& now) {
  while (auto announced = files_.TakeAnnounced()) {
    const auto origin = announcing_.extract(announced->ticket);
    hub_.Announced(origin.mapped(), std::move(announced->answer), outbox_);
    CarryOut(now);
    GoOn(origin.mapped().peer);
  }
}

void Dispatch::FinishMedia(const Now& now) {
  if (media_ == nullptr) return;
  for (const MediaEvent& event : media_->Take()) {
    hub_.MediaHappened(event, outbox_);
    CarryOut(now);
  }
}

void Dispatch::Finish(Pending::Login login, const Now& now) {
  const PeerIndex index = login.origin.peer;
  LoginAnswer& answer = login.answer;
  connections_[index].login.reset();
  if (answer.identity) {
    hub_.LoggedIn(login.origin, answer.identity, std::move(answer.token), answer.name, now, outbox_);
    const Member* member = hub_.Find(index);
    if (member != nullptr && member->greeted()) connections_.Greeted(index);
  } else {
    hub_.LoginRefused(login.origin, std::move(answer.error), outbox_);
  }
  CarryOut(now);
  GoOn(index);
}

void Dispatch::Finish(Pending::Batch batch, const Now& now) {
  counters_.log_batches.Add(batch.took);
  if (batch.failed) ++counters_.log_failures;
  auto chunk = batch.raw_chunks.begin();
  const auto tell_chunks = [&](std::size_t entries_before) {
    for (; chunk != batch.raw_chunks.end() && chunk->entries_before == entries_before; ++chunk) {
      const PeerIndex author = chunk->origin.peer;
      hub_.RawInTurn(std::move(*chunk), batch.failed, outbox_);
      CarryOut(now);
      GoOn(author);
    }
  };
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    tell_chunks(i);
    LogEntry& entry = batch.entries[i];
    const auto result = batch.failed ? StoreResult::kFailed : entry.result();
    const PeerIndex author = entry.origin.peer;
    if (result == StoreResult::kStored && !entry.change) {
      ++counters_.messages;
      if (connections_.Has(author)) turn_taking_.Said(connections_[author].message_told, now.monotonic);
    }
    hub_.Stored(std::move(entry), result, outbox_);
    CarryOut(now);
    GoOn(author);
  }
  tell_chunks(batch.entries.size());
  pending_.Reuse(std::move(batch.entries));
  hub_.TellChanges(now, outbox_);
  CarryOut(now);
}

void Dispatch::Finish(Pending::Loaded loaded, const Now& now) {
  MessageLog::Loaded& result = loaded.result;
  hub_.Loaded(loaded.load, result.failed ? nullptr : &result.page, std::move(result.room), now, outbox_);
  CarryOut(now);
  GoOn(loaded.load.origin.peer);
}

// The log, or a check, has done something for this peer: what waited for that may go on.
void Dispatch::GoOn(PeerIndex index) {
  if (!connections_.Has(index)) return;
  const Peer& peer = connections_[index];
  if ((peer.input.parked || peer.session.ended()) && !hub_.IsWaiting(index)) connections_.SetReady(index);
}

}  // namespace parley
