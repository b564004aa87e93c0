#include "server/store/stretch.h"

#include <algorithm>

#include "common/base/limits.h"

namespace parley {

using protocol::Sequence;

std::optional<protocol::Page> Stretch::Select(const LogQuery& query) const {
  protocol::Page page;
  page.last = last;
  page.first = first;
  page.rev = rev;
  bool missing = false;
  std::size_t bytes = 0;
  const auto take = [&](Sequence seq) {
    if (page.messages.size() == query.limit) return false;
    missing = seq < begin();
    if (missing) return false;
    bytes += protocol::EncodedSizeBound(at(seq));
    if (bytes > limits::kReplyMessageBytes && !page.messages.empty()) return false;
    page.messages.push_back(at(seq));
    return true;
  };
  if (query.after) {
    Sequence next = std::max(std::min(*query.after, last) + 1, first);
    while (next <= last && take(next)) ++next;
    page.more = next <= last;
  } else {
    Sequence next = query.before ? std::min(*query.before, last + 1) : last + 1;  // the one after it
    while (next > first && take(next - 1)) --next;
    page.more = next > first;
    std::ranges::reverse(page.messages);
  }
  if (missing) return std::nullopt;
  return page;
}

}  // namespace parley
