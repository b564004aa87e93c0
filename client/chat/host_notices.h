// Writes notices about hosts: what they did to this person, and the replies to a host's own requests.

#pragma once

#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

void Show(SessionState& state, const protocol::BansReply& reply);
void Show(SessionState& state, const protocol::RecentReply& reply);
void Show(SessionState& state, const protocol::AttendanceReply& reply);
void Show(SessionState& state, const protocol::Quieted& event);
void Show(SessionState& state, const protocol::Unquieted& event);

}  // namespace parley::client
