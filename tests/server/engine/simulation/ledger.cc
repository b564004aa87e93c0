#include "tests/server/engine/simulation/ledger.h"

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

void Ledger::Stored(const LogEntry& entry) {
  doubtful_.clear();
  if (!entry.stored()) return;
  auto& texts = rooms_[entry.room_key];
  states_.Stored(entry);
  if (entry.change) return Changed(entry);
  Require(entry.message.seq == texts.size() + 1, "sequence numbers begin at 1 and have no holes");
  texts.push_back(entry.message.text);
  texts_.insert(entry.message.text);
  if (!entry.message.id || forgets_) return;
  const bool news = ids_.emplace(entry.room_key, entry.author_key, *entry.message.id).second;
  Require(news, "what is sent twice with one id is stored once", entry.message.text);
}

// A place keeps what it said before: who is told late hears that first.
void Ledger::Changed(const LogEntry& entry) {
  std::string& text = rooms_[entry.room_key][static_cast<std::size_t>(entry.message.seq) - 1];
  former_[{entry.room_key, entry.message.seq}].insert(std::exchange(text, entry.message.text));
  protocol::Revision& newest = revisions_[entry.room_key];
  Require(entry.message.state->rev > newest, "revisions only grow");
  newest = entry.message.state->rev;
}

void Ledger::Adopt(LogEntry entry) {
  if (entry.change) {
    if (!entry.change->seq) return;
    unsure_.emplace(entry.room_key, *entry.change->seq);
    states_.Doubt(entry.room_key, *entry.change->seq);
    return;
  }
  if (entry.message.id && ids_.contains({entry.room_key, entry.author_key, *entry.message.id})) return;
  entry.message.seq = last(entry.room_key) + 1;
  Stored(entry);
}

bool Ledger::IsKept(MessageLog& log) const {
  for (const auto& [room, texts] : rooms_) {
    Sequence next = 0;
    for (bool more = true; more;) {
      log.Read({.room_key = room, .before = {}, .after = next, .limit = 200});
      log.Wait();
      const protocol::Page page = std::get<MessageLog::Loaded>(*log.Take()).page;
      if (page.last != texts.size()) return false;
      for (const protocol::MessageEvent& message : page.messages) {
        next = message.seq;
        if (unsure_.contains({room, next})) continue;
        const Version* const version = states_.Newest(room, next);
        if (version == nullptr || *version != Version(message.text, message.state.get())) return false;
      }
      more = page.more;
    }
  }
  return true;
}

void Ledger::CheckKept(MessageLog& log) {
  for (const auto& batch : std::exchange(doubtful_, {})) {
    Ledger with = *this;
    for (const LogEntry& entry : batch) with.Adopt(entry);
    if (with.IsKept(log)) *this = std::move(with);
  }
  Require(IsKept(log), "what was stored is there after a restart, and of what failed all or nothing");
}

void Ledger::Saw(const std::string& room, Sequence seq, const std::string& text) const {
  const auto found = rooms_.find(room);
  Require(found != rooms_.end() && seq > 0 && seq <= found->second.size(),
          "nobody sees a message that is not in the log", text);
  const auto former = former_.find({room, seq});
  Require(found->second[static_cast<std::size_t>(seq) - 1] == text || unsure_.contains({room, seq}) ||
              (former != former_.end() && former->second.contains(text)),
          "everybody sees the same message at a place of a room", text);
}

void Ledger::Failed(const std::string& text) const {
  Require(!texts_.contains(text), "what could not be kept is not in the log", text);
}

Sequence Ledger::last(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.size();
}

int Ledger::Send(const std::string& from, const std::string& to) {
  parcels_.emplace(++newest_parcel_, Parcel{from, to});
  return newest_parcel_;
}

void Ledger::Acknowledged(int parcel) {
  // Whom it is for may have heard it already.
  const auto found = parcels_.find(parcel);
  if (found != parcels_.end()) found->second.acknowledged = true;
}

void Ledger::Delivered(int parcel, const std::string& from, const std::string& to) {
  const auto found = parcels_.find(parcel);
  Require(found != parcels_.end(), "a whisper or signal comes once");
  Require(found->second.from == from && found->second.to == to,
          "a whisper or signal is for one, from the one who sent it");
  parcels_.erase(found);
}

void Ledger::CheckDelivered(const std::set<std::string>& readers) const {
  for (const auto& [number, parcel] : parcels_) {
    Require(!parcel.acknowledged || !readers.contains(parcel.to),
            "an acknowledged whisper or signal comes to one who is there");
  }
}

std::optional<int> Ledger::AskBan(const std::string& room, const std::string& name) {
  const BanState& state = bans_[{room, name}];
  return state.unbans_under_way == 0 ? std::optional(state.unbans) : std::nullopt;
}

void Ledger::AskUnban(const std::string& room, const std::string& name) {
  BanState& state = bans_[{room, name}];
  state.banned = false;
  ++state.unbans;
  ++state.unbans_under_way;
}

void Ledger::Banned(const std::string& room, const std::string& name, std::optional<int> asked) {
  BanState& state = bans_[{room, name}];
  if (asked == state.unbans) state.banned = true;
}

void Ledger::Unbanned(const std::string& room, const std::string& name) {
  --bans_[{room, name}].unbans_under_way;
}

bool Ledger::IsBanned(const std::string& room, const std::string& name) const {
  const auto found = bans_.find({room, name});
  return !wild_ && found != bans_.end() && found->second.banned;
}

void Ledger::HostLost(const std::string& room, const std::string& name) {
  lost_[room][name] = now_;
}

bool Ledger::IsAwaited(const std::string& room, MonotonicTime then) const {
  const auto found = lost_.find(room);
  if (wild_ || found == lost_.end()) return false;
  for (const auto& [name, when] : found->second) {
    if (when <= then && now_ - when < limits::kHostAwaited) return true;
  }
  return false;
}

void Ledger::Visited(const Visit& visit) {
  int& sessions = present_[{visit.room_key, visit.person}];
  sessions += visit.left ? -1 : 1;
  Require(sessions >= 0, "the journal knows nobody who left and never came", visit.name);
}

void Ledger::CheckEverybodyLeft() const {
  for (const auto& [who, sessions] : present_) {
    Require(sessions == 0, "the journal knows when everybody left", who.second);
  }
}

}  // namespace parley::simulation
