// Phase says how far a connection has come. A phase only goes forward.
//
// The engine keeps the phase of each peer, and is the only place that changes it. During the TLS handshake
// there is no peer yet, so the Loop keeps the phase (kShaking).

#pragma once

#include <cstdint>

namespace parley {

enum class Phase : std::uint8_t {
  kShaking,    // its TLS handshake is under way: there is no peer yet
  kUndecided,  // its first bytes are to show what it speaks
  kOpen,       // it is answered; once it has finished sending, a raw peer goes on listening
  kDraining,   // being closed: what is queued is still sent, and nothing more is queued
  kLingering,  // our end is shut: what still comes is read and dropped
  kGone,       // to be released
};

}  // namespace parley
