// Defines the fixed limits of several servers that share one order, each with its reason. It belongs to
// limits.h, and is a file of its own because few files need it. scripts/limits-table writes all of them to
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
// Commands that came in the order and were not taken yet. Beyond that, the store is not read: about a
// second of the most that three servers wrote in a test.
inline constexpr std::size_t kClusterQueueBytes = 4 * 1024 * 1024;
// The same in batches, which use memory even when they are empty.
inline constexpr std::size_t kClusterQueue = 10'000;
// One answer of etcd, or one line of a stream. etcd cuts what follows at 2 MiB, and base64 makes it longer.
inline constexpr std::size_t kClusterAnswerBytes = 4 * 1024 * 1024;
// Hashes that a server remembers, to compare what others say of an earlier place in the order: some seconds
// of the fastest order that was measured.
inline constexpr std::size_t kClusterHashes = 4'096;
// Incarnations of servers whose batches are counted. A cluster has a few servers, which restart now and then.
inline constexpr std::size_t kClusterCounters = 1'000;
// How long an answer of the store may take. Under load, a commit on a slow disk takes some 100 ms.
inline constexpr seconds kClusterAnswer{2};
// How often a server asks the store whether it is there, and for the end of the order.
inline constexpr seconds kClusterCheck{2};
// How long nothing may come while the order is known to be longer. Then another server of the store is asked.
inline constexpr seconds kClusterSilence{4};
// The first pause after a failure. Each further one is twice as long.
inline constexpr milliseconds kClusterPause{50};
// The longest such pause: a new leader of the store is there within a second or two.
inline constexpr milliseconds kClusterLongestPause{500};
// Servers of the store. etcd advises at most seven.
inline constexpr std::size_t kClusterUrls = 16;

}  // namespace parley::limits
