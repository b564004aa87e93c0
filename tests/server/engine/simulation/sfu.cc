#include "tests/server/engine/simulation/sfu.h"

#include <algorithm>
#include <variant>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

bool Sfu::Give(MediaCommand command) {
  const bool may_drop = std::holds_alternative<MediaOffer>(command);
  if (may_drop && offers_ % 16 == 15) {
    ++offers_;
    return false;
  }
  std::visit([this](const auto& what) { On(what); }, command);
  return true;
}

void Sfu::On(const MediaJoin& command) {
  Require(seats_.emplace(command.seat, State::kHere).second, "nobody joins a call twice");
}

void Sfu::On(const MediaLeave& command) {
  Require(seats_.erase(command.seat) == 1, "only who is in a call leaves it");
  gone_ = command.seat;
}

void Sfu::On(const MediaCloseRoom& command) {
  recorded_.erase(command.room);
  std::erase_if(seats_, [&](const auto& entry) {
    if (entry.first.room != command.room) return false;
    Require(entry.second == State::kLost, "a call is closed when nobody is in it");
    return true;
  });
}

void Sfu::On(const MediaAllow& command) {
  Require(seats_.contains(command.seat), "what somebody may send is said of who is in a call");
}

void Sfu::On(const MediaOffer& command) {
  const auto found = seats_.find(command.seat);
  Require(found != seats_.end() && found->second != State::kLost, "only who is in a call offers");
  found->second = State::kConnected;
  const MediaSeat& seat = command.seat;
  switch (++offers_ % 8) {
    case 0:
      events_.emplace_back(MediaRefusal{seat, "no"});
      break;
    case 1:
      events_.emplace_back(MediaEnded{seat, MediaEnded::Reason::kDtlsFailed});
      break;
    case 2:
      events_.emplace_back(MediaAnswer{gone_, "late"});
      [[fallthrough]];
    default:
      events_.emplace_back(MediaAnswer{seat, "v=0"});
      events_.emplace_back(MediaConnected{seat});
      events_.emplace_back(MediaSlots{seat, {{"4", gone_.member, MediaKind::kVoice, ""}}});
      events_.emplace_back(MediaLevels{seat.room, {{seat.member, 30}}});
  }
}

void Sfu::On(const MediaWants& command) {
  const auto found = seats_.find(command.seat);
  Require(found != seats_.end() && found->second != State::kLost, "only who is in a call wants pictures");
}

void Sfu::On(const MediaSignalingLost& command) {
  const auto found = seats_.find(command.seat);
  Require(found != seats_.end() && found->second == State::kConnected, "only who has connected is lost");
  found->second = State::kLost;
}

void Sfu::On(const MediaRecord& command) {
  const bool any = std::any_of(seats_.begin(), seats_.end(),
                               [&](const auto& seat) { return seat.first.room == command.info.room; });
  Require(any, "a recording begins in a call");
  Require(recorded_.insert(command.info.room).second, "one recording at a time in a room");
}

void Sfu::On(const MediaRecordEnd& command) {
  Require(recorded_.erase(command.room) == 1, "only what is recorded ends");
}

}  // namespace parley::simulation
