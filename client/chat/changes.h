// Changes is the part of a Session that changes messages and shows how others change them: edits, deletions,
// reactions, polls and votes. Owned by the Session, whose state must outlive it.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/messaging.h"
#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

class Changes {
 public:
  Changes(SessionState& state, Messaging& messaging) : state_(state), messaging_(messaging) {}

  // --- What the person wishes, in the current room. What can't be done becomes a notice. ---

  void Edit(protocol::Sequence sequence, std::string_view text);
  void Delete(protocol::Sequence sequence);
  // Takes the reaction back if it is there already.
  void React(protocol::Sequence sequence, std::string_view emoji);
  void AskAll(std::string_view question, std::vector<std::string> options);
  // `choices` are indexes from 0; none takes the vote back.
  void Vote(protocol::Sequence sequence, std::vector<std::size_t> choices);
  void Close(protocol::Sequence sequence);

  // --- What the server says ---

  void On(const protocol::MessageChanged& change);
  // The messages that changed while the connection was lost.
  void On(Room& room, const protocol::Joined& joined);
  // A page of changes that was asked for.
  void On(const protocol::HistoryReply& reply, const Asked& asked);
  void OnPageRefused(const Asked& asked);
  void OnVoted(const Asked& asked);
  void OnPollStored(const protocol::Ok& ok, const Asked& asked);

 private:
  // Whether the current room is there and the server offers this; if not, the person is told. `name`: as
  // `welcome` has it.
  bool Can(std::string_view feature, std::string_view name);
  // False also, and told so, of a message that is known to be something else.
  bool IsPoll(protocol::Sequence sequence, const std::string& what);
  void Ask(const protocol::Request& request, std::string what);
  void Show(Room& room, const protocol::MessageChanged& change);
  void ShowVotes(Room& room, const protocol::MessageChanged& change, const KeptMessage& before);
  void Catch(Room& room, const std::vector<protocol::MessageChanged>& changes);

  SessionState& state_;
  Messaging& messaging_;
};

}  // namespace parley::client
