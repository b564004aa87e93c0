#include "client/chat/revisions.h"

#include <algorithm>
#include <utility>

namespace parley::client {

void Revisions::Begin(protocol::Revision rev) {
  complete_ = newest_ = rev;
  behind_ = asked_ = false;
}

void Revisions::Resume(protocol::Revision rev, const Changes& changed, bool more) {
  newest_ = rev;
  asked_ = false;
  Take(changed, more);
}

void Revisions::Live(protocol::Revision rev) {
  newest_ = std::max(newest_, rev);
  if (!behind_) complete_ = std::max(complete_.value_or(0), rev);
}

void Revisions::Page(const Changes& changed, bool more) {
  if (!std::exchange(asked_, false)) return;
  // A page without any would be asked for again without end.
  Take(changed, more && !changed.empty());
}

std::optional<protocol::Revision> Revisions::Ask() {
  if (!behind_ || std::exchange(asked_, true)) return std::nullopt;
  return complete_;
}

void Revisions::Take(const Changes& changed, bool more) {
  behind_ = more;
  if (!more) {
    complete_ = newest_;
  } else if (!changed.empty()) {
    complete_ = changed.back().state.rev;
  }
}

}  // namespace parley::client
