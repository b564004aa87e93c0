// KeptMessages remembers the newest messages of one room: for the numbers that people type, for quotes, and
// to tell what has changed in a message. It keeps only the beginning of each text. Owned by a Room.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol/event.h"

namespace parley::client {

struct KeptMessage {
  std::string who;      // the author's name
  std::string excerpt;  // the beginning of the text, on one line
  bool own = false;
  protocol::FileRef file = nullptr;
  protocol::MessageState state = {};
  std::optional<WallTime> votes_shown = std::nullopt;  // when the votes of a poll were shown last
};

class KeptMessages {
 public:
  // Beyond it, the oldest are dropped. A long lesson has about as many.
  static constexpr std::size_t kMost = 2000;

  // `own`: this person has written it.
  void Put(const protocol::MessageEvent& message, bool own);
  // Takes over the present state. Returns what was kept before; nothing if the message is not kept, or if the
  // change is not news.
  std::optional<KeptMessage> Apply(const protocol::MessageChanged& change);
  // The server began a new log.
  void Clear();

  // Null if it is not kept.
  [[nodiscard]] KeptMessage* Find(protocol::Sequence sequence);
  [[nodiscard]] const KeptMessage* Find(protocol::Sequence sequence) const;
  // The newest in the room that this client has heard of; 0: none.
  [[nodiscard]] protocol::Sequence newest() const { return newest_; }
  void Saw(protocol::Sequence sequence);
  // The newest message of this person that is not deleted.
  [[nodiscard]] std::optional<protocol::Sequence> NewestOwn() const;
  // Likewise, with a text that can be edited: no poll.
  [[nodiscard]] std::optional<protocol::Sequence> NewestOwnText() const;
  // The newest open poll.
  [[nodiscard]] std::optional<protocol::Sequence> NewestPoll() const;

  // Finds the message for `3` (the third, counted back from the newest) or `#41` (its number in the room).
  [[nodiscard]] std::optional<protocol::Sequence> Resolve(std::string_view number) const;
  // How far back a message is: 1 is the newest.
  [[nodiscard]] std::size_t Back(protocol::Sequence sequence) const;

 private:
  template <class Wanted>
  [[nodiscard]] std::optional<protocol::Sequence> Newest(Wanted wanted) const;

  std::map<protocol::Sequence, KeptMessage> messages_;
  protocol::Sequence newest_ = 0;
};

// The beginning of a text, on one line of at most so many bytes and dots.
std::string Excerpt(std::string_view text, std::size_t bytes = 60);

}  // namespace parley::client
