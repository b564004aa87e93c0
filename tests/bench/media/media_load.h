// MediaLoad runs clients of a call over real sockets, on one thread: some send, some receive, and every
// packet is checked on its way. Bounded: it throws std::runtime_error when something does not happen in time.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/io/selector.h"
#include "common/net/datagrams.h"
#include "tests/bench/histogram.h"
#include "tests/bench/media/media_client.h"
#include "tests/bench/media/media_signaling.h"
#include "tests/bench/media/stream_watch.h"

namespace parley::bench {

// What one client that sends sends; 0 bytes: nothing of that kind.
struct MediaFlow {
  std::size_t voice_bytes = 0, camera_bytes = 0;
  unsigned rate = 50;        // packets a second of each kind
  std::uint8_t level = 127;  // of the voice
};

class MediaLoad {
 public:
  // `address` is the client's own, in IPv4. `signaling` outlives this object.
  MediaLoad(std::string address, MediaSignaling& signaling);

  // A client joins the call. It connects, and sends from then on, as time passes. Returns its index.
  std::size_t Join(const MediaClient::Lines& lines, const MediaFlow& flow);
  // Time passes until all are connected.
  void Connect();
  // How loud a client speaks from now on.
  void Speak(std::size_t index, std::uint8_t level) { people_[index].flow.level = level; }
  // All who send report when they did.
  void Report();
  // Time passes.
  void Run(Duration time);
  // Time passes until `done`, at most that long. Whether it is done.
  template <typename Done>
  bool Until(Duration time, Done done) {
    const MonotonicTime end = Now() + time;
    while (!done() && Now() < end) Turn(end);
    return done();
  }
  // Nobody sends any more, and what is under way arrives.
  void Stop();
  // From here on it is counted anew. Faults are not forgotten.
  void Reset();

  // --- What happened ---
  [[nodiscard]] std::size_t received() const { return received_; }
  // Packets that should have been received, of all that each client has seen the first one of.
  [[nodiscard]] std::size_t expected() const;
  // Holes in the numbers of slots; and datagrams that this machine dropped because the load was too slow.
  [[nodiscard]] std::size_t missing() const;
  [[nodiscard]] std::size_t dropped_here() const;
  // What is wrong, in words; empty if everything was as it must be. Losses are not wrong.
  [[nodiscard]] std::string Problem() const;
  // From sending to receiving, in microseconds.
  [[nodiscard]] const Histogram& latency() const { return latency_; }
  // From joining to the first packet of each client that receives, in milliseconds.
  [[nodiscard]] const std::vector<double>& first_packets() const { return first_packets_; }
  // When `listener` received the newest voice of `speaker` that was sent at or after `since`; nothing yet.
  [[nodiscard]] bool Heard(std::size_t listener, std::size_t speaker, MonotonicTime since) const;
  static MonotonicTime Now() { return std::chrono::steady_clock::now(); }

 private:
  struct Seen {
    std::uint32_t first = 0, count = 0;
    MonotonicTime sent;  // when the newest was sent
  };
  using Source = std::pair<unsigned, bool>;  // publisher, and whether it is a picture
  struct Person {
    std::unique_ptr<MediaClient> client;
    DatagramSocket socket;
    DatagramPath server;
    MediaFlow flow;
    MonotonicTime joined, next_packet;
    std::map<std::string, StreamWatch> slots;  // by mid
    std::map<std::string, Source> shown;       // the last packet of each slot
    std::map<Source, Seen> seen;
    bool any = false;  // a packet has come
  };
  void Turn(MonotonicTime end);
  void SendDue(Person& person, MonotonicTime now);
  void Flush(Person& person);
  void Read(Person& person);
  void Take(Person& person, const MediaClient::Packet& packet, MonotonicTime now);

  std::string address_;
  MediaSignaling& signaling_;
  Selector selector_;
  std::vector<Person> people_;
  std::vector<std::size_t> by_descriptor_;
  MonotonicTime next_tick_, next_signaling_;
  bool sending_ = true;
  std::size_t received_ = 0;
  Histogram latency_;
  std::vector<double> first_packets_;
};

}  // namespace parley::bench
