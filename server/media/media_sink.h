// MediaSink takes the actions that the media engine requests: datagrams for pages, and events for the rest of
// the server.

#pragma once

#include <string_view>

#include "server/media/media_path.h"
#include "server/model/media_messages.h"
#include "server/model/recording.h"

namespace parley {

class MediaSink {
 public:
  MediaSink() = default;
  MediaSink(const MediaSink&) = delete;
  MediaSink& operator=(const MediaSink&) = delete;
  virtual ~MediaSink() = default;

  // `bytes` need not live longer than the call.
  virtual void Send(const MediaPath& path, std::string_view bytes) = 0;
  virtual void Tell(MediaEvent event) = 0;
  // Takes a part of a recording. Without recordings there are none.
  virtual void Keep(RecordedItem&& /*item*/) {}
};

}  // namespace parley
