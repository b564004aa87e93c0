// Defines the fixed limits of videos of recordings, each with its reason. They are not in limits.h because
// few files need them. scripts/limits-table writes the limits of all such files to docs/limits.md.

#pragma once

#include <chrono>
#include <cstddef>

namespace parley::limits {

using std::chrono::milliseconds;

// --- Videos of recordings ---

// People with a place in the grid of an exported video. With more, faces and names in a picture of 720 lines
// are too small.
inline constexpr std::size_t kExportTiles = 25;
// People in the strip beside a shared screen. With more, their pictures are too small.
inline constexpr std::size_t kExportStripTiles = 16;
// A camera without a picture for this long counts as off. Pages send a picture at least once a second.
inline constexpr milliseconds kExportPictureGap{2000};
// Bytes of a voice that an export holds in memory before it writes them.
inline constexpr std::size_t kExportWriteBytes = 256 * 1024;

}  // namespace parley::limits
