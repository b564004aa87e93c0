// Search looks for the messages of a room that contain every word of a query, the newest first.
//
// A log shows it the room's messages, in steps, so that a step delays nothing else for long. Words are
// compared case-folded, as names are, and may begin and end anywhere in the text. Used by one thread at a
// time.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/page.h"
#include "server/store/message_log.h"

namespace parley {

class Search {
 public:
  // `query.words` are what is looked for. Without a word in them, nothing is found.
  explicit Search(LogQuery query);

  [[nodiscard]] const LogQuery& query() const { return query_; }
  // Nothing is left to look at, or to look for.
  [[nodiscard]] bool done() const { return done_; }
  // The messages before this one have not been looked at yet.
  [[nodiscard]] protocol::Sequence before() const { return before_; }

  void BeginStep() {
    rows_ = bytes_ = 0;
    ++steps_;
  }
  // Whether this step looks at another message.
  [[nodiscard]] bool GoesOn() const;
  // Looks at the next older message. If it contains every word, it is to be added.
  [[nodiscard]] bool Looks(protocol::Sequence seq, std::string_view text);
  void Add(protocol::MessageEvent message);
  [[nodiscard]] bool Matches(std::string_view text);
  // Messages may have changed since an earlier step found them: when the last step is done, what TakeFound
  // gives is to be looked at and added again, as it is then.
  [[nodiscard]] bool MustLookAgain() const { return done_ && steps_ > 1; }
  std::vector<protocol::MessageEvent> TakeFound();
  // There are no older messages.
  void End() { done_ = true; }

  // What was found, the newest first.
  protocol::Page TakePage() { return std::move(page_); }

 private:
  LogQuery query_;
  // A word, folded, and which of its bytes is the rarest in texts.
  struct Word {
    std::string text;
    std::size_t rarest;
  };
  static std::vector<Word> WordsOf(std::string_view text);
  static bool Contains(std::string_view text, const Word& word);

  std::vector<Word> words_;
  std::string folded_;  // the text that is looked at
  protocol::Sequence before_;
  protocol::Page page_;
  std::size_t page_bytes_ = 0;
  // The rows and bytes that this step has read. Each byte that is slow to fold counts as several.
  std::size_t rows_ = 0, bytes_ = 0;
  std::size_t steps_ = 0;
  bool done_ = false;
};

}  // namespace parley
