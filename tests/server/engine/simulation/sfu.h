// A media engine without media, for the simulation. It checks that commands come in the order that the engine
// relies on, and answers in every way that the engine can, also late: to members who are gone by then.

#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/model/media_link.h"

namespace parley::simulation {

class Sfu : public MediaLink {
 public:
  bool Give(MediaCommand command) override;
  std::vector<MediaEvent> Take() override { return std::exchange(events_, {}); }

  // Whether nobody is in any call.
  [[nodiscard]] bool empty() const { return seats_.empty(); }

 private:
  enum class State { kHere, kConnected, kLost };

  void On(const MediaJoin& command);
  void On(const MediaLeave& command);
  void On(const MediaCloseRoom& command);
  void On(const MediaAllow& command);
  void On(const MediaOffer& command);
  void On(const MediaWants& command);
  void On(const MediaSignalingLost& command);
  void On(const MediaRecord& command);
  void On(const MediaRecordEnd& command);

  std::map<MediaSeat, State> seats_;
  std::set<std::string> recorded_;  // rooms
  MediaSeat gone_;                  // who left last
  std::vector<MediaEvent> events_;
  std::size_t offers_ = 0;
};

}  // namespace parley::simulation
