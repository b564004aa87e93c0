// Everything between the sockets: all peers' sessions, the hub and the log. Bytes go in, queues fill.
//
// It has no socket and reads no clock, so that a whole server runs in a test, in a fuzzer or in a simulation.
// The Loop calls it in the order of the turn (docs/architecture.md): Open, Receive, End and Lost for what
// happened, Tick for what is due, Commit for the turn's messages; then it flushes the queues of dirty() and
// says Flushed. One thread.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/refusal_log.h"
#include "common/base/timers.h"
#include "common/buffer/byte_queue.h"
#include "common/buffer/out_queue.h"
#include "server/accounts/accounts.h"
#include "server/dialect/encode.h"
#include "server/dialect/session.h"
#include "server/engine/pace.h"
#include "server/engine/peers_by_address.h"
#include "server/engine/phase.h"
#include "server/http/http_service.h"
#include "server/hub/hub.h"
#include "server/ops/metrics.h"
#include "server/store/message_log.h"

namespace parley {

struct ExchangeOptions {
  HubOptions hub;
  std::uint32_t rate = limits::kMessageRate;                 // chat a second a peer; 0 is no limit
  std::size_t queue_bytes = limits::kQueueBytes;             // what may wait for one peer
  std::size_t total_queue_bytes = limits::kTotalQueueBytes;  // memory of what waits for all together
  std::chrono::days forget_rooms{0};                         // rooms unused for so long; 0 is never
  bool proxy = false;                                        // believe X-Forwarded-For of loopback
  std::size_t peers_per_address = limits::kPeersPerAddress;  // 0 is no limit
};

// A connection that is there, after the handshake on the TLS door.
struct Arrival {
  std::string address;     // of the peer, without port
  bool loopback = false;   // that address is
  bool tls = false;        // it came through the TLS door
  bool alpn_http = false;  // and said that it speaks HTTP
  bool refused = false;    // there is no room for it: it is told so in its dialect, once that is known
  bool crowded = false;    // the same, for its address has too many
};

class Exchange {
 public:
  // The reason for leaving that the journal gives to everybody who is here at a shutdown.
  static constexpr std::string_view kStopped = "stopped";

  // `log` and `accounts` must not be null. `rooms`: as they were set up before a restart.
  Exchange(ExchangeOptions options, std::unique_ptr<MessageLog> log, std::unique_ptr<Accounts> accounts,
           std::vector<RoomSettings> rooms = {});

  // --- What happened to a connection ---

  PeerIndex Open(Arrival arrival, const Now& now);
  void Receive(PeerIndex peer, std::string_view bytes, const Now& now);
  // It has finished sending.
  void End(PeerIndex peer, const Now& now);
  // The connection is gone, or is to be: `reason` is what others are told (`left`, `lost`).
  void Lost(PeerIndex peer, std::string_view reason, const Now& now);
  // Its queue is flushed, and our end is shut.
  void Linger(PeerIndex peer) { peers_[peer]->phase = Phase::kLingering; }
  // Forgets the peer; its number may be used again.
  void Release(PeerIndex peer);

  // --- The turn ---

  // Deadlines that are due: undecided peers, hellos, paced peers, counts of large rooms.
  void Tick(const Now& now);
  // Hands the turn's messages to the log as one batch, and sends on what log and accounts have done.
  void Commit(const Now& now);
  // When Tick wants to be called next.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  // Whether there is work that waits for nothing: the turn must not sleep.
  [[nodiscard]] bool HasWork() const {
    return (!posts_.empty() && !append_under_way_) || !ready_.empty() || !visits_.empty();
  }
  // Says `closing` to all members, and closes each peer once its queue is sent. A peer that is opened after
  // that is closed at once.
  void Shutdown(const Now& now);

  // --- What a connection is to do ---

