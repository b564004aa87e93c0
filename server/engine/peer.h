// Peer is what the engine keeps of one connection. Connections owns it and alone changes its phase.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/buffer/byte_queue.h"
#include "common/buffer/out_queue.h"
#include "common/buffer/slab.h"
#include "server/dialect/session.h"
#include "server/engine/pace.h"
#include "server/engine/phase.h"
#include "server/engine/transfer.h"

namespace parley {

// A connection that is there, after the handshake on the TLS door.
struct Arrival {
  std::string address;     // of the peer, without port
  bool loopback = false;   // that address is
  bool tls = false;        // it came through the TLS door
  bool alpn_http = false;  // and said that it speaks HTTP
  bool refused = false;    // there is no room for it: it is told so in its dialect, once that is known
  bool crowded = false;    // the same, for its address has too many
};

// Deadlines are the times by which a peer must have done something, or may go on. One timer a peer is set to
// the earliest (Connections::SetTimer).
class Deadlines {
 public:
  enum Kind : std::uint8_t {
    kDecide,   // an undecided peer becomes raw
    kHello,    // a peer that speaks the protocol has said hello
    kRequest,  // HTTP: the head is whole, or the next request begins
    kSilence,  // WebSocket: looked at when due, moved by what was heard since
    kResume,   // the peer's pace allows its next request
  };

  std::optional<MonotonicTime>& operator[](Kind kind) { return times_[kind]; }
  const std::optional<MonotonicTime>& operator[](Kind kind) const { return times_[kind]; }

  [[nodiscard]] std::optional<MonotonicTime> Earliest() const {
    std::optional<MonotonicTime> earliest;
    for (const auto& time : times_) {
      if (time && (!earliest || *time < *earliest)) earliest = time;
    }
    return earliest;
  }
  // Whether it is due; then it is cleared.
  bool TakeDue(Kind kind, MonotonicTime now) {
    if (!times_[kind] || *times_[kind] > now) return false;
    times_[kind].reset();
    return true;
  }

 private:
  std::array<std::optional<MonotonicTime>, 5> times_;
};

// What came from a peer and is not carried out yet.
struct Input {
  ByteQueue bytes;  // not decoded yet
  Pace pace;
  // A request that waits for its pace, the log or the accounts. Nothing after it is decoded meanwhile.
  std::optional<Session::Asked> parked = {};
  bool stalled = false;  // its own replies fill its queue: it is not read until they are sent
};

// What HTTP and WebSocket need besides.
struct WebState {
  std::size_t unsent = 0;  // bytes of answers, when kRequest was due last
  BlobRef upgrade;         // the head that made a WebSocket of it, until the queue was empty once
  MonotonicTime heard;     // when anything was read last
  bool pinged = false;     // since then
};

struct Peer {
  Peer(Arrival from, std::uint32_t rate)
      : session(from.alpn_http), arrival(std::move(from)), input{.bytes = {}, .pace = Pace(rate)} {}

  [[nodiscard]] bool closing() const { return phase >= Phase::kDraining; }
  // Whether its bytes wait before they are decoded.
  [[nodiscard]] bool held() const {
    return input.parked.has_value() || deadlines[Deadlines::kResume].has_value() || input.stalled ||
           (transfer && transfer->holds());
  }

  // The first five are what a delivery needs: they stand together. Hence one struct of 15 members.
  OutQueue out;
  Phase phase = Phase::kUndecided;
  bool dirty = false;  // in Connections' list of such peers
  bool ready = false;  // likewise
  Session session;
  Slab replies;  // of this turn, to it alone

  Arrival arrival;
  bool forwarded = false;  // counted by the address that a proxy named
  Deadlines deadlines;
  Input input;
  WebState web;
  std::unique_ptr<Transfer> transfer;  // a file, on its way to or from it
  std::optional<std::uint64_t> login;  // ticket of the check that is under way (Pending)
  std::size_t waiting = 0;             // bytes of its queue, where its socket took no more
  MonotonicTime message_told;          // when others got its last message; see TurnTaking
};

}  // namespace parley
