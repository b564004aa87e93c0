#include "server/media/media_room.h"

#include <algorithm>
#include <utility>

#include "common/base/media_limits.h"

namespace parley {
namespace {

// What the member sends while it is not allowed may be lost, and be repaired once it is.
void HideStreams(CallMember& member) {
  if (!member.session) return;
  for (const MediaKind kind :
       {MediaKind::kVoice, MediaKind::kSound, MediaKind::kCamera, MediaKind::kScreen}) {
    if (member.kinds.Has(kind)) continue;
    for (PublishedStream* const stream : member.session->publisher().Find(kind)) stream->is_hidden = true;
  }
}

}  // namespace

CallMember* MediaRoom::Find(const std::string& member) {
  const auto found = by_seat_.find(member);
  return found == by_seat_.end() ? nullptr : found->second;
}

CallMember* MediaRoom::Find(MediaMember id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

CallMember& MediaRoom::Join(const MediaJoin& join) {
  CallMember* member = Find(join.seat.member);
  if (member == nullptr) {
    member = members_.emplace_back(std::make_unique<CallMember>()).get();
    member->room = this;
    member->id = context_.numbers.NextMember();
    member->seat = join.seat;
    by_seat_[join.seat.member] = by_id_[member->id] = member;
  }
  member->lost.reset();
  member->peer = join.peer;
  member->address = join.address;
  member->name = join.name;
  member->author = join.author;
  Allow(*member, join.kinds);
  return *member;
}

void MediaRoom::Leave(CallMember& member, MonotonicTime now) {
  if (member.session) Disconnect(member, now);
  by_seat_.erase(member.seat.member);
  by_id_.erase(member.id);
  std::erase_if(members_, [&](const auto& known) { return known.get() == &member; });
}

void MediaRoom::Allow(CallMember& member, const MediaKinds& kinds) {
  member.kinds = kinds;
  HideStreams(member);
  if (!kinds.voice) {
    loudness_.Remove(member.id);
    for (auto& other : members_) {
      if (other->voices) other->voices->Remove(member.id);
    }
  }
  MarkUnassigned();
}

void MediaRoom::Want(CallMember& member, std::vector<MediaWant> wants, MonotonicTime now) {
  if (wants.size() > limits::kMediaWants) wants.resize(limits::kMediaWants);
  member.wants = std::move(wants);
  Assign(member, Sounds(), now);
}

void MediaRoom::Connected(CallMember& member) {
  std::size_t sounds = 0;
  for (const Subscriber::Line& line : member.session->subscriber().lines())
    sounds += line.line.is_audio ? 1 : 0;
  const std::size_t voices = std::min(sounds, limits::kVoices);
  if (voices == 0) {
    member.voices.reset();
  } else if (!member.voices || member.voices->size() != voices) {
    member.voices.emplace(member.id, voices);
  }
  MarkUnassigned();
}

void MediaRoom::Handshaken(CallMember& member, MonotonicTime now) {
  if (member.connected || member.session->transport().state() != Transport::State::kConnected) return;
  member.connected = true;
  context_.sink.Tell(MediaConnected{member.seat});
  Assign(member, Sounds(), now);
}

void MediaRoom::Disconnect(CallMember& member, MonotonicTime now) {
  member.session->Close(now);
  member.session.reset();
  member.voices.reset();
  member.told.clear();
  member.connected = false;
  loudness_.Remove(member.id);
  for (auto& other : members_) {
    if (other->voices) other->voices->Remove(member.id);
  }
  MarkUnassigned();
}

void MediaRoom::Move(CallMember& from, CallMember& to) {
  to.session = std::move(from.session);
  to.voices = std::exchange(from.voices, std::nullopt);
  to.connected = from.connected;
  from.connected = false;
  from.told.clear();
  if (to.wants.empty()) to.wants = std::move(from.wants);
  to.layers = from.layers;
  to.picture_bytes = from.picture_bytes;
  to.picture_rate = from.picture_rate;
  to.sound_bytes = from.sound_bytes;
  to.sound_rate = from.sound_rate;
  // Slots know members by these numbers, so the new seat stands where the old one stood.
  std::swap(from.id, to.id);
  by_id_[from.id] = &from;
  by_id_[to.id] = &to;
  for (auto& member : members_) {
    for (MediaWant& want : member->wants) {
      if (want.member == from.seat.member) want.member = to.seat.member;
    }
  }
  HideStreams(to);
  MarkUnassigned();
}

void MediaRoom::AssignChanged(MonotonicTime now) {
  if (!std::exchange(unassigned_, false)) return;
  const auto sounds = Sounds();
  for (auto& member : members_) Assign(*member, sounds, now);
}

void MediaRoom::Assign(CallMember& member, const std::vector<MediaSource>& sounds, MonotonicTime now) {
  if (!member.session) return;
  AssignVoices(member, now);
  AssignSounds(member, sounds, now);
  AssignPictures(member, now);
  TellSlots(member);
}

void MediaRoom::AssignVoices(CallMember& member, MonotonicTime now) {
  std::size_t number = 0;
  for (Subscriber::Line& line : member.session->subscriber().lines()) {
    if (!line.line.is_audio || !member.voices || number == member.voices->size()) continue;
    const auto speaker = member.voices->at(number++);
    Subscriber::Show(line, speaker ? std::optional(MediaSource{*speaker, MediaKind::kVoice}) : std::nullopt);
    ChooseStream(member, line, true, now);
  }
}

std::vector<MediaSource> MediaRoom::Sounds() {
  std::vector<MediaSource> sounds;
  for (const auto& member : members_) {
    const bool is_sent = member->kinds.sound && member->session &&
                         !member->session->publisher().Find(MediaKind::kSound).empty();
    if (is_sent) sounds.push_back({member->id, MediaKind::kSound});
  }
  return sounds;
}

void MediaRoom::Fill(const std::vector<Subscriber::Line*>& lines, std::vector<MediaSource> sources) {
  if (sources.size() > lines.size()) sources.resize(lines.size());
  for (Subscriber::Line* const line : lines) {
    const auto known =
        line->source ? std::find(sources.begin(), sources.end(), *line->source) : sources.end();
    if (known == sources.end()) {
      Subscriber::Show(*line, std::nullopt);
    } else {
      sources.erase(known);
    }
  }
  auto source = sources.begin();
  for (Subscriber::Line* const line : lines) {
    if (source != sources.end() && !line->source) Subscriber::Show(*line, *source++);
  }
}

// Those slots for sound that are not for voices.
void MediaRoom::AssignSounds(CallMember& member, const std::vector<MediaSource>& sounds, MonotonicTime now) {
  std::vector<Subscriber::Line*> lines;
  std::size_t number = 0;
  for (Subscriber::Line& line : member.session->subscriber().lines()) {
    if (line.line.is_audio && number++ >= limits::kVoices) lines.push_back(&line);
  }
  if (lines.empty()) return;
  std::vector<MediaSource> sources = sounds;
  std::erase_if(sources, [&](const MediaSource& source) { return source.member == member.id; });
  Fill(lines, std::move(sources));
  for (Subscriber::Line* const line : lines) ChooseStream(member, *line, true, now);
}

void MediaRoom::TellSlots(CallMember& member) {
  std::vector<MediaSlots::Entry> slots;
  for (const Subscriber::Line& line : member.session->subscriber().lines()) {
    const CallMember* const other = line.source ? Find(line.source->member) : nullptr;
    if (other == nullptr) continue;
    slots.push_back({line.line.mid, other->seat.member, line.source->kind, line.rid});
  }
  if (slots == member.told) return;
  member.told = slots;
  context_.sink.Tell(MediaSlots{member.seat, std::move(slots)});
}

void MediaRoom::TellLevels(MonotonicTime now) {
  if (now < next_levels_) return;
  next_levels_ = now + limits::kLevelsPeriod;
  MediaLevels levels{key_, {}};
  for (const Loudness::Voice& voice : loudness_.speaking()) {
    if (levels.members.size() == limits::kVoices) break;
    if (const CallMember* const member = Find(voice.member)) {
      levels.members.push_back({member->seat.member, voice.level});
    }
  }
  // Silence is told once.
  if (levels.members.empty() && !levels_told_) return;
  levels_told_ = !levels.members.empty();
  context_.sink.Tell(std::move(levels));
}

void MediaRoom::Tick(MonotonicTime now) {
  loudness_.Decide(now);
  const bool choose_layers = now >= next_layers_;
  if (choose_layers) next_layers_ = now + limits::kLayerPeriod;
  const auto sounds = Sounds();
  for (auto& member : members_) {
    if (!member->session) continue;
    const bool changed = member->voices && member->voices->Decide(loudness_, now);
    if (choose_layers) Measure(*member, now);
    const auto fell = member->session->subscriber().downlink().fell();
    if (changed || choose_layers || (fell && *fell > member->shared)) Assign(*member, sounds, now);
    for (const MediaKind kind : member->session->publisher().FindStopped(now))
      ChooseStreams({member->id, kind}, true, now);
    member->session->Tick([this](const Subscriber::Line& line) { return StreamOf(line); }, now);
    if (member->connected) member->session->Probe(member->wanted_rate, now);
  }
  TellLevels(now);
  if (recorder_) TickRecording(now);
}

PublishedStream* MediaRoom::StreamOf(const Subscriber::Line& line) {
  const auto id = line.slot.source();
  CallMember* const other = line.source ? Find(line.source->member) : nullptr;
  return id && other != nullptr && other->session ? other->session->publisher().Find(*id) : nullptr;
}

}  // namespace parley
