// Decides whether a message may be changed, and changes it: the rules of every log. A log calls it when the
// change takes its place in the order, so that nothing comes between the check and the act.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/errors.h"
#include "server/model/change.h"

namespace parley {

// One message, as a log holds it. The log makes the changes; the caller decides.
class StoredMessage {
 public:
  struct PollFacts {
    std::size_t options = 0;
    bool multiple = false;
    bool closed = false;
  };
  struct Facts {
    std::string author_key;
    std::string text;
    bool deleted = false;
    bool has_file = false;
    std::optional<PollFacts> poll = {};
  };

  StoredMessage() = default;
  StoredMessage(const StoredMessage&) = delete;
  StoredMessage& operator=(const StoredMessage&) = delete;
  virtual ~StoredMessage() = default;

  [[nodiscard]] virtual const Facts& facts() const = 0;
  virtual void SetText(const std::string& text, WallTime edited) = 0;
  // Deletes the text, the reactions and the poll.
  virtual void Erase() = 0;
  [[nodiscard]] virtual bool Reacts(const std::string& emoji, const std::string& who) = 0;
  // Different emoji, and whether this is one of them.
  [[nodiscard]] virtual std::size_t EmojiCount() = 0;
  [[nodiscard]] virtual bool HasEmoji(const std::string& emoji) = 0;
  virtual void SetReaction(const std::string& emoji, const std::string& who, bool on) = 0;
  [[nodiscard]] virtual std::vector<std::size_t> ChoicesOf(const std::string& who) = 0;
  virtual void SetChoices(const std::string& who, const std::vector<std::size_t>& choices) = 0;
  virtual void ClosePoll() = 0;
};

struct Verdict {
  std::optional<ErrorCode> refused = {};
  bool changed = false;  // false, and not refused: it is as wanted already
};
// `who`: key of the identity that wants it.
Verdict Apply(const Change& change, const std::string& who, WallTime now, StoredMessage& message);

}  // namespace parley
