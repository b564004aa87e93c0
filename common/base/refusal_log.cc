#include "common/base/refusal_log.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace parley {

void RefusalLog::Tell(std::string_view kind, const std::string& text, MonotonicTime now) {
  Kind& of_kind = kinds_[kind];
  if (of_kind.told < kFirst) {
    ++of_kind.told;
    of_kind.last = now;
    spdlog::info("{}", text);
    return;
  }
  ++of_kind.untold;
  if (now - of_kind.last < kPeriod) return;
  of_kind.last = now;
  spdlog::info("{} ({} of this kind since the last line)", text, std::exchange(of_kind.untold, 0));
}

}  // namespace parley
