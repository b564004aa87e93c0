// CatchUp puts the messages of one room in order. A message may arrive more than once, and in any order:
// live, as the `ok` of an own message, in `joined`, or in a page of `history`. Each is shown once, by its
// sequence.
//
// Each input returns what to do, in this order. If messages are missing, later ones are held back, and the
// missing page is requested: one page at a time. It outlives connections: since() tells where to resume. It
// knows no connection and no clock. tests/vectors/resume.jsonl and resume_changes.jsonl have the rules as
// examples.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

class CatchUp {
 public:
  // Messages held back beyond a hole; more are dropped here and fetched later.
  static constexpr std::size_t kMaxHeld = 1000;

  struct Restarted {};  // the server began a new log: sequences start again
  struct Gap {};        // messages are missing here, because the server no longer keeps them
  struct Show {
    protocol::MessageEvent message;
  };
  struct AskAfter {  // ask for a page of `history` after this message; answer by Page or PageFailed
    protocol::Sequence sequence;
  };
  using Step = std::variant<Restarted, Gap, Show, AskAfter>;
  using Steps = std::vector<Step>;

  // What `join` takes as `since`; nothing before the room was joined for the first time.
  [[nodiscard]] std::optional<protocol::Sequence> since() const;

  // Whether this reply to `join` goes on with what was shown: the room was joined before, in the same log.
  [[nodiscard]] bool GoesOn(const protocol::Joined& joined) const { return known_ && joined.last >= newest_; }
  // The reply to `join`. The first time, its messages are shown and everything before them counts as seen.
  Steps Joined(const protocol::Joined& joined);
  // A message of somebody else, or one's own as its `ok` describes it.
  Steps Live(const protocol::MessageEvent& message);
  // The reply to AskAfter.
  Steps Page(const protocol::HistoryReply& page);
  // The server refused AskAfter. Counts as an empty page, so that what comes later is still shown.
  Steps PageFailed();
  // A change of a message that is held back: it will be shown as it is then. False: it is not among them.
  bool Change(const protocol::MessageChanged& change);
  // The connection, or the seat in the room, is gone. Messages are ignored until the next Joined.
  void Lost();

 private:
  void Resume(Steps& steps, const protocol::Joined& joined);
  // Messages that follow the last one shown. The server no longer keeps the messages of a hole between them.
  void TakeRun(Steps& steps, const std::vector<protocol::MessageEvent>& messages);
  void ShowNext(Steps& steps, const protocol::MessageEvent& message);
  void ShowHeld(Steps& steps);
  // Nothing up to `sequence` that is still missing will come. Says so where something is missing.
  void GiveUpTo(Steps& steps, protocol::Sequence sequence);
  void AskForMissing(Steps& steps);

  bool known_ = false;                                         // joined before
  bool joined_ = false;                                        // on this connection
  protocol::Sequence shown_ = 0;                               // everything up to this one was shown
  protocol::Sequence newest_ = 0;                              // the newest that the server told of
  std::map<protocol::Sequence, protocol::MessageEvent> held_;  // all of them above shown_ + 1
  std::optional<protocol::Sequence> asked_up_to_;              // a page is asked for; newest_ at that time
};

}  // namespace parley::client
