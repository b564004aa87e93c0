// Makes every object that the options ask for, and runs the server: the composition root.

#pragma once

#include "server/config/config.h"

namespace parley {

// Serves until SIGTERM or SIGINT. Returns the exit status: 0, or 1 if it could not start (then one line on
// stderr says why, and what to do).
int Serve(const Config& config);

}  // namespace parley
