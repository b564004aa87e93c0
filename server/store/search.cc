#include "server/store/search.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "common/base/limits.h"
#include "common/protocol/fold.h"

namespace parley {
namespace {

// A byte that is folded by the tables of utf8proc takes much longer than others: those of Vietnamese and
// Hindi, for example. It counts as this many.
constexpr std::size_t kSlowByteCost = 4;

// How frequent a byte is in folded texts: of most texts in European languages, then Chinese ones. There the
// first byte of a character says little.
std::size_t FrequencyOf(char byte) {
  constexpr std::string_view kRareFirst = "zqxjkvbpygfwmucdlhrsnioate";
  const auto code = static_cast<unsigned char>(byte);
  if (code >= 0xC0) return kRareFirst.size() + 1;
  if (code >= 0x80) return kRareFirst.size() / 2;
  const std::size_t at = kRareFirst.find(byte);
  return at == std::string_view::npos ? 0 : at + 1;
}

std::size_t RarestIn(std::string_view word) {
  const auto rarest = std::ranges::min_element(word, std::ranges::less(), FrequencyOf);
  return static_cast<std::size_t>(rarest - word.begin());
}

}  // namespace

std::vector<Search::Word> Search::WordsOf(std::string_view text) {
  std::vector<Word> words;
  for (std::string& word : protocol::FoldedWords(text)) {
    const std::size_t rarest = RarestIn(word);
    words.push_back({.text = std::move(word), .rarest = rarest});
  }
  return words;
}

// Looking for one byte is many times faster than looking for several.
bool Search::Contains(std::string_view text, const Word& word) {
  const std::string_view wanted = word.text;
  if (text.size() < wanted.size()) return false;
  const std::size_t last = text.size() - wanted.size() + word.rarest;
  for (std::size_t at = word.rarest; at <= last; ++at) {
    const void* const hit = std::memchr(text.data() + at, wanted[word.rarest], last - at + 1);
    if (hit == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    if (text.substr(at - word.rarest, wanted.size()) == wanted) return true;
  }
  return false;
}

Search::Search(LogQuery query)
    : query_(std::move(query)),
      words_(WordsOf(query_.words)),
      before_(query_.before.value_or(std::numeric_limits<protocol::Sequence>::max())),
      done_(words_.empty()) {
}

bool Search::GoesOn() const {
  return !done_ && rows_ < limits::kSearchStepMessages && bytes_ < limits::kSearchStepBytes;
}

bool Search::Looks(protocol::Sequence seq, std::string_view text) {
  before_ = seq;
  ++rows_;
  return Matches(text);
}

bool Search::Matches(std::string_view text) {
  bytes_ += text.size() + protocol::Fold(text, folded_) * (kSlowByteCost - 1);
  return std::ranges::all_of(words_, [&](const Word& word) { return Contains(folded_, word); });
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
