#include "server/media/media_engine.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/base/media_limits.h"
#include "common/codec/rtp.h"
#include "common/codec/sdp.h"

namespace parley {
namespace {

// The first byte of a datagram (RFC 7983).
constexpr std::uint8_t kLastStun = 3;
constexpr std::uint8_t kFirstDtls = 20, kLastDtls = 63;
constexpr std::uint8_t kFirstRtp = 128, kLastRtp = 191;

}  // namespace

MediaEngine::MediaEngine(Settings settings, MediaSink& sink)
    : sink_(sink),
      context_{std::move(settings.dtls), std::move(settings.fingerprint), std::move(settings.candidates),
               sink, std::move(settings.random)},
      max_sessions_(settings.max_sessions) {
}

CallMember* MediaEngine::Find(const MediaSeat& seat) {
  const auto room = rooms_.find(seat.room);
  return room == rooms_.end() ? nullptr : room->second->Find(seat.member);
}

// --- Commands ---

void MediaEngine::Handle(const MediaCommand& command, MonotonicTime now) {
  std::visit([&](const auto& one) { Do(one, now); }, command);
  if (rooms_.empty()) {
    due_.reset();
  } else if (!due_) {
    due_ = now + limits::kVoicePeriod;
  }
}

void MediaEngine::Do(const MediaJoin& join, MonotonicTime /*now*/) {
  auto& room = rooms_[join.seat.room];
  if (!room) room = std::make_unique<MediaRoom>(join.seat.room, context_);
  room->Join(join);
}

void MediaEngine::Do(const MediaLeave& leave, MonotonicTime now) {
  if (CallMember* const member = Find(leave.seat)) Leave(*member, now);
}

void MediaEngine::Do(const MediaCloseRoom& close, MonotonicTime now) {
  const auto room = rooms_.find(close.room);
  if (room == rooms_.end()) return;
  room->second->EndRecording(now);
  for (const auto& member : room->second->members()) {
    if (member->session) Disconnect(*member, now);
  }
  rooms_.erase(room);
}

void MediaEngine::Do(const MediaRecord& record, MonotonicTime now) {
  const auto room = rooms_.find(record.info.room);
  if (room != rooms_.end()) room->second->Record(record.info, now);
}

void MediaEngine::Do(const MediaRecordEnd& end, MonotonicTime now) {
  const auto room = rooms_.find(end.room);
  if (room != rooms_.end()) room->second->EndRecording(now);
}

void MediaEngine::Do(const MediaAllow& allow, MonotonicTime /*now*/) {
  if (CallMember* const member = Find(allow.seat)) member->room->Allow(*member, allow.kinds);
}

void MediaEngine::Do(const MediaWants& wants, MonotonicTime now) {
  if (CallMember* const member = Find(wants.seat)) member->room->Want(*member, wants.videos, now);
}

void MediaEngine::Do(const MediaSignalingLost& lost, MonotonicTime now) {
  CallMember* const member = Find(lost.seat);
  if (member == nullptr) return;
  if (member->session) {
    member->lost = now;
  } else {
    Leave(*member, now);  // there is nothing that could go on
  }
}

void MediaEngine::Do(const MediaOffer& offer, MonotonicTime now) {
  CallMember* const member = Find(offer.seat);
  if (member == nullptr) return;
  const auto refuse = [&](const std::string& problem) { sink_.Tell(MediaRefusal{offer.seat, problem}); };
  const auto read = ReadSdp(offer.sdp);
  if (const auto* problem = std::get_if<SdpProblem>(&read)) return refuse(problem->text);
  const auto& description = std::get<SdpDescription>(read);
  const auto first = Negotiate(description, nullptr, context_.random);
  if (const auto* problem = std::get_if<SdpProblem>(&first)) return refuse(problem->text);
  MediaSession* const session = SessionFor(*member, std::get<Negotiated>(first), now);
  if (session == nullptr) return refuse("the server has too many calls");

  // Once more, now that it is known what the page offered before.
  const Negotiated before = session->negotiated();
  auto negotiated = std::get<Negotiated>(Negotiate(description, &before, context_.random));
  const std::string old_ufrag = session->agent().own().ufrag;
  std::string answer = session->Accept(description, std::move(negotiated));
  const std::string& ufrag = session->agent().own().ufrag;
  if (ufrag != old_ufrag) {
    for (const std::string& known : member->ufrags) {
      if (known != old_ufrag) by_ufrag_.erase(known);
    }
    member->ufrags = {old_ufrag};
  }
  if (by_ufrag_.insert_or_assign(ufrag, member).second) member->ufrags.push_back(ufrag);
  sink_.Tell(MediaAnswer{offer.seat, std::move(answer)});
  member->room->Connected(*member);
}

MediaSession* MediaEngine::SessionFor(CallMember& member, const Negotiated& negotiated, MonotonicTime now) {
  if (member.session && member.session->IsFor(negotiated)) return member.session.get();
  for (const auto& other : member.room->members()) {
    if (other.get() == &member || !other->session || !other->session->HasCredentialsOf(negotiated)) continue;
    if (member.session) Disconnect(member, now);
    CallMember& from = *other;
    Redirect(from, member);
    member.room->Move(from, member);
    if (from.lost) {
      Leave(from, now);
    } else {
      sink_.Tell(MediaEnded{from.seat, MediaEnded::Reason::kMoved});
    }
    return member.session.get();
  }
  if (member.session) Disconnect(member, now);
  if (!MakePlaceFor(member, now)) return nullptr;
  member.session = std::make_unique<MediaSession>(context_, negotiated, now);
  member.offered = now;
  return member.session.get();
}

bool MediaEngine::MakePlaceFor(const CallMember& member, MonotonicTime now) {
  std::size_t all = 0, of_address = 0;
  CallMember* oldest = nullptr;  // of those that are not connected
  CallMember* oldest_of_address = nullptr;
  const auto note = [](CallMember*& known, CallMember& other) {
    if (!other.connected && (known == nullptr || other.offered < known->offered)) known = &other;
  };
  for (const auto& [key, room] : rooms_) {
    for (const auto& other : room->members()) {
      if (!other->session) continue;
      ++all;
      note(oldest, *other);
      if (member.address.empty() || other->address != member.address) continue;
      ++of_address;
      note(oldest_of_address, *other);
    }
  }
  const bool has_share = of_address < limits::kMediaSessionsPerAddress;
  if (has_share && all < max_sessions_) return true;
  CallMember* const gone = has_share ? oldest : oldest_of_address;
  if (gone == nullptr) return false;
  Disconnect(*gone, now);
  if (!gone->lost) sink_.Tell(MediaEnded{gone->seat, MediaEnded::Reason::kClosed});
  return true;
}

void MediaEngine::Redirect(CallMember& from, CallMember& to) {
  to.ufrags = std::exchange(from.ufrags, {});
  to.paths = std::exchange(from.paths, {});
  for (const std::string& ufrag : to.ufrags) by_ufrag_[ufrag] = &to;
  for (const MediaPath& path : to.paths) by_path_[path] = &to;
}

// --- Datagrams ---

void MediaEngine::Receive(const MediaPath& path, std::span<char> datagram, MonotonicTime now) {
  ++context_.counters.packets_in;
  context_.counters.bytes_in += datagram.size();
  if (datagram.empty()) return;
  const std::string_view bytes(datagram.data(), datagram.size());
  const auto first = static_cast<std::uint8_t>(bytes.front());
  if (first <= kLastStun) return ReceiveCheck(path, bytes, now);
  const auto known = by_path_.find(path);
  if (known == by_path_.end()) {
    ++context_.counters.ignored;
    return;
  }
  CallMember& member = *known->second;
  if (first >= kFirstDtls && first <= kLastDtls) {
    const bool begins = member.session->transport().state() == Transport::State::kNew;
    if (begins && !handshakes_.Allow(member.peer, member.address, now)) {
      ++context_.counters.ignored;
      return;
    }
    member.session->ReceiveDtls(bytes, path, now);
    member.room->Handshaken(member, now);
    return;
  }
  const auto packet =
      first >= kFirstRtp && first <= kLastRtp ? member.session->Decrypt(datagram) : std::nullopt;
  if (!packet) {
    ++context_.counters.ignored;
  } else if (IsRtcp(*packet)) {
    member.room->ReceiveRtcp(member, *packet, now);
  } else {
    member.room->ReceiveRtp(member, *packet, now);
  }
}

void MediaEngine::ReceiveCheck(const MediaPath& path, std::string_view datagram, MonotonicTime now) {
  const auto check = ReadIceCheck(datagram);
  const auto member = check ? by_ufrag_.find(check->to_ufrag) : by_ufrag_.end();
  const auto owner = by_path_.find(path);
  if (!check && owner != by_path_.end() && owner->second->session->agent().TakeAnswer(datagram, path)) {
    return Know(path, *owner->second);
  }
  // The path of one page cannot be taken by another, who could forge its address.
  const bool is_taken = owner != by_path_.end() && member != by_ufrag_.end() &&
                        owner->second != member->second && owner->second->session->agent().IsLive(path, now);
  if (member == by_ufrag_.end() || is_taken ||
      !member->second->session->ReceiveCheck(datagram, *check, path, now)) {
    ++context_.counters.ignored;
    return;
  }
  Know(path, *member->second);
}

void MediaEngine::Know(const MediaPath& path, CallMember& member) {
  std::erase_if(member.paths, [&](const MediaPath& known) {
    return !member.session->agent().Knows(known) && by_path_.erase(known) > 0;
  });
  if (!member.session->agent().Knows(path)) return;
  CallMember*& owner = by_path_[path];
  if (owner == &member) return;
  if (owner != nullptr) std::erase(owner->paths, path);
  owner = &member;
  member.paths.push_back(path);
}

// --- The end of things ---

void MediaEngine::StreamEnded(std::uint64_t stream) {
  std::erase_if(by_path_, [stream](const auto& entry) {
    if (entry.first.stream != stream) return false;
    entry.second->session->agent().StreamEnded(stream);
    std::erase(entry.second->paths, entry.first);
    return true;
  });
}

void MediaEngine::Disconnect(CallMember& member, MonotonicTime now) {
  for (const std::string& ufrag : std::exchange(member.ufrags, {})) by_ufrag_.erase(ufrag);
  for (const MediaPath& path : std::exchange(member.paths, {})) by_path_.erase(path);
  member.room->Disconnect(member, now);
}

void MediaEngine::Leave(CallMember& member, MonotonicTime now) {
  if (member.session) Disconnect(member, now);
  MediaRoom& room = *member.room;
  const std::string key = member.seat.room;
  room.Leave(member, now);
  if (!room.members().empty()) return;
  room.EndRecording(now);
  rooms_.erase(key);
}

std::optional<MediaEnded::Reason> MediaEngine::EndOf(const CallMember& member, MonotonicTime now) {
  switch (member.session->transport().state()) {
    case Transport::State::kFailed:
      return MediaEnded::Reason::kDtlsFailed;
    case Transport::State::kClosed:
      return MediaEnded::Reason::kClosed;
    default:
      break;
  }
  if (member.session->transport().is_full()) return MediaEnded::Reason::kClosed;
  if (member.session->agent().ConsentEnds() <= now) return MediaEnded::Reason::kIceTimeout;
  return std::nullopt;
}

void MediaEngine::AssignChanged(MonotonicTime now) {
  if (!std::exchange(context_.unassigned, false)) return;
  for (auto& [key, room] : rooms_) room->AssignChanged(now);
}

void MediaEngine::Tick(MonotonicTime now) {
  due_ = now + limits::kVoicePeriod;
  std::vector<CallMember*> gone;
  for (auto& [key, room] : rooms_) {
    room->Tick(now);
    for (const auto& member : room->members()) {
      const auto reason = member->session ? EndOf(*member, now) : std::nullopt;
      if (reason) {
        Disconnect(*member, now);
        if (!member->lost) sink_.Tell(MediaEnded{member->seat, *reason});
      }
      if (member->lost && (!member->session || now - *member->lost >= limits::kMediaWithoutSignaling)) {
        gone.push_back(member.get());
      }
    }
  }
  for (CallMember* const member : gone) Leave(*member, now);
  if (rooms_.empty()) due_.reset();
}

void MediaEngine::StopRecording(const RecordingStopped& stopped, MonotonicTime now) {
  for (auto& [key, room] : rooms_) {
    if (room->recording() != stopped.recording) continue;
    room->EndRecording(now);
    sink_.Tell(MediaRecordingStopped{key, stopped.recording, stopped.problem});
  }
}

void MediaEngine::CloseAll(MonotonicTime now) {
  while (!rooms_.empty()) Do(MediaCloseRoom{rooms_.begin()->first}, now);
}

std::optional<MonotonicTime> MediaEngine::Due() const {
  return due_;
}

std::size_t MediaEngine::CountSessions() const {
  std::size_t sessions = 0;
  for (const auto& [key, room] : rooms_) {
    sessions += static_cast<std::size_t>(
        std::count_if(room->members().begin(), room->members().end(),
                      [](const auto& member) { return member->session != nullptr; }));
  }
  return sessions;
}

MediaCounters MediaEngine::counters() const {
  MediaCounters counters = context_.counters;
  counters.sessions = CountSessions();
  counters.rooms = rooms_.size();
  counters.kept_bytes = context_.kept.bytes();
  return counters;
}

}  // namespace parley
