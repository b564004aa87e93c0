#include "server/hub/logins.h"

#include <utility>
#include <vector>

#include "server/hub/presence.h"

namespace parley {

using protocol::Error;

namespace {

constexpr const char* kNoGuests = "guests cannot join here: sign in";

}  // namespace

Answer Logins::Hello(RequestContext& context) const {
  if (context.member.greeted())
    return Error{ErrorCode::kAlreadyGreeted, "hello was already sent on this connection"};
  auto& hello = context.Get<protocol::Hello>();
  if (!options_.guests && !hello.token && !hello.user) {
    return Error{ErrorCode::kLoginRequired, kNoGuests};
  }
  context.member.under_way.login = true;
  context.out.logins.push_back({.hello = std::move(hello),
                                .address = context.member.address,
                                .tries = context.member.refused_logins,
                                .origin = context.origin()});
  return std::nullopt;
}

void Logins::Accepted(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                      const Now& now, Outbox& out) {
  Member* member = members_.Find(origin);
  if (member == nullptr) return;
  if (!options_.guests && identity->role == protocol::Role::kGuest) {
    return Refused(origin, {ErrorCode::kLoginRequired, kNoGuests}, out);
  }
  if (identity->account()) {
    for (const std::string& guest : members_.directory().GuestsInTheWayOf(*identity)) {
      Rename(guest, members_.FreeGuestName(), now, out);
    }
  } else {
    const auto name = NameFor(*identity, claim, now, out);
    if (!name) {
      return Refused(
          origin, {ErrorCode::kNameTaken, "somebody else is here under that name, or one that looks like it"},
          out);
    }
    if (*name != identity->name) {
      identity = WithName(*identity, *name);
      token = options_.guest_token(*identity, now);
    }
  }
  member->under_way.login = false;
  members_.Greet(*member, identity);
  out.items.emplace_back(ToPeer{member->peer,
                                protocol::Welcome{.server = options_.server,
                                                  .id = member->id,
                                                  .name = identity->name.shown,
                                                  .role = identity->role,
                                                  .token = std::move(token),
                                                  .author = identity->author,
                                                  .features = options_.features},
                                origin.ref});
}

void Logins::Refused(const Origin& origin, protocol::Error error, Outbox& out) const {
  Member* member = members_.Find(origin);
  if (member == nullptr) return;
  member->under_way.login = false;
  ++member->refused_logins;
  out.items.emplace_back(ToPeer{member->peer, std::move(error), origin.ref});
}

// What a guest is to be called; nothing where its name is another's.
std::optional<protocol::Name> Logins::NameFor(const Identity& guest, NameClaim claim, const Now& now,
                                              Outbox& out) {
  // All sessions of a guest have one name, and it may have been changed since the token was made.
  const IdentityRef here = members_.directory().Find(guest.key);
  if (here != nullptr && here->name != guest.name) return here->name;
  const bool returns = claim != NameClaim::kFresh;
  if (claim == NameClaim::kLost || (returns && members_.directory().IsOwned(guest))) {
    const protocol::Name name = members_.FreeGuestName();
    if (here != nullptr) Rename(guest.key, name, now, out);
    return name;
  }
  if (!members_.directory().IsTaken(guest)) return guest.name;
  // The numbers begin anew with the server: what one guest was given may be a raw peer's by now.
  if (returns && Directory::IsGuestName(guest.name)) return members_.FreeGuestName();
  return std::nullopt;
}

// Gives the guest of that key another name, in all of its sessions.
void Logins::Rename(const std::string& guest, const protocol::Name& name, const Now& now, Outbox& out) {
  const std::vector<Member*> sessions = members_.SessionsOf(guest);
  members_.Rename(sessions, name);
  for (Member* member : sessions) {
    if (!member->raw) {
      out.items.emplace_back(ToPeer{member->peer,
                                    protocol::Renamed{.name = name.shown,
                                                      .token = options_.guest_token(*member->identity, now),
                                                      .reason = std::string(ToString(ErrorCode::kNameTaken))},
                                    std::nullopt});
    }
    for (const Place& place : member->places) {
      Presence::Renamed(*place.room, place.room->seat(place.seat), out);
    }
    for (const PendingJoin& wait : member->waits_for) wait.room->entrance.Tell(out);
  }
}

}  // namespace parley
