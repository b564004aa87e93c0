// A media engine without media: it keeps what it is told, and says what a test wants.

#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "server/model/media_link.h"

namespace parley::test {

class FakeMedia : public MediaLink {
 public:
  bool Give(MediaCommand command) override {
    const bool may_drop =
        std::holds_alternative<MediaOffer>(command) || std::holds_alternative<MediaWants>(command);
    if (full && may_drop) return false;
    commands.push_back(std::move(command));
    return true;
  }
  std::vector<MediaEvent> Take() override { return std::exchange(events, {}); }

  std::vector<MediaCommand> commands;
  std::vector<MediaEvent> events;
  bool full = false;  // drops what may be dropped
};

}  // namespace parley::test
