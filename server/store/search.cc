#include "server/store/search.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "common/base/limits.h"
#include "common/protocol/names.h"

namespace parley {
namespace {

// Folding has made a plain space of every wide one.
std::vector<std::string> WordsOf(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  std::vector<std::string> words;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    words.emplace_back(word);
    text.remove_prefix(word.size());
  }
}

// The longest word first: it is likely to be the rarest, and most texts need no other one looked for.
std::vector<std::string> RarestFirst(std::vector<std::string> words) {
  std::ranges::stable_sort(words, std::ranges::greater(), &std::string::size);
  return words;
}

}  // namespace

Search::Search(LogQuery query)
    : query_(std::move(query)),
      words_(RarestFirst(WordsOf(protocol::Folded(query_.words)))),
      before_(query_.before.value_or(std::numeric_limits<protocol::Sequence>::max())),
      done_(words_.empty()) {
}

bool Search::GoesOn() const {
  return !done_ && rows_ < limits::kSearchStepMessages && bytes_ < limits::kSearchStepBytes;
}

bool Search::Looks(protocol::Sequence seq, std::string_view text) {
  before_ = seq;
  ++rows_;
  bytes_ += text.size();
  return Matches(text);
}

bool Search::Matches(std::string_view text) const {
  const std::string folded = protocol::Folded(text);
  return std::ranges::all_of(words_,
                             [&](const std::string& word) { return folded.find(word) != std::string::npos; });
}

std::vector<protocol::MessageEvent> Search::TakeFound() {
  page_bytes_ = 0;
  return std::exchange(page_.messages, {});
}

void Search::Add(protocol::MessageEvent message) {
  page_bytes_ += protocol::EncodedSizeBound(message);
  const bool full = page_.messages.size() >= query_.limit ||
                    (page_bytes_ > limits::kReplyMessageBytes && !page_.messages.empty());
  if (full) {
    page_.more = done_ = true;
  } else {
    page_.messages.push_back(std::move(message));
  }
}

}  // namespace parley
