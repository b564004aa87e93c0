#include "tests/server/engine/simulation/witness.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {
namespace {

constexpr std::string_view kWhisper = "parcel ";
constexpr std::string_view kSignal = R"({"parcel": )";

int ParcelIn(std::string_view text, std::string_view prefix) {
  int number = 0;
  if (!text.starts_with(prefix)) return 0;
  std::from_chars(text.data() + prefix.size(), text.data() + text.size(), number);
  return number;
}

std::string Describe(const protocol::MemberInfo& member) {
  std::string words = member.name + " " + std::string(ToString(member.role));
  for (const bool flag :
       {member.call, member.audio, member.video, member.screen, member.hand, member.muted}) {
    words += flag ? '1' : '0';
  }
  return words;
}

// By such words.
bool IsInCall(const std::string& member) {
  constexpr std::size_t kFlags = 6;
  return member[member.size() - kFlags] == '1';
}

bool Answers(Expected::Kind kind, const protocol::Event& event) {
  using Kind = Expected::Kind;
  switch (kind) {
    case Kind::kHello:
      return std::holds_alternative<protocol::Welcome>(event);
    case Kind::kJoin:
      return std::holds_alternative<protocol::Joined>(event);
    case Kind::kHistory:
      return std::holds_alternative<protocol::HistoryReply>(event);
    case Kind::kSearch:
      return std::holds_alternative<protocol::FoundReply>(event);
    case Kind::kRooms:
      return std::holds_alternative<protocol::RoomsReply>(event);
    case Kind::kBans:
      return std::holds_alternative<protocol::BansReply>(event);
    case Kind::kRecent:
      return std::holds_alternative<protocol::RecentReply>(event);
    case Kind::kAttendance:
      return std::holds_alternative<protocol::AttendanceReply>(event);
    case Kind::kRoomInfo:
      return std::holds_alternative<protocol::RoomInfoReply>(event);
    case Kind::kMembers:
      return std::holds_alternative<protocol::MembersReply>(event);
    case Kind::kUpload:
      return std::holds_alternative<protocol::UploadReply>(event);
    case Kind::kDownload:
      return std::holds_alternative<protocol::DownloadReply>(event);
    case Kind::kPing:
      return std::holds_alternative<protocol::Pong>(event);
    case Kind::kLeave:
    case Kind::kMessage:
    case Kind::kOther:
      break;
  }
  return std::holds_alternative<protocol::Ok>(event);
}

}  // namespace

std::string WhisperText(int parcel) {
  return std::string(kWhisper) + std::to_string(parcel);
}

std::string SignalData(int parcel) {
  return std::string(kSignal) + std::to_string(parcel) + ", \"n\": 1.0}";
}

Witness::~Witness() {
  for (const Expected& expected : expected_) {
    if (expected.unbans) ledger_->Unbanned(expected.room, *expected.unbans);
  }
}

void Witness::BeWild() {
  wild_ = true;
  memory_->ClearReplicas();
}

void Witness::Expect(Expected expected) {
  if (expected.bans) expected.ban = ledger_->AskBan(expected.room, *expected.bans);
  if (expected.unbans) ledger_->AskUnban(expected.room, *expected.unbans);
  expected.asked = ledger_->now();
  expected_.push_back(std::move(expected));
}

std::set<std::string> Witness::TakeAcknowledged() {
  return std::exchange(acknowledged_, {});
}

void Witness::Hear(std::string_view message) {
  Require(!over_, "a fatal error, or closing, is the last word");
  const auto decoded = protocol::DecodeEvent(message);
  Require(decoded.has_value(), "what the server says is an event, whole", std::string(message));
  if (decoded->ref && !wild_) Reply(*decoded->ref, decoded->event);
  std::visit([this](const auto& event) { On(event); }, decoded->event);
}

// --- Replies ---

void Witness::Reply(const std::string& ref, const protocol::Event& event) {
  Require(!expected_.empty() && expected_.front().ref == ref,
          "replies come in the order of the requests, one each");
  const Expected asked = std::move(expected_.front());
  expected_.pop_front();
  if (asked.unbans) ledger_->Unbanned(asked.room, *asked.unbans);
  if (const auto* error = std::get_if<protocol::Error>(&event)) {
    Refused(asked, *error);
  } else {
    Require(Answers(asked.kind, event), "a request gets the reply of its kind");
    if (asked.newcomer) memory_->ForgetHosts();
    if (asked.kind == Expected::Kind::kUpload || asked.kind == Expected::Kind::kDownload) {
      files_.emplace_back(asked, event);
    }
    if (const auto* joined = std::get_if<protocol::Joined>(&event)) Granted(asked, *joined);
    if (const auto* history = std::get_if<protocol::HistoryReply>(&event)) Granted(asked, *history);
    if (const auto* ok = std::get_if<protocol::Ok>(&event)) Granted(asked, *ok);
  }
}

