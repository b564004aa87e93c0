#include "client/chat/room.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "common/protocol/names.h"

namespace parley::client {
namespace {

using protocol::MemberInfo;
using protocol::WaitingPerson;

std::string KeyOf(const std::optional<protocol::Name>& name, std::string_view text) {
  return name ? name->key : std::string(text);
}

// "ann (a, b)": `words` joined, in brackets; only the name where there are none.
std::string WithRemarks(const std::string& name, const std::vector<std::string_view>& words) {
  std::string text = name;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? " (" : ", ";
    text += words[i];
  }
  return words.empty() ? text : text + ")";
}

}  // namespace

std::string RoomKey(std::string_view name) {
  return KeyOf(protocol::RoomName(name), name);
}

std::string PersonKey(std::string_view name) {
  return KeyOf(protocol::PersonName(name), name);
}

protocol::Join Room::JoinRequest() const {
  protocol::Join join{.room = name_, .password = password_, .since = catch_up.since()};
  if (join.since) join.since_rev = revisions.since();  // counts beside `since` only
  return join;
}

CatchUp::Steps Room::Enter(const protocol::Joined& joined) {
  name_ = joined.room;
  topic_ = joined.topic;
  locked_ = joined.locked;
  waiting_room_ = joined.waiting_room;
  journal_ = joined.journal;
  allow_ = joined.allow;
  count_ = joined.count;
  seat_ = Seat::kJoined;
  members_.clear();
  for (const MemberInfo& member : joined.members) members_.emplace(member.id, member);
  const bool goes_on = catch_up.GoesOn(joined) && joined.rev >= revisions.since().value_or(0);
  if (goes_on) {
    revisions.Resume(joined.rev, joined.changed.value_or(Revisions::Changes()), joined.changed_more);
  } else {
    revisions.Begin(joined.rev);
  }
  return catch_up.Joined(joined);
}

void Room::Put(const MemberInfo& member, bool came) {
  const bool added = members_.insert_or_assign(member.id, member).second;
  if (added && came) ++count_;
}

std::optional<MemberInfo> Room::Remove(const std::string& member_id) {
  if (count_ > 0) --count_;
  auto node = members_.extract(member_id);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void Room::Apply(const protocol::RoomChanged& change) {
  if (change.topic) topic_ = *change.topic;
  if (change.locked) locked_ = *change.locked;
  if (change.waiting_room) waiting_room_ = *change.waiting_room;
  if (change.count) count_ = *change.count;
  if (change.allow) allow_ = *change.allow;
}

std::vector<WaitingPerson> Room::SetWaiting(std::vector<WaitingPerson> people) {
  const std::vector<WaitingPerson> before = std::exchange(waiting_, std::move(people));
  std::vector<WaitingPerson> fresh;
  std::ranges::copy_if(waiting_, std::back_inserter(fresh), [&](const WaitingPerson& person) {
    return std::ranges::find(before, person.id, &WaitingPerson::id) == before.end();
  });
  return fresh;
}

const MemberInfo* Room::FindMember(const std::string& member_id) const {
  const auto found = members_.find(member_id);
  return found == members_.end() ? nullptr : &found->second;
}

const MemberInfo* Room::FindByName(std::string_view name) const {
  const std::string key = PersonKey(name);
  for (const MemberInfo& member : found_members) {
    if (PersonKey(member.name) == key) return &member;
  }
  for (const auto& [id, member] : members_) {
    if (PersonKey(member.name) == key) return &member;
  }
  return nullptr;
}

const WaitingPerson* Room::FindWaiting(std::string_view name) const {
  const std::string key = PersonKey(name);
  const auto found =
      std::ranges::find(waiting_, key, [](const WaitingPerson& person) { return PersonKey(person.name); });
  return found == waiting_.end() ? nullptr : &*found;
}

std::vector<const MemberInfo*> Room::Members() const {
  std::vector<const MemberInfo*> sorted;
  sorted.reserve(members_.size());
  for (const auto& [id, member] : members_) sorted.push_back(&member);
  std::ranges::sort(sorted, {}, [](const MemberInfo* member) { return std::pair(member->name, member->id); });
  return sorted;
}

std::string DescribeChange(const MemberInfo& before, const MemberInfo& after) {
  if (before.name != after.name) return "is the new name of " + before.name;
  if (before.hand != after.hand) return after.hand ? "raised a hand" : "lowered their hand";
  if (before.muted != after.muted) return after.muted ? "was muted" : "may speak again";
  if (before.call != after.call) return after.call ? "is in the meeting" : "left the meeting";
  if (before.screen != after.screen) return after.screen ? "shares the screen" : "stopped sharing the screen";
  if (before.role == after.role) return {};
  if (after.role == protocol::Role::kHost) return "is a host now";
  if (before.role == protocol::Role::kHost) return "is no longer a host";
  return {};
}

std::string DescribeForbidden(const protocol::Allow& allow) {
  std::string words;
  const auto add = [&](bool allowed, std::string_view word) {
    if (!allowed) words.append(words.empty() ? "" : ", ").append(word);
  };
  add(allow.microphone, "microphone");
  add(allow.camera, "camera");
  add(allow.screen, "screen");
  add(allow.chat, "chat");
  return words;
}

std::string DescribeMember(const MemberInfo& member, bool self) {
  std::vector<std::string_view> words;
  if (self) words.emplace_back("you");
  if (member.role == protocol::Role::kHost || member.role == protocol::Role::kAdmin) {
    words.emplace_back(ToString(member.role));
  }
  const std::array flags = {
      std::pair{member.call, "in the meeting"}, std::pair{member.audio, "microphone on"},
      std::pair{member.video, "camera on"},     std::pair{member.screen, "shares the screen"},
      std::pair{member.hand, "hand up"},        std::pair{member.muted, "muted"},
  };
  for (const auto& [set, word] : flags) {
    if (set) words.emplace_back(word);
  }
  return WithRemarks(member.name, words);
}

}  // namespace parley::client
