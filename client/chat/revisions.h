// Revisions knows which changes to the messages of one room have come, and so what a client asks for after
// it was away. It survives connections and knows none.
// tests/vectors/resume_changes.jsonl has the rules as examples.

#pragma once

#include <optional>
#include <vector>

#include "common/protocol/event.h"

namespace parley::client {

class Revisions {
 public:
  using Changes = std::vector<protocol::MessageChanged>;

  // What `join` takes as `since_rev`: all changes up to it have come. Nothing before the room was joined.
  [[nodiscard]] std::optional<protocol::Revision> since() const { return complete_; }

  // Everything that is shown, or will be, is as it is at `rev`: the room is new to the client, or has a new
  // log.
  void Begin(protocol::Revision rev);
  // Back in the room: `changed` is what changed since, or the oldest of it if there is `more`.
  void Resume(protocol::Revision rev, const Changes& changed, bool more);
  // An event.
  void Live(protocol::Revision rev);
  // The reply to what Ask() asked for.
  void Page(const Changes& changed, bool more);
  // The server refused what Ask() asked for. The next join asks again.
  void PageFailed() { asked_ = false; }
  // The connection is gone.
  void Lost() { asked_ = false; }

  // After which revision to ask for a page of `history` with `changed_after` now; answer by Page or
  // PageFailed.
  [[nodiscard]] std::optional<protocol::Revision> Ask();

 private:
  void Take(const Changes& changed, bool more);

  std::optional<protocol::Revision> complete_;
  protocol::Revision newest_ = 0;  // that the server told of
  bool behind_ = false;            // pages are still missing: what comes live does not make it complete
  bool asked_ = false;
};

}  // namespace parley::client
