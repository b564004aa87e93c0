#include "server/hub/entrance.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/room.h"

namespace parley {

using protocol::Error;

const Member* Entrance::FindWaiting(std::string_view member_id) const {
  const auto found = std::ranges::find(waiting_, member_id, &Member::id);
  return found == waiting_.end() ? nullptr : *found;
}

Answer Entrance::Wait(Member& member, const std::string& asked, Error error, Outbox& out) {
  const auto wait = std::ranges::find(member.waits_for, &room_, &PendingJoin::room);
  if (wait != member.waits_for.end()) {
    wait->asked = asked;
  } else if (waiting_.size() >= limits::kWaitingPerRoom) {
    return Error{ErrorCode::kRoomFull, "too many people are waiting for this room"};
  } else {
    waiting_.push_back(&member);
    member.waits_for.push_back({&room_, asked});
    Tell(out);
  }
  error.room = asked;
  return error;
}

void Entrance::WaitNoMore(Member& member, Outbox& out) {
  const auto waits_here = [&](const PendingJoin& wait) { return wait.room == &room_; };
  if (std::erase_if(member.waits_for, waits_here) == 0) return;
  std::erase(waiting_, &member);
  Tell(out);
}

void Entrance::Tell(Outbox& out) const {
  for (const Seat& seat : room_.seats()) {
    if (seat.host || seat.member->admin()) Tell(seat, out);
  }
}

void Entrance::Tell(const Seat& host, Outbox& out) const {
  out.items.emplace_back(ToPeer{host.peer, protocol::WaitingEvent{room_.shown(), People()}, std::nullopt});
}

std::vector<protocol::WaitingPerson> Entrance::People() const {
  std::vector<protocol::WaitingPerson> people;
  people.reserve(waiting_.size());
  for (const Member* member : waiting_) {
    people.push_back({member->id, member->identity->name.shown, member->identity->role});
  }
  return people;
}

// For all for whom `is` holds. Each is told whether it was admitted.
template <typename Predicate>
void Entrance::EndWaiting(bool admitted, Predicate is, Outbox& out) {
  std::vector<Member*> done;
  std::ranges::copy_if(waiting_, std::back_inserter(done), is);
  for (Member* member : done) {
    std::erase(waiting_, member);
    const auto wait = std::ranges::find(member->waits_for, &room_, &PendingJoin::room);
    protocol::Admission admission{std::move(wait->asked), admitted};
    member->waits_for.erase(wait);
    out.items.emplace_back(ToPeer{member->peer, std::move(admission), std::nullopt});
  }
  if (!done.empty()) Tell(out);
}

void Entrance::LetIn(const std::string& identity, Outbox& out) {
  const std::string key = identity;  // of one who may go from the list
  if (admitted_.size() >= limits::kAdmittedPerRoom + room_.seats().size()) AdmitThoseHere();
  admitted_.insert(key);
  for (Member* member : waiting_) {
    if (member->identity->key != key) continue;
    let_in_.push_back(member);
    member->let_into.push_back(&room_);
  }
  EndWaiting(
      true, [&](const Member* one) { return one->identity->key == key; }, out);
}

void Entrance::Refuse(const Member& member, Outbox& out) {
  EndWaiting(
      false, [&](const Member* one) { return one == &member; }, out);
}

void Entrance::RefuseBanned(Outbox& out) {
  EndWaiting(
      false, [&](const Member* one) { return room_.IsBanned(*one); }, out);
}

void Entrance::Switched(Outbox& out) {
  AdmitThoseHere();
  if (room_.waiting_room) return;
  EndWaiting(
      true, [](const Member* /*one*/) { return true; }, out);
}

void Entrance::NoMoreLetIn(Member& member) {
  if (std::erase(member.let_into, &room_) > 0) std::erase(let_in_, &member);
}

void Entrance::Forget(const std::string& identity) {
  admitted_.erase(identity);
  returning_.Remove(identity);
}

bool Entrance::KnowsPassword(const std::string& identity) const {
  // A page that lost its connection may be back before the server has noticed the loss.
  return returning_.Contains(identity) || std::ranges::any_of(room_.seats(), [&](const Seat& seat) {
           return !seat.raw && seat.member->identity->key == identity;
         });
}

void Entrance::Departed(const std::string& identity, bool by_leaving) {
  if (by_leaving) {
    returning_.Remove(identity);
  } else if (!room_.password.empty()) {
    returning_.Add(identity);
  }
}

void Entrance::AdmitThoseHere() {
  admitted_.clear();
  for (const Seat& seat : room_.seats()) admitted_.insert(seat.member->identity->key);
}

void Entrance::KeepThoseLetIn() {
  returning_ = {};
  admitted_.clear();
  for (const Member* member : let_in_) admitted_.insert(member->identity->key);
}

void Entrance::Describe(const Seat& seat, protocol::Joined& joined) const {
  joined.waiting_room = room_.waiting_room;
  if (room_.waiting_room && (seat.host || seat.member->admin())) joined.waiting = People();
}

}  // namespace parley
