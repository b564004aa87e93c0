// Writes WebM files with one track of Opus or VP8 (RFC 8794, RFC 9559), and finds the frames in them. It does
// no I/O: the writer appends bytes to a string, and the caller writes them to the file in that order.
//
// The segment and its clusters have no sizes, as in a live stream. So a file that ends early can be played up
// to its last whole block.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

// The size of a picture in pixels. VP8 has 14 bits for each number.
struct PictureSize {
  unsigned width = 0, height = 0;

  bool operator==(const PictureSize&) const = default;
};

// Reads the size from the start of a VP8 key frame (RFC 6386, section 9.1). Empty for any other frame, and
// for a size of 0.
std::optional<PictureSize> SizeOfKeyFrame(std::string_view frame);

class WebmWriter {
 public:
  // Where in the file DurationElement belongs once the duration is known. Until then a reader skips the
  // place.
  [[nodiscard]] std::size_t duration_at() const { return duration_at_; }
  static std::string DurationElement(std::chrono::milliseconds duration);

  // The start of the file. A picture has the size of its first key frame; it may change later. Without
  // `size`, the track is Opus: 48 kHz, two channels.
  void Begin(std::string& out, const std::optional<PictureSize>& size);
  // A frame, which can be decoded by itself if it is a key frame. Opus frames are. `time` is not negative,
  // and not before that of the last frame.
  void Append(std::string& out, std::chrono::milliseconds time, bool key_frame, std::string_view frame);

 private:
  std::size_t duration_at_ = 0;
  bool is_picture_ = false;
  std::optional<std::chrono::milliseconds> cluster_;  // when the present one begins
};

// WebmScanner finds the frames of a file that WebmWriter wrote. It looks only at the starts of elements, so a
// caller need not read the frames.
class WebmScanner {
 public:
  struct Frame {
    std::chrono::milliseconds time{0};
    std::uint64_t at = 0;  // where its bytes are in the file
    std::size_t size = 0;
  };
  enum class Step {
    kFrame,  // `frame` was found
    kMore,   // an element without a frame was skipped
    kEnd,    // the window is too short, or its bytes are malformed
  };
  // Bytes that a window needs.
  static constexpr std::size_t kWindow = 32;

  // Looks at the next element. `window`: the bytes of the file from at() on; fewer than kWindow only at the
  // end of the file. In a file that was cut off, the frame may extend beyond the end.
  Step Next(std::string_view window, Frame& frame);
  [[nodiscard]] std::uint64_t at() const { return at_; }

 private:
  std::uint64_t at_ = 0;
  std::chrono::milliseconds cluster_{0};  // when the present one begins
};

}  // namespace parley
