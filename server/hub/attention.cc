#include "server/hub/attention.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/chat.h"

namespace parley {
namespace {

std::string KeyOf(const Member& member, const Room& room) {
  return room.key() + '\0' + member.identity->key;
}

}  // namespace

Answer Attention::Seen(RequestContext& context) {
  const auto seq = std::min(context.Get<protocol::Seen>().seq, context.room->last);
  context.ReplyOk();
  Mark& mark = marks_.at(KeyOf(context.member, *context.room));
  if (seq <= mark.seq) return std::nullopt;
  mark.seq = seq;
  for (const Member* session : mark.here) {
    if (session == &context.member) continue;
    context.out.items.emplace_back(
        ToPeer{session->peer, protocol::SeenEvent{context.room->shown(), seq}, std::nullopt});
  }
  const Identity& person = *context.member.identity;
  if (person.account()) context.out.seen.push_back({context.room->key(), person.key, seq});
  return std::nullopt;
}

// Nobody is told of those who may not write: nothing would come of it.
Answer Attention::Typing(RequestContext& context) {
  context.ReplyOk();
  if (context.room->large() || Chat::MayWrite(*context.room, *context.seat)) return std::nullopt;
  auto& told = std::ranges::find(context.member.places, context.room, &Place::room)->typing_told;
  if (told && context.now.monotonic - *told < limits::kTypingPeriod) return std::nullopt;
  told = context.now.monotonic;
  context.out.items.emplace_back(ToRoom{
      context.room, protocol::TypingEvent{context.room->shown(), context.member.id}, context.member.peer});
  return std::nullopt;
}

std::string Attention::AskedOf(const Member& member, const Room& room) const {
  const bool known = !member.identity->account() || marks_.contains(KeyOf(member, room));
  return known ? std::string() : member.identity->key;
}

protocol::Sequence Attention::Arrives(Member& member, const Room& room, protocol::Sequence kept) {
  const auto [found, added] = marks_.try_emplace(KeyOf(member, room));
  Mark& mark = found->second;
  if (!added && mark.here.empty()) absent_.erase(mark.absent);
  mark.here.push_back(&member);
  // A room that has begun anew has fewer messages than were read before.
  mark.seq = std::min(std::max(mark.seq, kept), room.last);
  return mark.seq;
}

void Attention::Departs(const Member& member, const Room& room) {
  const auto found = marks_.find(KeyOf(member, room));
  if (member.raw || found == marks_.end()) return;
  Mark& mark = found->second;
  std::erase(mark.here, &member);
  if (!mark.here.empty()) return;
  // Who has read nothing is like who was never here.
  if (mark.seq == 0) {
    marks_.erase(found);
    return;
  }
  mark.absent = absent_.insert(absent_.end(), found->first);
  if (absent_.size() <= max_) return;
  marks_.erase(absent_.front());
  absent_.pop_front();
}

}  // namespace parley
