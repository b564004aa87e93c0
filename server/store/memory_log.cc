#include "server/store/memory_log.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/limits.h"
#include "server/store/apply_change.h"

namespace parley {
namespace {

using protocol::MessageEvent;
using protocol::MessageState;
using protocol::Sequence;

std::string AuthorId(const std::string& author_key, const std::string& id) {
  return author_key + '\0' + id;
}

bool CanBeAnswered(const Stretch& room, Sequence seq) {
  if (seq < room.begin() || seq > room.last) return false;
  const MessageEvent& message = room.at(seq);
  return !message.state || !message.state->deleted;
}

std::optional<Sequence> NewestOpenPoll(const Stretch& room) {
  const auto is_open = [](const MessageEvent& message) {
    return message.state && message.state->poll && !message.state->poll->closed;
  };
  const auto found = std::find_if(room.messages.rbegin(), room.messages.rend(), is_open);
  return found == room.messages.rend() ? std::nullopt : std::optional(found->seq);
}

}  // namespace

// A message of the deque.
class MemoryLog::Row : public StoredMessage {
 public:
  // `author`: the author key of the person who changes it.
  Row(RoomLog& room, Sequence seq, std::string author)
      : room_(room),
        message_(room.messages[static_cast<std::size_t>(seq - room.begin())]),
        author_(std::move(author)) {
    if (message_.state) state_ = *message_.state;
    facts_.author_key = room.origins[static_cast<std::size_t>(seq - room.begin())].identity;
    facts_.text = message_.text;
    facts_.deleted = state_.deleted;
    facts_.has_file = message_.file != nullptr;
    if (state_.poll) {
      facts_.poll = PollFacts{state_.poll->options.size(), state_.poll->multiple, state_.poll->closed};
    }
  }

  [[nodiscard]] const Facts& facts() const override { return facts_; }

  void SetText(const std::string& text, WallTime edited) override {
    message_.text = text;
    state_.edited = edited;
  }

  void Erase() override {
    message_.text.clear();
    message_.file = nullptr;
    state_ = {.rev = state_.rev, .deleted = true};
    room_.voices.erase(message_.seq);
  }

  [[nodiscard]] bool Reacts(const std::string& emoji, const std::string& who) override {
    if (!HasEmoji(emoji)) return false;
    const std::vector<Person>& people = PeopleOf(Find(emoji));
    return std::ranges::find(people, who, &Person::identity) != people.end();
  }
  [[nodiscard]] std::size_t EmojiCount() override { return state_.reactions.size(); }
  [[nodiscard]] bool HasEmoji(const std::string& emoji) override {
    return Find(emoji) != state_.reactions.end();
  }

  void SetReaction(const std::string& emoji, const std::string& who, bool on) override {
    if (!HasEmoji(emoji)) {
      state_.reactions.push_back({.emoji = emoji, .authors = {}});
      room_.voices[message_.seq].reactions.emplace_back();
    }
    const auto reaction = Find(emoji);
    std::vector<Person>& people = PeopleOf(reaction);
    if (on) {
      people.push_back({who, author_});
    } else {
      std::erase_if(people, [&](const Person& person) { return person.identity == who; });
    }
    reaction->count = people.size();
    reaction->authors.clear();
    for (std::size_t i = 0; i < std::min(people.size(), limits::kReactionAuthors); ++i) {
      if (!people[i].author.empty()) reaction->authors.push_back(people[i].author);
    }
    if (!people.empty()) return;
    auto& voices = room_.voices[message_.seq].reactions;
    voices.erase(voices.begin() + (reaction - state_.reactions.begin()));
    state_.reactions.erase(reaction);
  }

  [[nodiscard]] std::vector<std::size_t> ChoicesOf(const std::string& who) override {
    const auto& votes = room_.voices[message_.seq].votes;
    const auto found = votes.find(who);
    return found == votes.end() ? std::vector<std::size_t>() : found->second;
  }

  void SetChoices(const std::string& who, const std::vector<std::size_t>& choices) override {
    for (const std::size_t choice : ChoicesOf(who)) --state_.poll->counts[choice];
    for (const std::size_t choice : choices) ++state_.poll->counts[choice];
    auto& votes = room_.voices[message_.seq].votes;
    votes.erase(who);
    if (!choices.empty()) votes.emplace(who, choices);
    state_.poll->voters = votes.size();
  }

