// Defines the fixed limits of several servers that share one order, each with its reason. They are not in
// limits.h because few files need them. scripts/limits-table writes the limits of all such files to
// docs/limits.md.

#pragma once

#include <chrono>
#include <cstddef>

namespace parley::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- Several servers (not used by the server yet) ---

// The commands of one batch. etcd takes 1.5 MiB in a transaction; a busy turn of a server has some 10 KiB.
inline constexpr std::size_t kClusterBatchBytes = 512 * 1024;
// Commands that came in the order and were not taken yet. Beyond it, the server stops reading the store.
// Three servers wrote at most this much in about a second of a test.
inline constexpr std::size_t kClusterQueueBytes = 4 * 1024 * 1024;
// The same, counted in batches, because empty batches use memory, too.
inline constexpr std::size_t kClusterQueue = 10'000;
// One answer of etcd, or one line of a stream. etcd splits a stream at 2 MiB, and base64 makes it longer.
inline constexpr std::size_t kClusterAnswerBytes = 4 * 1024 * 1024;
// Hashes that a server remembers, to compare them with those of servers that are behind: some seconds of the
// fastest order that was measured.
inline constexpr std::size_t kClusterHashes = 4'096;
// Incarnations of servers whose batches are counted. A cluster has a few servers, which restart now and then.
inline constexpr std::size_t kClusterCounters = 1'000;
// How long an answer of the store may take. Under load, a commit on a slow disk takes some 100 ms.
inline constexpr seconds kClusterAnswer{2};
// How often a server asks the store for the end of the order. This also shows whether the store answers.
inline constexpr seconds kClusterCheck{2};
// How long a server waits if nothing comes, although the order is known to be longer. It then asks another
// server of the store.
inline constexpr seconds kClusterSilence{4};
// The first pause after a failure. Each further pause is twice as long.
inline constexpr milliseconds kClusterPause{50};
// The longest pause after a failure. The store elects a new leader within a second or two.
inline constexpr milliseconds kClusterLongestPause{500};
// Servers of the store. etcd's documentation advises at most seven.
inline constexpr std::size_t kClusterUrls = 16;

}  // namespace parley::limits
