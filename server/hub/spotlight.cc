#include "server/hub/spotlight.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

void TellSpotlight(const Room& room, Outbox& out) {
  if (room.seats().empty()) return;
  out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .spotlight = Spotlight::Of(room)}});
}

auto FindSpotlit(Room& room, const std::string& id) {
  return std::ranges::find(room.spotlight, id, &Spotlit::member);
}

}  // namespace

std::vector<std::string> Spotlight::Of(const Room& room) {
  std::vector<std::string> ids;
  for (const Spotlit& one : room.spotlight) {
    if (!one.away) ids.push_back(one.member);
  }
  return ids;
}

Answer Spotlight::Add(ActionContext& context) {
  Room& room = context.room;
  const CommandPerson& target = *context.command.target;
  if (target.raw) return protocol::Error{ErrorCode::kForbidden, "a raw peer has no camera"};
  context.ReplyOk();
  if (FindSpotlit(room, target.id) != room.spotlight.end()) return std::nullopt;
  if (room.spotlight.size() >= limits::kSpotlight) room.spotlight.erase(room.spotlight.begin());
  room.spotlight.push_back({target.id, target.identity});
  TellSpotlight(room, context.out);
  return std::nullopt;
}

Answer Spotlight::Remove(ActionContext& context) {
  Room& room = context.room;
  context.ReplyOk();
  const auto found = FindSpotlit(room, context.command.target->id);
  if (found == room.spotlight.end()) return std::nullopt;
  room.spotlight.erase(found);
  TellSpotlight(room, context.out);
  return std::nullopt;
}

void Spotlight::Joined(Room& room, const Member& member, Outbox& out) {
  const auto found = std::ranges::find_if(
      room.spotlight, [&](const Spotlit& one) { return one.away && one.identity == member.identity->key; });
  if (found == room.spotlight.end()) return;
  found->member = member.id;
  found->away = false;
  TellSpotlight(room, out);
}

void Spotlight::Left(Room& room, const Member& member, bool lost, Outbox& out) {
  if (room.seats().empty()) room.spotlight.clear();
  const auto found = FindSpotlit(room, member.id);
  if (found == room.spotlight.end()) return;
  if (lost) {
    found->away = true;
  } else {
    room.spotlight.erase(found);
  }
  TellSpotlight(room, out);
}

}  // namespace parley