  // Peers whose queue or state changed since the last call; each once. The list is the caller's.
  std::vector<PeerIndex> TakeDirty();
  OutQueue& out(PeerIndex peer) { return peers_[peer]->out; }
  // Whether more of its bytes are wanted now.
  [[nodiscard]] bool WantsRead(PeerIndex peer) const;
  // Nothing of this queue may be sent yet.
  [[nodiscard]] bool Withheld(PeerIndex peer) const;
  [[nodiscard]] Phase phase(PeerIndex peer) const { return peers_[peer]->phase; }
  // Whether it has finished sending.
  [[nodiscard]] bool ended(PeerIndex peer) const { return peers_[peer]->session.ended(); }
  // To be closed once its queue is flushed.
  [[nodiscard]] bool closing(PeerIndex peer) const { return peers_[peer]->closing(); }
  // The queue was flushed as far as the socket takes. `blocked`: it takes no more now.
  void Flushed(PeerIndex peer, bool blocked, const Now& now);

  // Whether the peer is a raw peer that sends nothing more and has left the lobby.
  [[nodiscard]] bool listens(PeerIndex peer) const;
  // The raw peer that has been a listener for longest; only those from `address`, if it is given. It is
  // the first to close when there is no room. kNoPeer: there is none.
  [[nodiscard]] PeerIndex OldestListener(std::optional<std::string_view> address = std::nullopt) const;

  [[nodiscard]] std::size_t peer_count() const { return peer_count_; }
  // Who comes from where: the connections' to fill, but for those that a proxy speaks for.
  [[nodiscard]] PeersByAddress& by_address() { return by_address_; }
  // What happened, for whoever wants to count more; and what is so now, of the gauges that it knows.
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] Gauges gauges() const;
  // What HTTP requests get: the page and the like. To be filled by whoever makes the exchange.
  [[nodiscard]] HttpService& http() { return http_; }

 private:
  struct Peer {
    Peer(Arrival from, std::uint32_t rate) : session(from.alpn_http), arrival(std::move(from)), pace(rate) {}

    [[nodiscard]] bool closing() const { return phase >= Phase::kDraining; }

    // What a delivery needs stands together.
    OutQueue out;
    Phase phase = Phase::kUndecided;
    bool dirty = false;  // in dirty_
    Session session;
    Slab replies;  // of this turn, to it alone

    Arrival arrival;
    ByteQueue in;  // what is not decoded yet
    Pace pace;
    // A request that waits for its pace or for the log; nothing after it is decoded meanwhile.
    std::optional<Session::Asked> parked;
    std::optional<std::uint64_t> login;      // ticket of the check that is under way
    std::optional<MonotonicTime> resume_at;  // for pace
    std::optional<MonotonicTime> decide_by;  // undecided becomes raw
    std::optional<MonotonicTime> hello_by;
    std::optional<MonotonicTime> request_by;  // HTTP: a head, or the next request
    std::size_t unsent = 0;                   // of HTTP's answers, when that time-out was looked at last
    std::optional<MonotonicTime> silent_by;   // WebSocket: looked at when due, moved by what was heard since
    MonotonicTime heard;
    BlobRef upgrade;  // what made a WebSocket of it, until its queue was empty once
    bool pinged = false;
    bool stalled = false;     // its own replies fill its queue: it is not read until they are sent
    bool ready = false;       // in ready_
    bool forwarded = false;   // counted by the address that a proxy named
    std::size_t waiting = 0;  // bytes of its queue, where its socket took no more
  };

