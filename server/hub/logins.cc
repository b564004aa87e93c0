// Hello and its answers: who comes in, and under which name.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "server/hub/call.h"
#include "server/hub/hub.h"

namespace parley {

using protocol::Error;

Hub::Answer Hub::OnHello(Call& call) {
  if (call.member.greeted()) return Error{ErrorCode::kAlreadyGreeted, "you said hello already"};
  auto& hello = call.Get<protocol::Hello>();
  if (!options_.guests && !hello.token && !hello.user) {
    return Error{ErrorCode::kLoginRequired, "guests cannot join here: log in"};
  }
  call.member.login_under_way = true;
  call.out.logins.push_back({.hello = std::move(hello),
                             .address = call.member.address,
                             .tries = call.member.refused_logins,
                             .origin = call.origin()});
  return std::nullopt;
}

void Hub::LoggedIn(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                   const Now& now, Outbox& out) {
  Member* member = MemberOf(origin);
  if (member == nullptr) return;
  if (!options_.guests && identity->role == protocol::Role::kGuest) {
    return LoginRefused(origin, {ErrorCode::kLoginRequired, "guests cannot join here: log in"}, out);
  }
  if (identity->account()) {
    for (const std::string& guest : directory_.GuestsInTheWayOf(*identity)) {
      Rename(guest, directory_.FreeGuestName(), now, out);
    }
  } else {
    const auto name = NameFor(*identity, claim, now, out);
    if (!name) {
      return LoginRefused(
          origin, {ErrorCode::kNameTaken, "somebody else is here under that name, or one that looks like it"},
          out);
    }
    if (*name != identity->name) {
      identity = WithName(*identity, *name);
      token = options_.guest_token(*identity, now);
    }
  }
  member->login_under_way = false;
  member->id = RandomToken(9);
  member->identity = identity;
  greeted_.emplace(member->id, member);
  directory_.Enter(identity);
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

void Hub::LoginRefused(const Origin& origin, protocol::Error error, Outbox& out) {
  Member* member = MemberOf(origin);
  if (member == nullptr) return;
  member->login_under_way = false;
  ++member->refused_logins;
  out.items.emplace_back(ToPeer{member->peer, std::move(error), origin.ref});
}

// What a guest is to be called; nothing where its name is another's.
std::optional<protocol::Name> Hub::NameFor(const Identity& guest, NameClaim claim, const Now& now,
                                           Outbox& out) {
  // All sessions of a guest have one name, and it may have been changed since the token was made.
  const IdentityRef here = directory_.Find(guest.key);
  if (here != nullptr && here->name != guest.name) return here->name;
  const bool returns = claim != NameClaim::kFresh;
  if (claim == NameClaim::kLost || (returns && directory_.IsOwned(guest))) {
    const protocol::Name name = directory_.FreeGuestName();
    if (here != nullptr) Rename(guest.key, name, now, out);
    return name;
  }
  if (!directory_.IsTaken(guest)) return guest.name;
  // The numbers begin anew with the server: what one guest was given may be a raw peer's by now.
  if (returns && Directory::IsGuestName(guest.name)) return directory_.FreeGuestName();
  return std::nullopt;
}

// Gives the guest of that key another name, in all of its sessions.
void Hub::Rename(const std::string& guest, const protocol::Name& name, const Now& now, Outbox& out) {
  std::vector<Member*> sessions;
  for (const auto& member : members_) {
    if (member && member->greeted() && member->identity->key == guest) sessions.push_back(member.get());
  }
  for (const Member* member : sessions) directory_.Leave(member->identity);
  for (Member* member : sessions) {
    member->identity = WithName(*member->identity, name);
    directory_.Enter(member->identity);
  }
  for (Member* member : sessions) {
    if (!member->raw) {
      out.items.emplace_back(ToPeer{member->peer,
                                    protocol::Renamed{.name = name.shown,
                                                      .token = options_.guest_token(*member->identity, now),
                                                      .reason = std::string(ToString(ErrorCode::kNameTaken))},
                                    std::nullopt});
    }
    for (const Place& place : member->places) AnnounceName(*place.room, place.room->seat(place.seat), out);
    for (const PendingJoin& wait : member->waits_for) TellWaiting(*wait.room, out);
  }
}

}  // namespace parley
