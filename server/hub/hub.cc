#include "server/hub/hub.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "server/hub/member_list.h"

namespace parley {
namespace {

using protocol::Error;

// What a verb needs before its handler is called.
enum Needs : unsigned {
  kGreeted = 1,   // hello was said; otherwise hello_required
  kInRoom = 2,    // the member is in the room that the request names; otherwise not_in_room
  kMayWrite = 4,  // and may write there; otherwise muted or forbidden
  kHost = 8,      // and is host there, or an admin; otherwise forbidden
  kLogged = 16,   // the log answers it, in order: it need not wait for what the log has yet to store
};

const std::string* RoomField(const protocol::Request& request) {
  return std::visit(
      [](const auto& body) -> const std::string* {
        if constexpr (requires { body.room; }) {
          return &body.room;
        } else {
          return nullptr;
        }
      },
      request);
}

}  // namespace

struct Hub::Verb {
  std::string_view name;
  unsigned needs;
  Answer (*run)(Hub& hub, RequestContext& context);
};

// In the order of protocol::Request.
const Hub::Verb Hub::kVerbs[] = {
    {"hello", 0, [](auto& hub, auto& context) { return hub.logins_.Hello(context); }},
    {"join", kGreeted, [](auto& hub, auto& context) { return hub.seating_.Join(context); }},
    {"leave", kGreeted | kInRoom, [](auto& hub, auto& context) { return hub.seating_.Leave(context); }},
    {"message", kGreeted | kInRoom | kMayWrite | kLogged,
     [](auto& hub, auto& context) { return hub.chat_.Message(context); }},
    {"whisper", kGreeted, [](auto& hub, auto& context) { return hub.chat_.Whisper(context); }},
    {"history", kGreeted | kInRoom, [](auto&, auto& context) { return Chat::History(context); }},
    {"signal", kGreeted | kInRoom,
     [](auto& hub, auto& context) { return hub.media_control_.Signal(context); }},
    {"state", kGreeted | kInRoom, [](auto& hub, auto& context) { return hub.media_control_.State(context); }},
    {"moderate", kGreeted | kInRoom | kHost,
     [](auto& hub, auto& context) { return hub.moderation_.Moderate(context); }},
    {"rooms", kGreeted, [](auto& hub, auto& context) { return hub.ListRooms(context); }},
    {"ping", kGreeted, [](auto&, auto& context) { return Hub::Ping(context); }},
    {"upload", kGreeted | kInRoom | kMayWrite,
     [](auto& hub, auto& context) { return hub.attachments_.Upload(context); }},
    {"download", kGreeted | kInRoom,
     [](auto& hub, auto& context) { return hub.attachments_.Download(context); }},
    {"seen", kGreeted | kInRoom, [](auto& hub, auto& context) { return hub.attention_.Seen(context); }},
    {"typing", kGreeted | kInRoom, [](auto&, auto& context) { return Attention::Typing(context); }},
    {"search", kGreeted | kInRoom, [](auto&, auto& context) { return Chat::Search(context); }},
    {"edit", kGreeted | kInRoom | kMayWrite | kLogged,
     [](auto&, auto& context) { return Changes::Edit(context); }},
    {"delete", kGreeted | kInRoom | kLogged, [](auto&, auto& context) { return Changes::Delete(context); }},
    {"react", kGreeted | kInRoom | kMayWrite | kLogged,
     [](auto&, auto& context) { return Changes::React(context); }},
    {"poll", kGreeted | kInRoom | kMayWrite | kLogged,
     [](auto&, auto& context) { return Chat::NewPoll(context); }},
    {"vote", kGreeted | kInRoom | kMayWrite | kLogged,
     [](auto&, auto& context) { return Changes::Vote(context); }},
    {"close_poll", kGreeted | kInRoom | kLogged,
     [](auto&, auto& context) { return Changes::ClosePoll(context); }},
    {"room_info", 0, [](auto& hub, auto& context) { return hub.outside_view_.RoomInfo(context); }},
    {"members", kGreeted | kInRoom, [](auto&, auto& context) { return ListMembers(context); }},
};

Hub::Hub(HubOptions options, std::vector<RoomSettings> rooms)
    : options_(std::move(options)),
      members_(options_.author_key),
      presence_(options_.journal),
      rooms_(options_, std::move(rooms), std::exchange(options_.listed_rooms, {})),
      call_media_(options_, rooms_, members_),
      hosts_(rooms_, call_media_, options_.started),
      admission_(rooms_, members_, hosts_),
      outside_view_(options_, rooms_, hosts_, admission_),
      seating_(options_, rooms_, presence_, hosts_, admission_, changes_, attention_, call_media_),
      logins_(options_, members_),
      chat_(rooms_, members_, changes_, options_.files),
      attachments_(members_, options_.files),
      media_control_(members_, call_media_),
      moderation_(options_.journal, rooms_, members_, hosts_, admission_, seating_, media_control_,
                  call_media_) {
  static_assert(std::size(kVerbs) == std::variant_size_v<protocol::Request>);
}

std::size_t Hub::WeightOf(PeerIndex peer, const protocol::Request& request) const {
  const auto* members = std::get_if<protocol::Members>(&request);
  const Member* member = members == nullptr ? nullptr : Find(peer);
  const Place* place = member == nullptr ? nullptr : FindPlace(*member, members->room);
  return place == nullptr ? 1 : 1 + place->room->seats().size() / limits::kMembersReadAtOnce;
}

void Hub::Handle(PeerIndex peer, protocol::Request&& request, const std::optional<std::string>& ref,
                 const Now& now, Outbox& out) {
  Member* member = members_.Find(peer);
  if (member == nullptr) return;
  RequestContext context{.member = *member, .request = request, .ref = ref, .now = now, .out = out};
  if (auto error = Run(context)) context.Reply(std::move(*error));
}

Answer Hub::Run(RequestContext& context) {
  const Verb& verb = kVerbs[context.request.index()];
  if ((verb.needs & kGreeted) != 0 && !context.member.greeted()) {
    return Error{ErrorCode::kHelloRequired, "say hello first"};
  }
  if ((verb.needs & kInRoom) != 0) {
    const std::string& name = *RoomField(context.request);
    const Place* place = FindPlace(context.member, name);
    if (place == nullptr) return seating_.LeaveWaiting(context, name);
    context.room = place->room;
    context.seat = &place->room->seat(place->seat);
  }
  if ((verb.needs & kMayWrite) != 0) {
    if (auto error = Chat::MayWrite(*context.room, *context.seat)) return error;
  }
  if ((verb.needs & kHost) != 0 && !context.seat->host && !context.member.admin()) {
    return OnlyHosts();
  }
  return verb.run(*this, context);
}

Answer Hub::ListRooms(RequestContext& context) const {
  context.Reply(rooms_.Select(context.Get<protocol::Rooms>()));
  return std::nullopt;
}

Answer Hub::Ping(RequestContext& context) {
  context.Reply(protocol::Pong{context.now.wall});
  return std::nullopt;
}

void Hub::Connect(PeerIndex peer, std::string address) {
  members_.Add(peer, std::move(address));
}

void Hub::ConnectRaw(PeerIndex peer, std::string address, const Now& now, Outbox& out) {
  if (!options_.guests) {
    out.items.emplace_back(ClosePeer{peer, "This server requires a login."});
    return;
  }
  Member& member = members_.Add(peer, std::move(address));
  member.raw = true;
  member.identity = members_.NewRawGuest();
  if (const std::string_view refusal = admission_.WhyNoRawPeer(member); !refusal.empty()) {
    members_.Remove(member);
    out.items.emplace_back(ClosePeer{peer, std::string(refusal)});
    return;
  }
  members_.Greet(member, member.identity);
  seating_.TakeRawSeat(member, now, out);
}

void Hub::SetMedia(MediaMode mode, std::function<std::string(std::string_view sdp)> why_no_answer) {
  options_.media = mode;
  options_.why_no_answer = std::move(why_no_answer);
  std::erase(options_.features, "sfu");
  if (mode != MediaMode::kMesh) options_.features.emplace_back("sfu");
}

void Hub::SetRecording(std::function<std::string(WallTime now)> new_recording) {
  options_.new_recording = std::move(new_recording);
  options_.features.emplace_back("record");
}

void Hub::Disconnect(PeerIndex peer, std::string_view reason, const Now& now, Outbox& out) {
  Member* member = members_.Find(peer);
  if (member == nullptr) return;
  seating_.DepartAll(*member, reason, now, out);
  members_.Remove(*member);
}

void Hub::StopsSending(PeerIndex peer, const Now& now, Outbox& out) {
  Member* member = members_.Find(peer);
  if (member == nullptr || !member->raw || member->listens) return;
  seating_.DepartAll(*member, "left", now, out);
  members_.Listen(*member);
}

bool Hub::IsWaiting(PeerIndex peer) const {
  const Member* member = Find(peer);
  return member != nullptr && member->under_way.any();
}

bool Hub::MustWait(PeerIndex peer, const protocol::Request* request) const {
  const Member* member = Find(peer);
  if (member == nullptr || !member->under_way.any()) return false;
  const UnderWay& under_way = member->under_way;
  if (request == nullptr || under_way.login || under_way.load || under_way.file) return true;
  // Because of its file it may get an error at once.
  const auto* message = std::get_if<protocol::Message>(request);
  if (message != nullptr && message->file) return true;
  // Everything that the hub answers by itself waits, so that replies stay in order: also an error.
  const unsigned needs = kVerbs[request->index()].needs;
  if ((needs & kLogged) == 0) return true;
  const Place* place = FindPlace(*member, *RoomField(*request));
  if (place == nullptr) return true;
  return (needs & kMayWrite) != 0 && Chat::MayWrite(*place->room, place->room->seat(place->seat)).has_value();
}

void Hub::HandleRaw(PeerIndex peer, std::string_view bytes, std::vector<std::string> texts, const Now& now,
                    Outbox& out) {
  Member* member = members_.Find(peer);
  if (member != nullptr) Chat::HandleRaw(*member, bytes, std::move(texts), now, out);
}

Answer Hub::Apply(Command&& command, const Now& now, Outbox& out) {
  if (auto* moderate = std::get_if<ModerateCommand>(&command)) return moderation_.Apply(*moderate, now, out);
  chat_.Apply(std::get<LogEntry>(std::move(command)), out);
  return std::nullopt;
}

void Hub::LoggedIn(const Origin& origin, IdentityRef identity, std::string token, NameClaim claim,
                   const Now& now, Outbox& out) {
  logins_.Accepted(origin, std::move(identity), std::move(token), claim, now, out);
}

void Hub::LoginRefused(const Origin& origin, protocol::Error error, Outbox& out) {
  logins_.Refused(origin, std::move(error), out);
}

void Hub::Loaded(const Load& load, protocol::Page* page, KeptRoom kept, const Now& now, Outbox& out) {
  Room& room = *rooms_.Find(load.query.room_key);  // kept while something names it
  --room.use.under_way;
  const protocol::Sequence seen = kept.seen;
  if (page != nullptr && load.query.with_room && Rooms::TakeSettings(room, std::move(kept))) {
    hosts_.AwaitAgain(room, now.monotonic);
  }
  if (Member* member = members_.Find(load.origin)) {
    member->under_way.load = false;
    Answer error = Error{ErrorCode::kInternal, "the server cannot read its message store; try again later"};
    if (page != nullptr) {
      error = Show(load, *member, room, *page, seen, now, out);
    }
    if (error) out.items.emplace_back(ToPeer{member->peer, std::move(*error), load.origin.ref});
  }
  rooms_.Release(room);
}

Answer Hub::Show(const Load& load, Member& member, Room& room, protocol::Page& page, protocol::Sequence seen,
                 const Now& now, Outbox& out) {
  switch (load.kind) {
    case Load::Kind::kJoin:
      return seating_.TakeSeat(load, member, room, page, seen, now, out);
    case Load::Kind::kHistory:
    case Load::Kind::kSearch:
      return chat_.Show(load, member, room, page, out);
    case Load::Kind::kDownload:
      return attachments_.Offer(load, member, room, page, now, out);
    case Load::Kind::kAttendance:
      return Moderation::ShowAttendance(load, member, room, std::move(page.attendance), out);
  }
  return std::nullopt;
}

std::optional<MonotonicTime> Hub::NextDeadline() const {
  std::optional<MonotonicTime> next;
  for (const auto& deadline : {presence_.NextDeadline(), hosts_.NextDeadline(), changes_.NextDeadline(),
                               call_media_.NextDeadline()}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void Hub::Tick(const Now& now, Outbox& out) {
  presence_.Tick(now, out);
  hosts_.Tick(now, out);
  changes_.Tick(now, out);
  call_media_.Tick(now, out);
}

}  // namespace parley
