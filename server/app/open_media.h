// Opens the SFU of a server, as its options say.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/endpoint.h"
#include "common/io/waker.h"
#include "server/config/config.h"
#include "server/media/media_loop.h"

namespace parley {

// `door` is where the TLS door listens, or the plain door without one: media use the same address, and the
// same number for UDP, or any number if the door takes any and that one is in use. Null if calls connect
// people directly: because the options say so, or because UDP cannot be had and they do not insist on it.
// Throws CannotStart. The TLS door takes media on TCP, too: `max_streams` connections at most. `waker` must
// outlive the result.
// `recordings`, too; null: calls are not recorded.
std::unique_ptr<MediaLoop> OpenMedia(const Config& config, const Endpoint& door, std::size_t max_streams,
                                     RecordingSink* recordings, const Waker& waker);

// Why an offer (a session description) cannot be answered, in words; empty if it can.
std::string WhyNoAnswer(std::string_view sdp);

}  // namespace parley
