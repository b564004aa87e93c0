// SessionState is what the parts of a Session share, and so has more than 12 members. Owned by the Session.

#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/greeting.h"
#include "client/chat/notice.h"
#include "client/chat/requests.h"
#include "client/chat/rooms.h"
#include "client/chat/unacknowledged.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

struct SessionSettings {
  Credentials credentials;
  bool may_rename = false;  // see Greeting
  std::string room;         // entered first
  bool only_room = false;   // a refused join, or a removal from it, is a failure
  std::string id_prefix;    // see Unacknowledged
  std::size_t recent = 0;   // messages shown on entering a room
};

struct SessionState {
  explicit SessionState(SessionSettings given);

  void Tell(Notice::Kind kind, std::string text, std::string room = {});
  // Whether there is a connection; where there is none, the person is told.
  bool NeedConnection();
  // Whether the server offers this, as `welcome` names it; where it does not, the person is told that it has
  // no `name`.
  bool NeedFeature(std::string_view feature, std::string_view name);
  // Whether this person has written it, on this connection or before.
  [[nodiscard]] bool IsOwn(const protocol::Author& author) const;
  // A message will never be delivered.
  void RefuseMessage(const protocol::Message& message, const std::string& why);
  // No longer in the room, or in front of its door.
  void Drop(const std::string& key, const std::string& why);
  // The same against the person's will: says why, and that is the end where there is no other room to be in.
  void ShutOut(const std::string& key, std::string text, const std::string& why);

  SessionSettings settings;
  bool greeted = false;  // welcomed, on the connection there is
  std::string own_id, own_name;
  std::string own_author;  // the author key; empty: not known
  std::vector<std::string> features;
  std::set<std::string> own_ids;  // of every connection there was: messages from these are one's own

  Requests requests;
  Rooms rooms;
  Unacknowledged unacknowledged;  // `room` is the key
  std::size_t refused = 0;

  std::vector<Notice> notices;
  std::optional<std::string> failure;
};

}  // namespace parley::client