void Witness::Refused(const Expected& asked, const protocol::Error& error) const {
  // With an id the same text may be kept by another try.
  if (asked.kind == Expected::Kind::kMessage && error.code == ErrorCode::kInternal && !asked.id) {
    ledger_->Failed(asked.text);
  }
}

void Witness::Granted(const Expected& asked, const protocol::Joined& joined) {
  Require(!asked.forbidden, "somebody banned does not come in", asked.room);
  const bool is_new_host = joined.role == protocol::Role::kHost && !memory_->IsHost(asked.room);
  if (is_new_host && memory_->KnowsHosts() && !ledger_->wild()) {
    Require(!ledger_->IsAwaited(asked.room, asked.asked),
            "while a host is awaited nobody is host by coming first", asked.room);
  }
  CatchUp(asked, joined);
  memory_->Joined(joined, asked.since);
  const auto& messages = joined.messages;
  if (!joined.more && !messages.empty()) {
    Require(messages.back().seq == joined.last, "joined has the newest messages");
  }
  if (!asked.since || joined.gap) return;
  if (*asked.since >= joined.last) {
    Require(messages.empty() && !joined.more, "coming back gives nothing twice");
  } else {
    Require(!messages.empty() && messages.front().seq == *asked.since + 1, "coming back leaves no hole");
  }
}

void Witness::Granted(const Expected& asked, const protocol::Ok& ok) {
  if (asked.parcel != 0) ledger_->Acknowledged(asked.parcel);
  if (asked.bans) ledger_->Banned(asked.room, *asked.bans, asked.ban);
  if (asked.kind == Expected::Kind::kLeave) {
    rooms_.erase(asked.room);
    if (ledger_->last(asked.room) == 0) memory_->DoubtHosts();  // the room may be forgotten
  }
  if (asked.kind != Expected::Kind::kMessage) return;
  Require(ok.room == asked.room, "ok names the room of its message");
  ledger_->Saw(ok.room, ok.seq, asked.text);
  if (asked.id) acknowledged_.insert(*asked.id);
  View* view = ViewOf(ok.room);
  if (view == nullptr) return;  // thrown out meanwhile
  Require(ok.seq == view->last + 1 || (asked.id && ok.seq <= view->last),
          "the own messages stand in the one order of the room");
  if (ok.seq > view->last) {
    const protocol::MessageState state{.poll = asked.poll};
    memory_->replica(ok.room).Put(ok.seq, asked.text, &state);
  }
  view->last = std::max(view->last, ok.seq);
  memory_->Heard(ok.room, ok.seq);
}

// --- Events ---

Witness::View* Witness::ViewOf(const std::string& room) {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second;
}

void Witness::On(const protocol::Welcome& event) {
  Require(id_.empty(), "one is welcomed once");
  id_ = event.id;
  name_ = event.name;
  token_ = event.token;
  role_ = event.role;
}

void Witness::CameAs(protocol::Role role, const std::string& room) {
  if (wild_ || ledger_->wild() || role == protocol::Role::kAdmin) return;
  const bool host = role == protocol::Role::kHost;
  Require(host || !memory_->IsHost(room), "whoever was host and comes back is host again", room);
  memory_->SetHost(room, host);
  if (host) ledger_->HostIsBack(room, name_);
}

bool Witness::HasHost(const View& view) {
  return std::ranges::any_of(view.members, [](const auto& member) {
    return member.second.find(" host") != std::string::npos ||
           member.second.find(" admin") != std::string::npos;
  });
}

void Witness::On(const protocol::Joined& event) {
  Require(ViewOf(event.room) == nullptr || wild_, "one joins a room once");
  CameAs(event.role, event.room);
  Require(event.seen && *event.seen <= event.last, "nobody has read more than there is");
  seen_[event.room] = *event.seen;
  View& view = rooms_[event.room];
  view = {.last = event.last,
          .rev = event.rev,
          .members = {},
          .names = {},
          .topic = event.topic,
          .locked = event.locked,
          .waiting_room = event.waiting_room,
          .media = event.media,
          .spotlight = event.spotlight};
  for (const auto& member : event.members) {
    Require(view.members.emplace(member.id, Describe(member)).second, "nobody is listed twice");
    view.names.emplace(member.id, member.name);
  }
  Require(view.members.contains(id_) && event.count == view.members.size(), "all are listed, oneself too");
  Require(SawStretch(event.room, event.messages) <= event.last, "last is the newest");
}

void Witness::Receive(int parcel, const std::string& from) {
  if (parcel == 0) return Require(ledger_->wild(), "a whisper or signal comes as it was sent");
  Require(parcel > std::exchange(newest_parcel_[from], parcel), "whispers and signals come in order");
  ledger_->Delivered(parcel, from, id_);
}

