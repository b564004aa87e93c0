// The numbers by which media knows members and streams. They are different types so that they are not mixed
// up.

#pragma once

#include <cstdint>

namespace parley {

// A member of a call. Never used again.
enum class MediaMember : std::uint64_t {};

// One stream of packets that a page sends: a voice, or one layer of a picture. Never used again.
enum class MediaStream : std::uint64_t {};

// Gives new numbers of both kinds.
class MediaNumbers {
 public:
  MediaMember NextMember() { return MediaMember{++members_}; }
  MediaStream NextStream() { return MediaStream{++streams_}; }

 private:
  std::uint64_t members_ = 0, streams_ = 0;
};

}  // namespace parley
