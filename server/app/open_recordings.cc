#include "server/app/open_recordings.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "common/base/random.h"
#include "server/app/cannot_start.h"
#include "server/app/options.h"

namespace parley {

std::unique_ptr<RecordingWork> OpenRecordings(const Config& config) {
  if (config.recordings.empty()) return nullptr;
  std::string error;
  auto folder = RecordingFolder::Open(config.recordings, {.total_bytes = config.recordings_total_bytes},
                                      ToRetention(config), error);
  std::error_code no_thread;
  auto work = folder ? RecordingWork::Open(std::move(folder), no_thread) : nullptr;
  if (no_thread) error = "cannot start a thread for it: " + no_thread.message();
  if (!work) {
    throw CannotStart{"can't use the folder of recordings " + config.recordings + ": " + error +
                      "; choose another with --recordings DIR, or use --recordings off"};
  }
  return work;
}

std::string MakeRecordingId(WallTime now) {
  // `2026-01-31T09:05:07.042Z` becomes `20260131-090507`.
  std::string time = FormatTime(now).substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::replace(time.begin(), time.end(), 'T', '-');
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string letters;
  for (const char byte : RandomBytes(8))
    letters += kLetters[static_cast<unsigned char>(byte) % kLetters.size()];
  return time + "-" + letters;
}

}  // namespace parley
