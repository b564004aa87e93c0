// Runs the client: the composition root. It makes the mode that the options ask for, runs it, and returns the
// exit status.

#pragma once

#include "client/options.h"

namespace parley::client {

// Runs the client to its end. 0: done, 1: failed while running, 2: the options can't be used.
int Run(const Options& options);

}  // namespace parley::client
