#include "client/chat/session_state.h"

#include <algorithm>
#include <utility>

#include "common/codec/utf8.h"

namespace parley::client {

SessionState::SessionState(SessionSettings given)
    : settings(std::move(given)), rooms(settings.room), unacknowledged(settings.id_prefix) {
}

void SessionState::Tell(Notice::Kind kind, std::string text, std::string room) {
  notices.push_back({.kind = kind, .room = std::move(room), .text = std::move(text)});
}

bool SessionState::NeedConnection() {
  if (!greeted) Tell(Notice::Kind::kProblem, "not connected; try again when the connection is back");
  return greeted;
}

bool SessionState::NeedFeature(std::string_view feature, std::string_view name) {
  if (std::ranges::find(features, feature) != features.end()) return true;
  Tell(Notice::Kind::kProblem, "this server has no " + std::string(name));
  return false;
}

bool SessionState::IsOwn(const protocol::Author& author) const {
  return own_ids.contains(author.id) || (!own_author.empty() && author.author == own_author);
}

void SessionState::RefuseMessage(const protocol::Message& message, const std::string& why) {
  constexpr std::size_t kExcerpt = 60;
  ++refused;
  const std::string_view excerpt = CutUtf8(message.text, kExcerpt);
  const std::string dots = excerpt.size() < message.text.size() ? "..." : "";
  Tell(Notice::Kind::kProblem, "not delivered, " + why + ": " + std::string(excerpt) + dots);
}

void SessionState::Drop(const std::string& key, const std::string& why) {
  for (const protocol::Message& message : unacknowledged.TakeRoom(key)) {
    if (!failure) RefuseMessage(message, why);
  }
  rooms.Remove(key);
}

void SessionState::ShutOut(const std::string& key, std::string text, const std::string& why) {
  if (settings.only_room) {
    failure = std::move(text);
  } else {
    Tell(Notice::Kind::kProblem, std::move(text));
  }
  Drop(key, why);
}

}  // namespace parley::client
