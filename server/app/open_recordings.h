// Opens the folder of --recordings.

#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "server/config/config.h"
#include "server/recordings/recording_work.h"

namespace parley {

// Null without --recordings. Throws CannotStart.
std::unique_ptr<RecordingWork> OpenRecordings(const Config& config);

// The id of a new recording, which names its folder: when it began, in UTC, and something that no other has.
std::string MakeRecordingId(WallTime now);

}  // namespace parley
