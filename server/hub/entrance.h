// Entrance holds the waiting room of one room: who waits for a host, who was admitted and has not joined yet
// (let_in), who need not wait again (IsAdmitted), and who returns without the room's password.
//
// It is part of its Room, and the only place to ask about its waiting room. A member that it refers to must
// leave it (WaitNoMore, NoMoreLetIn) before the member is destroyed. One thread.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol/event.h"
#include "server/hub/answer.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/model/room_settings.h"

namespace parley {

struct Seat;

class Entrance {
 public:
  explicit Entrance(Room& room) : room_(room) {}
  Entrance(const Entrance&) = delete;
  Entrance& operator=(const Entrance&) = delete;

  // Nobody waits, and nobody who was let in is still to join.
  [[nodiscard]] bool empty() const { return waiting_.empty() && let_in_.empty(); }
  // In front of the room, the first first.
  [[nodiscard]] const std::vector<Member*>& waiting() const { return waiting_; }
  // The person who waits under that id, or null.
  [[nodiscard]] const Member* FindWaiting(std::string_view member_id) const;
  // People who were admitted from the waiting room and have not joined yet, the first first.
  [[nodiscard]] const std::vector<Member*>& let_in() const { return let_in_; }
  // Whether that identity need not wait.
  [[nodiscard]] bool IsAdmitted(const std::string& identity) const { return admitted_.contains(identity); }

  // `member` asked for the room by the name `asked`, and waits from now on. Returns `error` for the reply, or
  // another one where too many wait.
  Answer Wait(Member& member, const std::string& asked, protocol::Error error, Outbox& out);
  // Does nothing where it does not wait.
  void WaitNoMore(Member& member, Outbox& out);
  // A host admits the person of that identity, in every session that waits.
  void LetIn(const std::string& identity, Outbox& out);
  void Refuse(const Member& member, Outbox& out);
  // Refuses the waiting people who are banned by now.
  void RefuseBanned(Outbox& out);
  // The waiting room was switched on or off.
  void Switched(Outbox& out);
  // `member` has joined, or never will.
  void NoMoreLetIn(Member& member);
  // The person of that identity has to wait, and to give the password, again.
  void Forget(const std::string& identity);
  // Everybody has to wait again, except people who were admitted and have not joined yet. Everybody has to
  // give the password again.
  void KeepThoseLetIn();

  // Whether that identity need not give the room's password: it is in the room, in another session, or was
  // when its connection ended.
  [[nodiscard]] bool KnowsPassword(const std::string& identity) const;
  // A person left the room. `by_leaving`: not because the connection ended.
  void Departed(const std::string& identity, bool by_leaving);
  // The room has another password, or none.
  void PasswordChanged() { returning_ = {}; }

  // Tells the hosts and admins of the room, or one of them, who waits.
  void Tell(Outbox& out) const;
  void Tell(const Seat& host, Outbox& out) const;
  // What `joined` says of it to this seat.
  void Describe(const Seat& seat, protocol::Joined& joined) const;

 private:
  [[nodiscard]] std::vector<protocol::WaitingPerson> People() const;
  void AdmitThoseHere();
  template <typename Predicate>
  void EndWaiting(bool admitted, Predicate is, Outbox& out);

  Room& room_;
  std::vector<Member*> waiting_;
  std::vector<Member*> let_in_;
  std::set<std::string> admitted_;  // identities
  RememberedPeople returning_;      // whose connection ended, under the present password
};

}  // namespace parley
