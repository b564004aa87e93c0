// What each peer of a play does.

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/limits.h"
#include "tests/server/engine/simulation/play.h"

namespace parley::simulation {
namespace {

constexpr std::size_t kUnacknowledged = 16;
constexpr std::size_t kAccounts = 2;  // the first slots have them

}  // namespace

std::string NameOf(std::size_t slot) {
  return "n" + std::to_string(slot);
}

void Play::Open(Peer& peer) {
  if (peer.index) return;
  const std::uint8_t choice = Byte();
  Line& line = peer.line;
  line = {};
  line.number = next_number_++;
  line.raw_at = now_.monotonic + limits::kFirstBytes;
  line.takes = kAll;
  line.piece = limits::kReadBytes;
  line.refused = choice % 32 == 31;
  line.raw_witness = std::make_unique<RawWitness>(line.number);
  // Some share an address: bans go by that, too.
  peer.index = exchange_->Open({.address = "10.0.0." + std::to_string(line.number % 3),
                                .tls = true,  // a WebSocket wants it
                                .alpn_http = false,
                                .refused = line.refused},
                               now_);
}

void Play::BeginLines(Peer& peer, Kind kind) {
  Line& line = peer.line;
  line.kind = kind;
  line.raw_witness.reset();
  line.ear.emplace(kind == Kind::kWeb);
  line.witness = std::make_unique<Witness>(ledger_, peer.memory);
  if (kind == Kind::kWeb) line.to_server += UpgradeRequest();
}

// Whether the peer can speak the protocol: it may become one that does.
bool Play::Speaks(Peer& peer) {
  Line& line = peer.line;
  if (peer.index && !line.finished && line.kind == Kind::kSilent) BeginLines(peer, Kind::kLines);
  return peer.index && !line.finished && line.witness && !line.witness->wild();
}

void Play::Ask(Peer& peer, const protocol::Request& request, Expected expected) {
  expected.ref = "r" + std::to_string(next_ref_++);
  const std::string json = protocol::EncodeRequest(request, expected.ref);
  peer.line.to_server += peer.line.kind == Kind::kWeb ? ClientFrame(1, json) : json + "\n";
  peer.line.witness->Expect(std::move(expected));
}

std::string Play::Room() {
  constexpr const char* kRooms[] = {"lab", "lobby", "den"};
  return kRooms[Byte() % std::size(kRooms)];
}

// --- Coming and going ---

// So many in one room that its reactions are held back.
void Play::GatherCrowd() {
  for (Peer& peer : peers_) {
    Open(peer);
    BeginLines(peer, Kind::kLines);
    Greet(peer, false);
    Ask(peer, protocol::Join{.room = "lab", .password = {}, .since = {}},
        {.kind = Expected::Kind::kJoin, .room = "lab"});
    Settle();
  }
  const std::string text = "lab/crowd";
  if (!Speaks(peers_.front())) return;
  Ask(peers_.front(), protocol::Message{"lab", text, {}},
      {.kind = Expected::Kind::kMessage, .room = "lab", .text = text});
  Settle();
  for (Peer& peer : peers_) {
    if (Speaks(peer)) Ask(peer, protocol::React{"lab", 1, "👍", true}, {.room = "lab"});
  }
  Turn();
}

// As a client does it: greets, comes back to its rooms, sends again what was not acknowledged.
void Play::Arrive(Peer& peer) {
  if (peer.index) return JoinRoom(peer);
  Open(peer);
  const std::uint8_t choice = Byte();
  if (choice % 8 == 7) return;  // listens
  BeginLines(peer, choice % 2 == 1 ? Kind::kWeb : Kind::kLines);
  if (choice / 16 % 4 == 3) AskAboutRoom(peer);
  Greet(peer, choice % 16 != 0);
  Resume(peer);
}

void Play::Greet(Peer& peer, bool by_token) {
  protocol::Hello hello;
  if (by_token && !peer.token.empty()) {
    hello.token = peer.token;
  } else if (peer.slot < kAccounts) {
    hello.user = NameOf(peer.slot);
    hello.password = "sesame";
  } else {
    hello.name = NameOf(peer.slot);
  }
  if (hello.name) peer.memory.DoubtHosts();  // it may be known already
  Ask(peer, hello, {.kind = Expected::Kind::kHello, .newcomer = hello.name.has_value()});
}

void Play::Resume(Peer& peer) {
  std::vector<std::string> rooms = peer.memory.rooms();
  if (rooms.empty()) rooms.push_back(Room());
  for (const std::string& room : rooms) {
    std::optional<Sequence> since;
    if (const Sequence last = peer.memory.last(room); last > 0) since = last;
    std::optional<protocol::Revision> since_rev;
    if (since) since_rev = peer.memory.replica(room).rev();
    Ask(peer, protocol::Join{room, "sesame", since, since_rev},
        {.kind = Expected::Kind::kJoin,
         .room = room,
         .since = since,
         .since_rev = since_rev,
         .resumes = true,
         .forbidden = peer.slot != 0 && ledger_.IsBanned(room, NameOf(peer.slot))});
    ++count_.joins;
  }
  for (const Said& said : peer.unacknowledged) Repeat(peer, said);
}

void Play::SayHello(Peer& peer) {
  if (Speaks(peer)) Greet(peer, Byte() % 2 == 1);
}

void Play::JoinRoom(Peer& peer) {
  if (!Speaks(peer)) return;
  const std::string room = Room();
  const std::uint8_t choice = Byte();
  std::optional<Sequence> since;
  std::optional<protocol::Revision> since_rev;
  if (choice >= 128) since = choice - 128U;
  if (choice % 8 == 2) since_rev = Byte() % 16U;  // ignored without the other
  std::optional<std::string> password;
  if (choice % 2 == 1) password = "sesame";
  Ask(peer, protocol::Join{room, password, since, since_rev},
      {.kind = Expected::Kind::kJoin,
       .room = room,
       .since = since,
       .since_rev = since ? since_rev : std::nullopt,
       .forbidden = peer.slot != 0 && ledger_.IsBanned(room, NameOf(peer.slot))});
  ++count_.joins;
}

void Play::LeaveRoom(Peer& peer) {
  if (!Speaks(peer)) return;
  const std::string room = Room();
  Ask(peer, protocol::Leave{room}, {.kind = Expected::Kind::kLeave, .room = room});
}

void Play::FinishSending(Peer& peer) {
  peer.line.finished = true;
}

void Play::Vanish(Peer& peer) {
  if (peer.index) Close(peer, "lost");
}

void Play::ChooseReading(Peer& peer) {
  constexpr std::size_t kPieces[] = {limits::kReadBytes, 100, 1'000, 17};
  const std::uint8_t choice = Byte();
  peer.line.takes = choice >= 128 ? kAll : choice * 64U;
  peer.line.piece = kPieces[choice % std::size(kPieces)];
  if (peer.index) FlushTo(peer);
}

// --- Speaking ---

// Each text is said once in a play, so that a message is known by it; with an id it may be sent again.
void Play::SayText(Peer& peer) {
  if (!Speaks(peer)) return SendMark(peer);
  const auto& rooms = peer.line.witness->rooms();
  const std::uint8_t choice = Byte();
  std::string room = Room();
  if (!rooms.empty() && choice % 8 != 7) {
    room = std::next(rooms.begin(), choice / 8 % static_cast<std::ptrdiff_t>(rooms.size()))->first;
  }
  if (choice % 8 == 3) return ChangeText(peer, room);
  std::string text = room + "/" + std::to_string(peer.slot) + "." + std::to_string(next_text_);
  if (choice % 4 == 2) text += std::string(4'000, 'x');
  if (choice % 2 == 0) {
    std::optional<Sequence> reply_to;  // perhaps one that is deleted, or not there yet
    if (choice % 16 == 4) reply_to = 1 + Byte() % (ledger_.last(room) + 2);
    Ask(peer, protocol::Message{.room = room, .text = text, .id = {}, .reply_to = reply_to},
        {.kind = Expected::Kind::kMessage, .room = room, .text = text});
    ++next_text_;
    return;
  }
  peer.unacknowledged.push_back({room, text, "i" + std::to_string(next_text_++)});
  if (peer.unacknowledged.size() > kUnacknowledged) peer.unacknowledged.pop_front();
  Repeat(peer, peer.unacknowledged.back());
}

void Play::Repeat(Peer& peer, const Said& said) {
  Ask(peer, protocol::Message{said.room, said.text, said.id},
      {.kind = Expected::Kind::kMessage, .room = said.room, .text = said.text, .id = said.id});
}

void Play::SayAgain(Peer& peer) {
  if (peer.unacknowledged.empty() || !Speaks(peer)) return;
  Repeat(peer, peer.unacknowledged[Byte() % peer.unacknowledged.size()]);
}

// Somebody that the peer knows from the room; or from another one.
std::string Play::MemberInSight(const Peer& peer, const std::string& room) {
  const std::uint8_t choice = Byte();
  const auto& rooms = peer.line.witness->rooms();
  const auto found = rooms.find(room);
  if (found == rooms.end() || choice % 16 == 15) {
    const Peer& other = peers_[choice % peers_.size()];
    return other.line.witness ? other.line.witness->id() : "nobody";
  }
  // By name, since ids are different in each run.
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [id, name] : found->second.names) members.emplace_back(name, id);
  std::ranges::sort(members);
  return members[choice % members.size()].second;
}

void Play::SendParcel(Peer& peer) {
  if (!peer.line.witness || peer.line.witness->id().empty() || !Speaks(peer)) return;
  const std::string room = Room();
  const std::string to = MemberInSight(peer, room);
  const int parcel = ledger_.Send(peer.line.witness->id(), to);
  if (Byte() % 2 == 1) {
    Ask(peer, protocol::Whisper{to, WhisperText(parcel)}, {.parcel = parcel});
  } else {
    Ask(peer, protocol::Signal{room, to, SignalData(parcel)}, {.parcel = parcel});
  }
}

void Play::ShowState(Peer& peer) {
  if (!Speaks(peer)) return;
  protocol::State state;
  state.room = Room();
  const std::uint8_t choice = Byte();
  if (choice >= 192) return SpeakToSfu(peer, state.room, choice % 4 != 0);
  state.hand = choice % 2 == 1;
  if (choice / 2 % 2 == 1) state.call = choice / 4 % 2 == 1;
  if (choice / 8 % 2 == 1) state.audio = choice / 16 % 2 == 1;
  Ask(peer, state, {});
}

void Play::LookAround(Peer& peer) {
  if (!Speaks(peer)) return;
  const std::uint8_t choice = Byte();
  protocol::History history;
  history.room = Room();
  history.limit = choice / 4;
  if (choice % 4 == 0) history.after = choice / 4;
  switch (choice % 4) {
    case 2:
      Ask(peer, protocol::Rooms{}, {.kind = Expected::Kind::kRooms});
      break;
    case 3:
      ReadOrSearch(peer, choice / 4);
      break;
    case 1:
      if (choice >= 128) {
        history.changed_after = Byte() % 32U;
        history.limit = 1 + choice / 4 % 8;
      }
      [[fallthrough]];
    default:
      Ask(peer, history,
          {.kind = Expected::Kind::kHistory,
           .room = history.room,
           .since = history.after,
           .changed_after = history.changed_after,
           .limit = history.limit});
  }
}

// Also before hello.
void Play::AskAboutRoom(Peer& peer) {
  Ask(peer, protocol::RoomInfo{Room()}, {.kind = Expected::Kind::kRoomInfo});
}

void Play::ReadOrSearch(Peer& peer, unsigned choice) {
  switch (choice % 4) {
    case 0:
      if (choice % 8 == 0) {
        Ask(peer, protocol::Ping{}, {.kind = Expected::Kind::kPing});
      } else {
        AskAboutRoom(peer);
      }
      break;
    case 1:
      if (choice % 8 == 1) {
        Ask(peer, protocol::Seen{Room(), choice}, {});
      } else {
        Ask(peer,
            protocol::Members{.room = Room(), .query = choice % 16 == 5 ? "N" : "", .limit = choice / 16},
            {.kind = Expected::Kind::kMembers});
      }
      break;
    case 2:
      Ask(peer, protocol::Typing{Room()}, {});
      break;
    default:
      Ask(peer, protocol::Search{.room = Room(), .query = std::to_string(choice % 10), .limit = choice},
          {.kind = Expected::Kind::kSearch});
  }
}

void Play::CatchUp(Peer& peer) {
  if (peer.line.witness && Speaks(peer)) PageOn(peer);
}

// Asks for what came between the last known message and those that came when it joined.
void Play::PageOn(Peer& peer) {
  for (const auto& [room, view] : peer.line.witness->rooms()) {
    const Sequence last = peer.memory.last(room);
    if (last >= view.last) continue;
    protocol::History history{.room = room, .before = {}, .after = last, .limit = limits::kMaxHistory};
    Ask(peer, history,
        {.kind = Expected::Kind::kHistory, .room = room, .since = last, .limit = history.limit});
  }
}

bool Play::Behind(const Peer& peer) const {
  return std::ranges::any_of(peer.line.witness->rooms(), [&](const auto& place) {
    return peer.memory.last(place.first) < place.second.last;
  });
}

// --- Without the protocol ---

void Play::SendMark(Peer& peer) {
  Line& line = peer.line;
  if (!peer.index || line.finished || (line.kind != Kind::kSilent && line.kind != Kind::kRaw)) return;
  line.kind = Kind::kRaw;
  line.to_server += RawWitness::Mark(line.number, ++line.marks);
}

void Play::SendAnything(Peer& peer) {
  const std::size_t size = Byte() % 64U;
  const std::string_view bytes = script_.substr(0, size);
  script_.remove_prefix(bytes.size());
  if (tame_ || !peer.index || peer.line.finished || bytes.empty()) return;
  ledger_.BeWild();
  if (peer.line.kind == Kind::kSilent && bytes.front() == '{') BeginLines(peer, Kind::kLines);
  if (peer.line.kind == Kind::kSilent) peer.line.kind = Kind::kOther;
  if (peer.line.witness) peer.line.witness->BeWild();
  peer.line.to_server += bytes;
}

}  // namespace parley::simulation
