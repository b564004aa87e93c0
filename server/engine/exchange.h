// Exchange is a server without sockets: the facade of the engine's parts for the Loop, tests, the simulation
// and fuzzers. Bytes go in, queues fill.
//
// It reads no clock, so that a whole server runs in a test. The Loop calls it in the order of the turn
// (docs/architecture.md): Open, Receive, End and Lost for what happened, Tick for what is due, Commit for the
// turn's messages; then it flushes the queues of TakeDirty and says Flushed. One thread.
//
// It has more than 25 functions because it is the facade of seven classes. Almost all of them only forward
// calls.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/buffer/out_queue.h"
#include "server/accounts/accounts.h"
#include "server/engine/connections.h"
#include "server/engine/delivery.h"
#include "server/engine/dispatch.h"
#include "server/engine/intake.h"
#include "server/engine/pending.h"
#include "server/engine/transfers.h"
#include "server/engine/web.h"
#include "server/files/files.h"
#include "server/http/http_service.h"
#include "server/hub/hub.h"
#include "server/model/media_link.h"
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

class Exchange {
 public:
  // The reason for leaving that the journal gives to everybody who is here at a shutdown.
  static constexpr std::string_view kStopped = "stopped";

  // `log` and `accounts` must not be null. `rooms`: as they were set up before a restart. Null `files`: the
  // server takes no files.
  Exchange(ExchangeOptions options, std::unique_ptr<MessageLog> log, std::unique_ptr<Accounts> accounts,
           std::vector<RoomSettings> rooms = {}, std::unique_ptr<Files> files = {});
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Calls go through `media` in that mode, which is not kMesh. Call it before the first Open. `media` must
  // outlive this object. For `why_no_answer` see HubOptions.
  void UseMedia(MediaMode mode, MediaLink& media,
                std::function<std::string(std::string_view sdp)> why_no_answer = protocol::WhyNoOffer);

  // These calls can be recorded. Call it after UseMedia. For `new_recording` see HubOptions.
  void UseRecordings(std::function<std::string(WallTime now)> new_recording) {
    hub_.SetRecording(std::move(new_recording));
  }

  // --- What happened to a connection ---

  PeerIndex Open(Arrival arrival, const Now& now);
  void Receive(PeerIndex peer, std::string_view bytes, const Now& now) { intake_.Receive(peer, bytes, now); }
  // It has finished sending.
  void End(PeerIndex peer, const Now& now) { intake_.End(peer, now); }
  // The connection is gone, or is to be: `reason` is what others are told (`left`, `lost`).
  void Lost(PeerIndex peer, std::string_view reason, const Now& now);
  // Its queue is flushed, and our end is shut.
  void Linger(PeerIndex peer) { connections_.Linger(peer); }
  // Forgets the peer; its number may be used again.
  void Release(PeerIndex peer) { connections_.Release(peer); }

  // --- The turn ---

  // Deadlines that are due: undecided peers, hellos, paced peers, counts of large rooms.
  void Tick(const Now& now);
  // Hands the turn's messages to the log as one batch, and sends on what log and accounts have done.
  void Commit(const Now& now);
  // When Tick wants to be called next.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  // Whether there is work that waits for nothing: the turn must not sleep.
  [[nodiscard]] bool HasWork() const {
    return pending_.HasWork() || connections_.any_ready() || files_->HasWork();
  }
  // Says `closing` to all members, and closes each peer once its queue is sent. A peer that is opened after
  // that is closed at once.
  void Shutdown(const Now& now);

  // --- What a connection is to do ---

  // Peers whose queue or state changed since the last call; each once. The list is the caller's.
  std::vector<PeerIndex> TakeDirty() { return delivery_.TakeDirty(); }
  OutQueue& out(PeerIndex peer) { return connections_[peer].out; }
  // Whether more of its bytes are wanted now.
  [[nodiscard]] bool WantsRead(PeerIndex peer) const { return intake_.WantsRead(peer); }
  // Nothing of this queue may be sent yet.
  [[nodiscard]] bool Withheld(PeerIndex peer) const {
    return connections_[peer].session.dialect() == Dialect::kUndecided;
  }
  [[nodiscard]] Phase phase(PeerIndex peer) const { return connections_[peer].phase; }
  // Whether it has finished sending.
  [[nodiscard]] bool ended(PeerIndex peer) const { return connections_[peer].session.ended(); }
  // To be closed once its queue is flushed.
  [[nodiscard]] bool closing(PeerIndex peer) const { return connections_[peer].closing(); }
  // The queue was flushed as far as the socket takes. `blocked`: it takes no more now.
  void Flushed(PeerIndex peer, bool blocked, const Now& now);

  // Whether the peer is a raw peer that sends nothing more and has left the lobby.
  [[nodiscard]] bool listens(PeerIndex peer) const;
  // The raw peer that has been a listener for longest; only those from `address`, if it is given. It is
  // the first to close when there is no room. kNoPeer: there is none.
  [[nodiscard]] PeerIndex OldestListener(std::optional<std::string_view> address = std::nullopt) const;

  [[nodiscard]] std::size_t peer_count() const { return connections_.size(); }
  // How many peers each address has. The owner counts its connections; those through a proxy count here.
  [[nodiscard]] PeersByAddress& by_address() { return connections_.by_address(); }
  // What has happened. The owner may count more.
  [[nodiscard]] Counters& counters() { return counters_; }
  // How messages follow each other.
  [[nodiscard]] TurnTaking& turn_taking() { return dispatch_.turn_taking(); }
  // The present values that the engine knows.
  [[nodiscard]] Gauges gauges() const;
  // What HTTP requests get: the page and the like. The owner of the exchange fills it.
  [[nodiscard]] HttpService& http() { return http_; }

 private:
  void LookAfterRooms(const Now& now);

  Counters counters_;
  Connections connections_;
  HttpService http_;
  Pending pending_;
  std::unique_ptr<Files> files_;
  Hub hub_;  // asks the accounts for keys and tokens, and the files
  Delivery delivery_;
  Dispatch dispatch_;
  Transfers transfers_;
  Web web_;
  Intake intake_;
  std::chrono::days forget_rooms_;
  std::optional<MonotonicTime> rooms_at_;  // when the log is told which are in use
  bool stopped_ = false;                   // by Shutdown
};

}  // namespace parley
