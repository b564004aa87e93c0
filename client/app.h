// The composition root: options in, the right mode and the loop around it, the exit status out.

#pragma once

#include "client/options.h"

namespace parley::client {

// Runs the client to its end. 0: done, 1: failed while running, 2: the options can't be used.
int Run(const Options& options);

}  // namespace parley::client
