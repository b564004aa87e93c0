// Membership is the part of a Session that joins and leaves rooms, waits to be admitted, and knows the
// members of each room. Owned by the Session, whose state and Messaging must outlive it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/messaging.h"
#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

class Membership {
 public:
  Membership(SessionState& state, Messaging& messaging) : state_(state), messaging_(messaging) {}

  // See Session.
  void Enter(std::string_view name, std::optional<std::string> password);
  void Leave(const Room& room);
  void LeaveAll();
  // Into every room, on a fresh connection.
  void EnterAgain();

  // --- What comes of it ---

  // `asked`: null where nothing was asked for.
  void On(const protocol::Joined& joined, const Asked* asked);
  void OnJoinRefused(const protocol::Error& error, const Asked& asked);
  void OnLeft(const Asked& asked);
  void On(const protocol::Admission& event);

  // --- Who is there, and what changes ---

  void On(const protocol::MemberJoined& event);
  void On(const protocol::MemberChanged& event);
  void On(const protocol::MemberLeft& event);
  void On(const protocol::RoomChanged& event);
  void On(const protocol::WaitingEvent& event);

 private:
  void AskToEnter(const std::string& key, const Room& room);
  // A host must let this client in.
  void WaitFor(const Asked& asked);
  void TellWhoWaits(Room& room, const std::vector<protocol::WaitingPerson>& people);

  SessionState& state_;
  Messaging& messaging_;
};

}  // namespace parley::client