  // Bytes to requests (exchange.cc).
  void Process(PeerIndex index, std::string_view input, const Now& now);
  bool Step(PeerIndex index, std::string_view& input, const Now& now);  // false: no more of it now
  bool Take(PeerIndex index, Session::Step& step, const Now& now);
  void Decide(PeerIndex index, Dialect dialect, const Now& now);
  void DecideNow(PeerIndex index, const Now& now);
  bool AnswerHttp(PeerIndex index, const HttpRequest& request, const Now& now);
  void PushResponse(PeerIndex index, const HttpResponse& response);
  void RefuseHttp(PeerIndex index, const HttpBad& bad, const Now& now);
  bool TakeForwarded(PeerIndex index, const HttpRequest& request, const Now& now);
  void UpgradeToWebSocket(PeerIndex index, const Now& now);
  void WatchSilence(PeerIndex index, const Now& now);
  void TakeChunk(PeerIndex index, Session::Chunk chunk, const Now& now);
  void TakeRequest(PeerIndex index, Session::Asked asked, const Now& now);
  void Answer(PeerIndex index, Session::Asked asked, const Now& now);
  void Resume(PeerIndex index, const Now& now);
  void ResumeReady(const Now& now);
  void PassDeadlines(PeerIndex index, const Now& now);
  void LookAfterRooms(const Now& now);
  void SetReady(PeerIndex index);
  void SetTimer(PeerIndex index);
  void FinishIfEnded(PeerIndex index, const Now& now);
  [[nodiscard]] bool Held(const Peer& peer) const;
  bool Stalls(PeerIndex index);
  [[nodiscard]] std::size_t queue_memory() const;
  void GiveUpSlow(PeerIndex index);
  void ShortenQueues();

  // Peers that are refused, or that speak another protocol (refusals.cc).
  void Refuse(PeerIndex index, Dialect dialect, const Now& now);
  void RefuseForeign(PeerIndex index);
  void RefuseLate(PeerIndex index, Dialect dialect, const Now& now);
  void Break(PeerIndex index, const Session::Broken& broken);

  // What the hub wants, and the queues (fan_out.cc).
  void CarryOut(const Now& now);
  void Deliver(ToPeer& item);
  void Deliver(ToRoom& item);
  void Deliver(ChatToRoom& item);
  void Deliver(RawToRoom& item);
  void Deliver(ClosePeer& item);
  void Deliver(TellRaw& item);
  void DeliverToListeners(const Slice& bytes);
  void Push(Peer& peer, PeerIndex index, const Slice& bytes);
  void Push(PeerIndex index, const Slice& bytes);
  void Push(PeerIndex index, const BlobRef& bytes);
  void Close(PeerIndex index, std::string_view reason);
  void MarkDirty(PeerIndex index);
  void Fail(PeerIndex index, ErrorCode code, std::string_view text);
  void CloseAfterError(PeerIndex index, ErrorCode code);
  void GoOn(PeerIndex index);
  void Finish(LoginAnswer answer, const Now& now);
  void Finish(MessageLog::Appended done, const Now& now);
  void Finish(MessageLog::Loaded done, const Now& now);

  ExchangeOptions options_;
  PeersByAddress by_address_;
  HttpService http_;
  RefusalLog refusals_;
  std::unique_ptr<Accounts> accounts_;
  Hub hub_;  // asks the accounts for keys and tokens
  std::unique_ptr<MessageLog> log_;
  Outbox outbox_;
  Counters counters_;
  Timers timers_;                                     // by peer
  std::unordered_map<const Room*, RoomSlabs> slabs_;  // of this turn

  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<PeerIndex> free_;
  std::size_t peer_count_ = 0;
  bool stopped_ = false;  // by Shutdown
  std::vector<PeerIndex> dirty_;
  std::vector<PeerIndex> ready_;      // may go on with what waits
  std::vector<PeerIndex> undecided_;  // hear the lobby meanwhile
  // Peers to be taken out of the hub once what it wants now is carried out.
  std::vector<std::pair<PeerIndex, std::string>> leaving_;

  std::unordered_map<std::uint64_t, Origin> logins_under_way_;  // by ticket
  std::uint64_t next_ticket_ = 1;
  std::optional<MonotonicTime> rooms_at_;  // when the log is told which are in use
  std::vector<Visit> visits_;              // of this turn
  std::vector<Post> posts_;                // of this turn
  std::vector<Post> posts_under_way_;      // in the log, their entries with it
  bool append_under_way_ = false;
  MonotonicTime append_began_;
  std::deque<Load> loads_under_way_;  // in the log, first come first served
};

}  // namespace parley