void Witness::On(const protocol::WhisperEvent& event) {
  Require(event.to == id_ && event.from.id != id_, "a whisper comes to the one it is for");
  Receive(ParcelIn(event.text, kWhisper), event.from.id);
}

void Witness::On(const protocol::SignalEvent& event) {
  const View* view = ViewOf(event.room);
  if (event.from == protocol::kSfu) {
    Require(wild_ || (view != nullptr && IsInCall(view->members.at(id_))),
            "the SFU speaks to who is in a call");
    return;
  }
  Require(wild_ || (view != nullptr && view->members.contains(event.from)),
          "a signal comes from a member of the room to another");
  const int parcel = ParcelIn(event.data, kSignal);
  Require(parcel == 0 || event.data == SignalData(parcel), "the data of a signal are the very bytes");
  Receive(parcel, event.from);
}

void Witness::On(const protocol::MemberJoined& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || view != nullptr, "nobody comes to a room where one is not", event.room);
  if (view == nullptr) return;
  const bool added = view->members.emplace(event.member.id, Describe(event.member)).second;
  view->names.emplace(event.member.id, event.member.name);
  Require(wild_ || added != (event.member.id == id_), "everybody comes once; oneself is listed already");
}

void Witness::On(const protocol::MemberChanged& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || (view != nullptr && view->members.contains(event.member.id)),
          "only a member of the room changes");
  if (view != nullptr) view->members[event.member.id] = Describe(event.member);
  if (event.member.id == id_) memory_->SetHost(event.room, event.member.role == protocol::Role::kHost);
}

void Witness::On(const protocol::MemberLeft& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || view != nullptr, "nobody leaves a room where one is not", event.room);
  if (view == nullptr) return;
  Require(view->members.erase(event.id) == 1 || wild_, "only a member of the room leaves it");
  view->names.erase(event.id);
  if (event.id != id_) return;
  rooms_.erase(event.room);  // thrown out
  memory_->SetHost(event.room, false);
}

void Witness::On(const protocol::RoomChanged& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || view != nullptr, "nothing changes in a room where one is not", event.room);
  if (view == nullptr) return;
  view->topic = event.topic.value_or(view->topic);
  view->locked = event.locked.value_or(view->locked);
  view->waiting_room = event.waiting_room.value_or(view->waiting_room);
  view->media = event.media.value_or(view->media);
  view->spotlight = event.spotlight.value_or(view->spotlight);
  for (const std::string& id : view->spotlight) {
    Require(wild_ || view->members.contains(id), "who is in the spotlight is in the room");
  }
}

void Witness::On(const protocol::SeenEvent& event) {
  Require(wild_ || ViewOf(event.room) != nullptr, "a mark is told in the rooms where one is", event.room);
  Require(event.seq > std::exchange(seen_[event.room], event.seq), "a mark only grows");
}

void Witness::On(const protocol::TypingEvent& event) {
  Require(event.id != id_, "nobody hears of their own typing");
  Require(wild_ || ViewOf(event.room) != nullptr, "nobody types in a room where one is not", event.room);
}

void Witness::On(const protocol::AttendanceReply& event) {
  for (const protocol::Attendee& person : event.people) {
    Require(!person.left || *person.left >= person.came, "nobody leaves before they came", person.name);
  }
}

void Witness::On(const protocol::RoomInfoReply& event) {
  const std::size_t members = event.members.value_or(0);
  Require(event.names.size() <= std::min(members, limits::kNamesOutside), "people are named who are counted");
  Require(!event.members || (event.topic && !event.locked && !event.waiting_room),
          "nobody is counted where a host must agree", event.room);
  // Raw peers in the lobby are members who cannot be host.
  Require(!event.first_is_host || members == 0 || event.room == "lobby",
          "nobody is the first in a room with people in it", event.room);
}

// Rooms are small here: the view has everybody.
void Witness::On(const protocol::MembersReply& event) {
  const View* const view = ViewOf(event.room);
  Require(wild_ || view != nullptr, "only members of a room page through it", event.room);
  if (view == nullptr || wild_) return;
  Require(event.members.size() <= event.count && event.count <= view->members.size(),
          "all who match are counted");
  std::set<std::string> ids;
  for (const auto& member : event.members) {
    Require(ids.insert(member.id).second, "nobody is on a page twice", member.name);
    const auto known = view->members.find(member.id);
    Require(known != view->members.end() && known->second == Describe(member),
            "who is listed is here, like this", member.name);
  }
}

void Witness::On(const protocol::Error& event) {
  over_ = IsFatal(event.code);
}

}  // namespace parley::simulation