  void ClosePoll() override { state_.poll->closed = true; }

  // What was changed takes effect.
  void Finish(protocol::Revision rev) {
    state_.rev = rev;
    message_.state = std::make_shared<const MessageState>(std::move(state_));
  }

 private:
  std::vector<protocol::Reaction>::iterator Find(const std::string& emoji) {
    return std::ranges::find(state_.reactions, emoji, &protocol::Reaction::emoji);
  }
  std::vector<Person>& PeopleOf(std::vector<protocol::Reaction>::iterator reaction) {
    return room_.voices[message_.seq]
        .reactions[static_cast<std::size_t>(reaction - state_.reactions.begin())];
  }

  RoomLog& room_;
  MessageEvent& message_;
  std::string author_;
  MessageState state_;
  Facts facts_;
};

void MemoryLog::Append(std::vector<LogEntry> entries) {
  for (LogEntry& entry : entries) Store(entry);
  done_.emplace_back(Appended{.entries = std::move(entries)});
}

void MemoryLog::Store(LogEntry& entry) {
  RoomLog& room = rooms_[entry.room_key];
  if (entry.change) return ApplyChange(room, entry);
  std::string author_id;
  if (entry.message.id) {
    author_id = AuthorId(entry.author_key, *entry.message.id);
    const auto found = room.by_author_id.find(author_id);
    if (found != room.by_author_id.end()) {
      entry.message.seq = found->second;
      entry.message.time = room.at(found->second).time;
      entry.duplicate = true;
      return;
    }
  }
  if (entry.only_if_known) {
    entry.refused = ErrorCode::kNoSuchFile;
    return;
  }
  if (entry.message.reply_to && !CanBeAnswered(room, *entry.message.reply_to)) {
    entry.refused = ErrorCode::kNoSuchMessage;
    return;
  }
  entry.message.seq = ++room.last;
  if (!author_id.empty()) room.by_author_id.emplace(author_id, room.last);
  room.messages.push_back(entry.message);
  room.origins.push_back({.identity = entry.author_key, .author_id = std::move(author_id)});
  if (room.messages.size() > kept_) Trim(room);
  room.first = room.begin();
}

void MemoryLog::Trim(RoomLog& room) {
  const MessageEvent& message = room.messages.front();
  if (message.state) room.by_rev.erase(message.state->rev);
  LetGo(message);
  if (message.state) room.voices.erase(message.seq);
  const std::string& author_id = room.origins.front().author_id;
  if (!author_id.empty()) room.by_author_id.erase(author_id);
  room.origins.pop_front();
  room.messages.pop_front();
  room.first = room.begin();
}

void MemoryLog::ApplyChange(RoomLog& room, LogEntry& entry) {
  const auto seq = entry.change->seq ? entry.change->seq : NewestOpenPoll(room);
  if (!seq || *seq < room.begin() || *seq > room.last) {
    entry.refused = ErrorCode::kNoSuchMessage;
    return;
  }
  const protocol::FileRef file = room.at(*seq).file;
  Row row(room, *seq, entry.message.from.author);
  const Verdict verdict = Apply(*entry.change, entry.author_key, entry.message.time, row);
  entry.refused = verdict.refused;
  if (verdict.refused) return;
  if (file && !room.at(*seq).file) gone_files_.push_back(file->id);
  entry.duplicate = !verdict.changed;
  Origin& origin = room.origins[static_cast<std::size_t>(*seq - room.begin())];
  if (verdict.changed) {
    if (room.at(*seq).state) room.by_rev.erase(room.at(*seq).state->rev);
    row.Finish(++room.rev);
    room.by_rev.emplace(room.rev, *seq);
    origin.changed = entry.message.time;
  }
  entry.message = room.at(*seq);
  if (entry.message.state && entry.message.state->rev > 0) entry.message.time = origin.changed;
}

void MemoryLog::LetGo(const protocol::MessageEvent& message) {
  if (message.file) gone_files_.push_back(message.file->id);
}

void MemoryLog::Evict(const std::string& room_key) {
  const auto room = rooms_.extract(room_key);
  if (room.empty()) return;
  for (const protocol::MessageEvent& message : room.mapped().messages) LetGo(message);
}

void MemoryLog::Tick(const Now& now) {
  const auto period = retention_.Period();
  if (!period || (expire_at_ && now.monotonic < *expire_at_)) return;
  expire_at_ = now.monotonic + *period;
  for (auto& [key, room] : rooms_) {
    const auto keep = retention_.Of(key);
    while (keep && !room.messages.empty() && room.messages.front().time < now.wall - *keep) Trim(room);
  }
}

const MemoryLog::RoomLog& MemoryLog::RoomOf(const std::string& key) const {
  static const RoomLog empty;
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? empty : found->second;
}

void MemoryLog::Read(LogQuery query) {
  if (!query.words.empty()) {
    searches_.emplace_back(std::move(query));
    return;
  }
  const RoomLog& room = RoomOf(query.room_key);
  protocol::Page page = *room.Select(query);  // all that is kept is here
  if (query.changes) SelectChanges(room, query, page);
  if (!query.reader.empty()) ShowOwn(room, query.reader, page);
  done_.emplace_back(Loaded{.page = std::move(page),
                            .room = {.exists = rooms_.contains(query.room_key), .settings = {}},
                            .ticket = query.ticket});
}

void MemoryLog::Continue(Search& search) const {
  const RoomLog& room = RoomOf(search.query().room_key);
  search.BeginStep();
  while (search.GoesOn()) {
    const Sequence before = std::min(search.before(), room.last + 1);
    if (before <= room.first) {
      search.End();
      break;
    }
    const MessageEvent& message = room.at(before - 1);
    if (search.Looks(before - 1, message.text)) search.Add(message);
  }
  if (!search.MustLookAgain()) return;
  for (const MessageEvent& found : search.TakeFound()) {
    if (found.seq < room.first || found.seq > room.last) continue;
    const MessageEvent& message = room.at(found.seq);
    if (search.Matches(message.text)) search.Add(message);
  }
}

void MemoryLog::SelectChanges(const RoomLog& room, const LogQuery& query, protocol::Page& page) {
  std::size_t bytes = 0;
  for (auto next = room.by_rev.upper_bound(query.changes->after); next != room.by_rev.end(); ++next) {
    if (next->second > query.changes->until) continue;
    const MessageEvent& message = room.at(next->second);
    protocol::MessageChanged change{.room = {},
                                    .seq = message.seq,
                                    .time = room.origins[message.seq - room.begin()].changed,
                                    .text = message.text,
                                    .state = *message.state};
    bytes += protocol::EncodedSizeBound(change);
    page.changed_more = page.changed.size() == query.changes->limit ||
                        (bytes > limits::kReplyMessageBytes && !page.changed.empty());
    if (page.changed_more) return;
    page.changed.push_back(std::move(change));
  }
}

void MemoryLog::ShowOwn(const RoomLog& room, const std::string& reader, protocol::Page& page) {
  const auto show = [&](Sequence seq, MessageState& state) {
    const auto voices = room.voices.find(seq);
    if (voices == room.voices.end()) return;
    const auto vote = voices->second.votes.find(reader);
    if (vote != voices->second.votes.end()) state.poll->mine = vote->second;
    for (std::size_t i = 0; i < state.reactions.size(); ++i) {
      const std::vector<Person>& people = voices->second.reactions[i];
      state.reactions[i].mine = std::ranges::find(people, reader, &Person::identity) != people.end();
    }
  };
  for (MessageEvent& message : page.messages) {
    if (!room.voices.contains(message.seq)) continue;
    MessageState state = *message.state;
    show(message.seq, state);
    message.state = std::make_shared<const MessageState>(std::move(state));
  }
  for (protocol::MessageChanged& change : page.changed) show(change.seq, change.state);
}

std::optional<MessageLog::Done> MemoryLog::Take() {
  if (done_.empty() && !searches_.empty()) {
    Search& search = searches_.front();
    Continue(search);
    if (!search.done()) return std::nullopt;
    protocol::Page page = search.TakePage();
    ShowOwn(RoomOf(search.query().room_key), search.query().reader, page);
    done_.emplace_back(Loaded{.page = std::move(page), .ticket = search.query().ticket});
    searches_.pop_front();
  }
  if (done_.empty()) return std::nullopt;
  Done done = std::move(done_.front());
  done_.pop_front();
  return done;
}

}  // namespace parley
