// MediaLink joins the server's thread to the media engine, which runs on a thread of its own: commands go
// there, and events come back. The Waker of the server's loop is woken when events can be taken.
//
// MediaLoop implements it. Tests use a fake. All calls are made on the server's thread. None blocks.

#pragma once

#include <vector>

#include "server/model/media_messages.h"

namespace parley {

class MediaLink {
 public:
  MediaLink() = default;
  MediaLink(const MediaLink&) = delete;
  MediaLink& operator=(const MediaLink&) = delete;
  virtual ~MediaLink() = default;

  // Gives a command. False if it was dropped, because the engine is too far behind. That can happen to
  // MediaOffer and MediaWants alone; the member should be told to try again later.
  virtual bool Give(MediaCommand command) = 0;
  // The events since the last call, in order.
  virtual std::vector<MediaEvent> Take() = 0;
};

}  // namespace parley
