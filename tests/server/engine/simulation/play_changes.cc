// How the peers of a play change messages, and vote.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/engine/simulation/play.h"

namespace parley::simulation {
namespace {

constexpr std::array kReactions = {"👍", "❤️", "👨‍👩‍👧"};

}  // namespace

// A change of any message of the room, by anybody: some may, some may not.
void Play::ChangeText(Peer& peer, const std::string& room) {
  const std::uint8_t choice = Byte();
  const Sequence seq = 1 + choice / 8 % (ledger_.last(room) + 1);
  const Expected expected{.kind = Expected::Kind::kOther, .room = room};
  switch (choice % 8) {
    case 0:
      return Ask(peer, protocol::Delete{room, seq}, expected);
    case 1:
    case 2:
      if (room == "lobby") break;  // raw peers would hear of it
      return Ask(peer, protocol::Edit{room, seq, room + "/edit " + std::to_string(next_text_++)}, expected);
    case 3:
      return AskAll(peer, room, choice >= 128);
    case 4:
    case 5:
      return VoteOrClose(peer, room, choice >= 192 && room != "lobby");
    default:
      break;
  }
  const std::string emoji = kReactions[choice / 8 % kReactions.size()];
  Ask(peer, protocol::React{room, seq, emoji, choice / 32 % 4 != 3}, expected);
}

void Play::AskAll(Peer& peer, const std::string& room, bool multiple) {
  const protocol::NewPoll poll{.room = room,
                               .question = room + "/poll " + std::to_string(next_text_++) + "?",
                               .options = {"yes", "no", "later"},
                               .multiple = multiple,
                               .id = {}};
  Expected expected{.kind = Expected::Kind::kMessage, .room = room};
  expected.text = poll.question + "\n1) yes\n2) no\n3) later";
  expected.poll = protocol::Poll{
      .question = poll.question, .options = poll.options, .multiple = multiple, .counts = {0, 0, 0}};
  Ask(peer, poll, std::move(expected));
}

// Mostly of a poll; some have one choice only, or are closed.
void Play::VoteOrClose(Peer& peer, const std::string& room, bool closes) {
  const std::uint8_t choice = Byte();
  const std::vector<Sequence>& polls = ledger_.states().polls(room);
  const Sequence seq = polls.empty() || choice % 16 == 15 ? 1 + choice / 16U : polls[choice % polls.size()];
  const Expected expected{.kind = Expected::Kind::kOther, .room = room};
  if (closes) return Ask(peer, protocol::ClosePoll{room, seq}, expected);
  std::vector<std::size_t> choices;
  for (std::size_t option = 0; option < 3; ++option) {
    if ((choice >> (4 + option) & 1U) != 0) choices.push_back(option);
  }
  Ask(peer, protocol::Vote{room, seq, std::move(choices)}, expected);
}

}  // namespace parley::simulation
