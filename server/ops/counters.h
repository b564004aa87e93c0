// Counters holds what the server counts while it runs. They are plain numbers of the loop's thread, increased
// where something happens: nothing here is atomic, looked up or allocated. They become metrics only when
// somebody asks (metrics.h).

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/errors.h"

namespace parley {

// TimeHistogram counts how long something took each time, as a Prometheus histogram does.
class TimeHistogram {
 public:
  using Time = std::chrono::nanoseconds;
  // The upper ends of the buckets. One more bucket takes times that are longer than all of them.
  static constexpr std::array kBounds = {
      Time(std::chrono::microseconds(20)),   Time(std::chrono::microseconds(50)),
      Time(std::chrono::microseconds(100)),  Time(std::chrono::microseconds(250)),
      Time(std::chrono::microseconds(500)),  Time(std::chrono::milliseconds(1)),
      Time(std::chrono::microseconds(2500)), Time(std::chrono::milliseconds(5)),
      Time(std::chrono::milliseconds(10)),   Time(std::chrono::milliseconds(25)),
      Time(std::chrono::milliseconds(50)),   Time(std::chrono::milliseconds(100)),
      Time(std::chrono::milliseconds(250)),  Time(std::chrono::seconds(1)),
      Time(std::chrono::seconds(5))};

  void Add(Time time) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && time > kBounds[bucket]) ++bucket;
    ++counts_[bucket];
    sum_ += time;
  }

  // The count of each bucket alone, without those before it.
  [[nodiscard]] const std::array<std::uint64_t, kBounds.size() + 1>& counts() const { return counts_; }
  [[nodiscard]] Time sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  Time sum_{};
};

inline constexpr std::size_t kErrorCodes = static_cast<std::size_t>(ErrorCode::kInternal) + 1;

// Why a connection was rejected.
enum class NoRoom {
  kFull,         // the server is full, and told the peer so
  kAddress,      // its address has too many; the peer was told so
  kUnheard,      // closed without an answer: too many others were being told
  kDescriptors,  // none was left: the connection waits in the kernel
};
inline constexpr std::array<std::string_view, 4> kNoRoomReasons = {"full", "address", "unheard",
                                                                   "descriptors"};

// Statuses of HTTP that refuse (RFC 9110, 15.5 and 15.6), and codes that a WebSocket is closed with (RFC
// 6455, 7.4.1).
inline constexpr int kFirstHttpRefusal = 400;
inline constexpr int kFirstWebSocketCode = 1000;

struct Counters {
  TimeHistogram turns;  // without the wait
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;

  std::uint64_t plain_connections = 0;
  std::uint64_t tls_connections = 0;
  std::array<std::uint64_t, kNoRoomReasons.size()> no_room{};  // by NoRoom

  std::uint64_t handshakes_done = 0;
  std::uint64_t handshakes_failed = 0;  // not TLS, or a version that is not supported
  std::uint64_t handshakes_late = 0;
  std::uint64_t handshakes_given_up = 0;  // all that were not done: failed, late, or displaced

  std::uint64_t messages = 0;                         // stored
  std::uint64_t deliveries = 0;                       // into a peer's queue
  std::array<std::uint64_t, kErrorCodes> refusals{};  // by ErrorCode
  std::array<std::uint64_t, 200> http_refusals{};     // by status, from kFirstHttpRefusal on
  std::array<std::uint64_t, 16> websocket_breaks{};   // by code, from kFirstWebSocketCode on

  TimeHistogram log_batches;
  std::uint64_t log_failures = 0;
};

// These count a refusal and log its reason (debug), without anything about the peer.
void CountRefusal(Counters& counters, ErrorCode code);             // an error that a peer was told
void CountHttpRefusal(Counters& counters, int status);             // 400 to 599
void CountWebSocketBreak(Counters& counters, std::uint16_t code);  // 1000 to 1015
void CountNoRoom(Counters& counters, NoRoom reason);

}  // namespace parley
