#include "tests/server/engine/simulation/state_history.h"

#include <algorithm>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

using protocol::MessageChanged;
using protocol::Revision;
using protocol::Sequence;

Version::Version(std::string said, const protocol::MessageState* shown) : text(std::move(said)) {
  if (shown != nullptr) state = *shown;
  if (state.poll) state.poll->mine.reset();
  for (protocol::Reaction& reaction : state.reactions) reaction.mine = false;
}

void StateHistory::Stored(const LogEntry& entry) {
  Room& room = rooms_[entry.room_key];
  const protocol::MessageEvent& message = entry.message;
  Version version(message.text, message.state.get());
  if (entry.change) room.changes.emplace(version.state.rev, message.seq);
  if (!entry.change && version.state.poll) room.polls.push_back(message.seq);
  room.messages[message.seq].insert_or_assign(version.state.rev, std::move(version));
}

const Version* StateHistory::AsOf(const std::string& room, Sequence seq, Revision rev) const {
  const auto of_room = rooms_.find(room);
  if (of_room == rooms_.end() || doubtful_.contains({room, seq})) return nullptr;
  const auto versions = of_room->second.messages.find(seq);
  if (versions == of_room->second.messages.end()) return nullptr;
  const auto after = versions->second.upper_bound(rev);
  return after == versions->second.begin() ? nullptr : &std::prev(after)->second;
}

std::vector<std::pair<Revision, Sequence>> StateHistory::ChangedBetween(const std::string& room,
                                                                        Revision after,
                                                                        Revision up_to) const {
  const auto found = rooms_.find(room);
  if (found == rooms_.end() || after >= up_to) return {};
  const auto& changes = found->second.changes;
  return {changes.upper_bound(after), changes.upper_bound(up_to)};
}

void StateHistory::CheckListed(const Asked& asked, const std::vector<MessageChanged>& changes,
                               bool more) const {
  Revision last = asked.after;
  std::set<Sequence> listed;
  for (const MessageChanged& change : changes) {
    Require(change.state.rev > last, "changes are listed after what was known, the oldest first", asked.room);
    Require(change.seq <= asked.until, "changes are listed of what was known", asked.room);
    last = change.state.rev;
    listed.insert(change.seq);
    const Version* const version = AsOf(asked.room, change.seq, asked.as_of);
    Require(version == nullptr || *version == Version(change.text, &change.state),
            "a change is listed with the present state", change.text);
  }
  Require(!more || !changes.empty(), "a list that goes on has begun", asked.room);
  const Revision complete = more ? last : asked.as_of;
  for (const auto& [rev, seq] : ChangedBetween(asked.room, asked.after, complete)) {
    if (seq < asked.first || seq > asked.until) continue;
    const Version* const version = AsOf(asked.room, seq, asked.as_of);
    const bool later = version == nullptr || version->state.rev > complete;
    Require(later || listed.contains(seq), "no change is left out", asked.room);
  }
}

}  // namespace parley::simulation
