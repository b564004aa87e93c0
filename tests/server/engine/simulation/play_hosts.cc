// What the hosts of a play do, and what its pages say to the SFU.

#include <utility>

#include "tests/server/engine/simulation/play.h"

namespace parley::simulation {
namespace {

// A value that the action may have.
std::string ValueFor(protocol::Action action, unsigned choice) {
  using protocol::Action;
  const bool odd = choice % 2 == 1;
  switch (action) {
    case Action::kBan:
      return odd ? "address" : "";
    case Action::kWaitingRoom:
      return choice % 4 == 1 ? "on" : "off";
    case Action::kRecord:
      return odd ? "on" : "off";
    case Action::kStop:
      return odd ? "camera" : "screen";
    case Action::kEnd:
      return choice % 8 == 1 ? "room" : "";
    default:
      return odd ? "sesame" : "";
  }
}

}  // namespace

void Play::SpeakToSfu(Peer& peer, const std::string& room, bool offers) {
  const char* const data =
      offers ? R"({"description":{"type":"offer","sdp":"v=0\r\nm=audio 9 RTP/SAVPF 111\r\n"}})"
             : R"({"want":{"videos":[{"member":"m","kind":"camera","height":90}]}})";
  Ask(peer, protocol::Signal{room, std::string(protocol::kSfu), data}, {});
}

void Play::ModerateSomeone(Peer& peer) {
  using protocol::Action;
  if (!Speaks(peer)) return;
  protocol::Moderate moderate;
  moderate.room = Room();
  moderate.action = static_cast<Action>(Byte() % protocol::kActionCount);
  moderate.member = MemberInSight(peer, moderate.room);
  const std::uint8_t choice = Byte();
  moderate.value = ValueFor(moderate.action, choice);
  if (moderate.action == Action::kAllow) {
    moderate.allow = {.microphone = choice % 2 == 1, .camera = choice % 4 < 2, .chat = choice % 8 != 7};
  }
  Expected expected{.room = moderate.room};
  if (moderate.action == Action::kBans) expected.kind = Expected::Kind::kBans;
  if (moderate.action == Action::kRecent) expected.kind = Expected::Kind::kRecent;
  if (moderate.action == Action::kAttendance) expected.kind = Expected::Kind::kAttendance;
  if (moderate.action == Action::kUnban) {
    moderate.value = NameOf(choice % peers_.size());
    expected.unbans = moderate.value;
  } else if (moderate.action == Action::kBan) {
    const auto& rooms = peer.line.witness->rooms();
    const auto room = rooms.find(moderate.room);
    if (room != rooms.end() && room->second.names.contains(*moderate.member)) {
      expected.bans = room->second.names.at(*moderate.member);
    }
  }
  Ask(peer, moderate, std::move(expected));
}

}  // namespace parley::simulation
