// Defines how calls are connected (--media).

#pragma once

namespace parley {

enum class MediaMode {
  kMesh,  // the pages directly
  kAuto,  // directly while a call is small and everybody hears everybody, and else through the server
  kSfu,   // always through the server
};

}  // namespace parley
