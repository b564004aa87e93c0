#include "client/chat/people.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/protocol/fold.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

// A name has no more bytes than this, so that no longer part of a text can be one.
constexpr std::size_t kNameBytes = 4 * limits::kNameCodePoints;

// How often the next page of a reply is asked for: 2,000 people who have the name in theirs.
constexpr int kMaxPages = 9;

std::string WithSingleSpaces(std::string_view text) {
  std::string words;
  for (const char c : text) {
    if (c != ' ' || (!words.empty() && words.back() != ' ')) words += c;
  }
  if (words.ends_with(' ')) words.pop_back();
  return words;
}

// `query` and one more word of the text that it begins.
std::string OneWordMore(const std::string& text, const std::string& query) {
  if (query.size() >= text.size()) return text;
  return text.substr(0, text.find(' ', query.empty() ? 0 : query.size() + 1));
}

}  // namespace

bool People::Hides(const Room& room) const {
  const bool offered = std::ranges::find(state_.features, "members") != state_.features.end();
  // Also if as many are known as are here: some of those may have left unnoticed.
  return offered && room.joined() && room.count() > std::min(room.Members().size(), limits::kListedMembers);
}

// --- Lists ---

void People::List(std::string_view words) {
  const Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection()) return;
  if (words.size() > limits::kSearchQueryBytes) {
    return state_.Tell(Kind::kProblem, "that is too long for names");
  }
  if (Hides(*room)) {
    protocol::Members members{.room = room->name(), .query = std::string(words)};
    members.limit = limits::kMaxMembersInReply;
    return state_.requests.Ask(members, {.kind = Asked::Kind::kOther, .what = "/who"});
  }
  protocol::MembersReply known{.room = room->name()};
  const std::vector<std::string> wanted = protocol::FoldedWords(words);
  for (const protocol::MemberInfo* member : room->Members()) {
    const std::string name = protocol::Folded(member->name);
    const auto has = [&](const std::string& word) { return name.find(word) != std::string::npos; };
    if (std::ranges::all_of(wanted, has)) known.members.push_back(*member);
  }
  known.count = known.members.size();
  Show(known);
}

void People::Show(const protocol::MembersReply& reply) {
  if (reply.count == 0) return state_.Tell(Kind::kInfo, "nobody with such a name is in " + reply.room);
  state_.Tell(Kind::kInfo, "found in " + reply.room + ": " + std::to_string(reply.count));
  for (const protocol::MemberInfo& member : reply.members) {
    state_.Tell(Kind::kInfo, "  " + DescribeMember(member, member.id == state_.own_id));
  }
  if (reply.count > reply.members.size()) {
    state_.Tell(Kind::kInfo, "  and " + std::to_string(reply.count - reply.members.size()) +
                                 " more; add words to find fewer");
  }
}

// --- Whom a command means ---

void People::Find(std::string_view text, bool whole, std::string line) {
  Lookup lookup{.room = state_.rooms.order().back(), .text = WithSingleSpaces(text), .line = std::move(line)};
  lookup.query = whole ? lookup.text : OneWordMore(lookup.text, {});
  lookups_.push_back(std::move(lookup));
  if (lookups_.size() == 1) AskNext();
}

void People::AskNext() {
  if (lookups_.empty()) return;
  Lookup& lookup = lookups_.front();
  const Room* const room = state_.rooms.Find(lookup.room);
  lookup.done = room == nullptr || !Hides(*room) || lookup.query.size() > kNameBytes;
  if (!lookup.done) Ask(lookup);
}

void People::Ask(const Lookup& lookup) {
  protocol::Members members{.room = state_.rooms.Find(lookup.room)->name(), .query = lookup.query};
  members.limit = limits::kMaxMembersInReply;
  members.after = lookup.after;
  state_.requests.Ask(members, {.kind = Asked::Kind::kPeople, .room = lookup.room, .what = lookup.line});
}

void People::On(const protocol::MembersReply& reply, const Asked& asked) {
  if (asked.kind != Asked::Kind::kPeople) return Show(reply);
  if (lookups_.empty()) return;
  Lookup& lookup = lookups_.front();
  Room* const room = state_.rooms.FindJoined(reply.room);
  lookup.done = true;
  if (room == nullptr) return;
  room->found_members.insert(room->found_members.end(), reply.members.begin(), reply.members.end());
  // Where all who have these words in their names are known, those with longer names are, too.
  if (!reply.next) return;
  std::string longer = OneWordMore(lookup.text, lookup.query);
  if (longer.size() > lookup.query.size() && longer.size() <= kNameBytes) {
    lookup.query = std::move(longer);
    lookup.after.reset();
  } else {
    const std::string name = protocol::Folded(lookup.query);
    const auto has_name = [&](const auto& member) { return protocol::Folded(member.name) == name; };
    if (++lookup.pages > kMaxPages || std::ranges::any_of(reply.members, has_name)) return;
    lookup.after = reply.next;
  }
  lookup.done = false;
  Ask(lookup);
}

void People::OnRefused(const Asked& asked) {
  if (asked.kind != Asked::Kind::kPeople || lookups_.empty()) return;
  Forget();
}

std::optional<std::string> People::TakeLine() {
  while (!lookups_.empty() && lookups_.front().done) {
    const Room* const room = state_.rooms.current();
    if (room != nullptr && state_.rooms.order().back() == lookups_.front().room) return lookups_.front().line;
    state_.Tell(Kind::kProblem, "not done, because you are in another room now: " + lookups_.front().line);
    Forget();
  }
  return std::nullopt;
}

void People::Forget() {
  if (lookups_.empty()) return;  // the line has ended the session
  if (Room* const room = state_.rooms.Find(lookups_.front().room)) room->found_members.clear();
  lookups_.pop_front();
  AskNext();
}

// The session reports the request that was on its way; the others are reported here.
void People::Disconnected() {
  for (auto lookup = lookups_.begin(); lookup != lookups_.end(); ++lookup) {
    if (Room* const room = state_.rooms.Find(lookup->room)) room->found_members.clear();
    if (lookup == lookups_.begin() && !lookup->done) continue;
    state_.Tell(Kind::kProblem, "not done, because the connection broke: " + lookup->line);
  }
  lookups_.clear();
}

}  // namespace parley::client
