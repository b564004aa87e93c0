// Faults on purpose for the real server: a library that is loaded before libc (LD_PRELOAD, faults_library.cc)
// makes its calls fail as a page of memory says, which the test shares with it and changes while it runs.
//
// Socket calls fail by lot, from a seed: short reads and writes, EINTR and EAGAIN come now and then for ever;
// the others so often as the page allows. The disk fails, or is slow, for as long as the page says so.

#pragma once

#include <atomic>
#include <cstdint>

namespace parley::test {

// All zeros: no fault. Filled by the test, read by the server at each call.
struct Faults {
  std::atomic<std::uint32_t> seed;
  std::atomic<std::uint32_t> short_io;      // per thousand: a read or write of one byte or a few
  std::atomic<std::uint32_t> interrupted;   // per thousand: EINTR
  std::atomic<std::uint32_t> would_block;   // per thousand: EAGAIN, though there was something
  std::atomic<std::int32_t> accept_error;   // errno of the next accepts,
  std::atomic<std::int32_t> accepts;        // so many of them
  std::atomic<std::int32_t> io_error;       // errno of the next reads or writes of a socket,
  std::atomic<std::int32_t> ios;            // so many of them
  std::atomic<std::int32_t> write_error;    // errno of every write to a file
  std::atomic<std::int32_t> sync_error;     // errno of every fsync and fdatasync
  std::atomic<std::uint32_t> sync_millis;   // how long each of them takes
  std::atomic<std::int32_t> clock_seconds;  // the wall clock is off by so much
  // What was done, for a test that wants to know whether it tests something.
  std::atomic<std::uint32_t> done_ios, done_accepts, done_writes, done_syncs;
};

// The variable of the environment that names the file with the page.
inline constexpr const char* kFaultsFile = "TEST_FAULTS_FILE";

}  // namespace parley::test
