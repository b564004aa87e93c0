#include "server/admin/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace parley {

using std::chrono::milliseconds;

std::string ProgressText(milliseconds done, milliseconds all, Duration spent) {
  constexpr std::size_t kWidth = 30;
  const std::int64_t percent =
      all.count() > 0 ? std::clamp<std::int64_t>(done.count() * 100 / all.count(), 0, 100) : 100;
  const std::size_t filled = kWidth * static_cast<std::size_t>(percent) / 100;
  std::string text = '[' + std::string(filled, '#') + std::string(kWidth - filled, ' ') + "] " +
                     std::to_string(percent) + " %";
  // Below 2 %, the start of the program would distort the time that is left.
  if (percent < 2 || percent == 100) return text;
  const auto left = std::chrono::ceil<std::chrono::minutes>(spent * (100 - percent) / percent);
  return text + ", about " + std::to_string(left.count()) + " min left";
}

ProgressBar::ProgressBar() : terminal_(::isatty(STDERR_FILENO) == 1), begin_(ReadSystemClock().monotonic) {
}

ProgressBar::~ProgressBar() {
  if (!shown_.empty()) std::fputs("\r\x1B[K", stderr);
}

void ProgressBar::Show(milliseconds done, milliseconds all) {
  if (!terminal_) return;
  std::string text = ProgressText(done, all, ReadSystemClock().monotonic - begin_);
  if (text == shown_) return;
  shown_ = std::move(text);
  std::fprintf(stderr, "\r%s\x1B[K", shown_.c_str());
}

}  // namespace parley
