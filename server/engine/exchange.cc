#include "server/engine/exchange.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/engine/peers_by_address.h"
#include "server/engine/rooms_made.h"

namespace parley {

namespace {

// What a proxy does not say the address of makes rooms without a limit: many may stand behind it.
HubOptions With(HubOptions options, bool proxy, Accounts& accounts, Files& files) {
  options.guest_token = [&accounts](const Identity& guest, const Now& now) {
    return accounts.GuestToken(guest, now);
  };
  options.author_key = [&accounts](std::string_view identity) { return accounts.AuthorKey(identity); };
  options.may_make_room = [proxy, made = std::make_shared<RoomsMade>()](const std::string& address,
                                                                        const Now& now) {
    return (proxy && IsLoopback(address)) || made->MayMakeOne(address, now.monotonic);
  };
  if (files.on()) {
    options.features.emplace_back("files");
    options.files = FileHooks{
        .claim = [&files](const std::string& id, const std::string& room, const std::string& owner,
                          const Now& now) { return files.uploads().Claim(id, room, owner, now); },
        .settle = [&files](const std::string& id,
                           bool kept) { kept ? files.uploads().Keep(id) : files.uploads().Release(id); },
        .offer = [&files](const protocol::File& file, const Now& now) { return files.Offer(file, now); }};
  }
  return options;
}

}  // namespace

Exchange::Exchange(ExchangeOptions options, std::unique_ptr<MessageLog> log,
                   std::unique_ptr<Accounts> accounts, std::vector<RoomSettings> rooms,
                   std::unique_ptr<Files> files)
    : connections_(options.rate, options.peers_per_address),
      http_(HttpSettings{}),
      pending_(std::move(log), std::move(accounts)),
      files_(files ? std::move(files) : std::make_unique<Files>(FileBounds{}, "", nullptr)),
      hub_(With(std::move(options.hub), options.proxy, pending_.accounts(), *files_), std::move(rooms)),
      delivery_(connections_, hub_, http_, counters_, {options.queue_bytes, options.total_queue_bytes}),
      dispatch_(connections_, hub_, delivery_, pending_, *files_, counters_),
      transfers_(connections_, delivery_, *files_, counters_),
      web_(connections_, hub_, delivery_, http_, transfers_, counters_, options.proxy),
      intake_(connections_, hub_, delivery_, dispatch_, pending_, web_, transfers_, counters_),
      forget_rooms_(options.forget_rooms) {
}

void Exchange::UseMedia(MediaMode mode, MediaLink& media,
                        std::function<std::string(std::string_view sdp)> why_no_answer) {
  hub_.SetMedia(mode, std::move(why_no_answer));
  dispatch_.SetMedia(media);
}

PeerIndex Exchange::Open(Arrival arrival, const Now& now) {
  const PeerIndex index = connections_.Add(std::move(arrival));
  if (stopped_) {  // a handshake that took until now
    connections_.Close(index, kStopped);
    dispatch_.CarryOut(now);
  } else {
    intake_.Open(index, now);
  }
  return index;
}

void Exchange::Lost(PeerIndex peer, std::string_view reason, const Now& now) {
  connections_.Drop(peer, reason);
  dispatch_.CarryOut(now);
}

void Exchange::Flushed(PeerIndex peer, bool blocked, const Now& now) {
  delivery_.Flushed(peer, blocked);
  transfers_.Flushed(peer);
  if (!connections_.leaving().empty()) dispatch_.CarryOut(now);
}

// --- The turn ---

// What was not used for so long is forgotten. First rooms that are not in use leave the memory, a few at a
// time. Then the log is told which rooms are in use: all that are in memory now were, within the hour.
void Exchange::LookAfterRooms(const Now& now) {
  if (!rooms_at_) rooms_at_ = now.monotonic + limits::kRoomUseSoon;
  if (now.monotonic < *rooms_at_) return;
  const bool forgets = forget_rooms_.count() > 0;
  if (forgets) {
    const bool more = hub_.EvictIdleRooms(limits::kRoomsDroppedAtOnce, dispatch_.outbox());
    dispatch_.CarryOut(now);
    rooms_at_ = now.monotonic + limits::kRoomsDroppedPeriod;
    if (more) return;
  }
  rooms_at_ = now.monotonic + limits::kRoomUsePeriod;
  MessageLog& log = pending_.log();
  log.Touch(hub_.UsedRooms(), now.wall);
  if (forgets) log.Forget(now.wall - forget_rooms_);
}

void Exchange::Tick(const Now& now) {
  intake_.ResumeReady(now);
  LookAfterRooms(now);
  pending_.Tick(now);
  files_->Tick(now);
  intake_.PassDeadlines(now);
  if (const auto due = hub_.NextDeadline(); due && *due <= now.monotonic) {
    hub_.Tick(now, dispatch_.outbox());
    dispatch_.CarryOut(now);
  }
}

void Exchange::Commit(const Now& now) {
  dispatch_.FinishLogins(now);
  // A peer that sent hello and join together gets both answers in one turn.
  intake_.ResumeReady(now);
  pending_.Begin(now);
  dispatch_.FinishLog(now);
  for (const std::string& id : pending_.log().TakeGoneFiles()) files_->Remove(id);
  transfers_.Finish(now);
  if (!connections_.leaving().empty()) dispatch_.CarryOut(now);
  dispatch_.FinishAnnounced(now);
  dispatch_.FinishMedia(now);
}

std::optional<MonotonicTime> Exchange::NextDeadline() const {
  std::optional<MonotonicTime> next;
  for (const auto& deadline :
       {connections_.NextDeadline(), hub_.NextDeadline(), pending_.accounts().NextDeadline(),
        pending_.NextDeadline(), rooms_at_, files_->NextDeadline()}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void Exchange::Shutdown(const Now& now) {
  Commit(now);
  while (pending_.Stores()) {
    pending_.log().Wait();
    Commit(now);
  }
  stopped_ = true;
  delivery_.SayClosing(kStopped);
  dispatch_.DisconnectAll(now);
  pending_.NoteVisits();
}

// --- Listeners ---

bool Exchange::listens(PeerIndex peer) const {
  const Member* member = hub_.Find(peer);
  return member != nullptr && member->listens;
}

PeerIndex Exchange::OldestListener(std::optional<std::string_view> address) const {
  const auto found = std::ranges::find_if(hub_.listeners(), [&](PeerIndex peer) {
    return !address || PeersByAddress::AreOne(connections_[peer].arrival.address, *address);
  });
  return found == hub_.listeners().end() ? kNoPeer : *found;
}

}  // namespace parley
