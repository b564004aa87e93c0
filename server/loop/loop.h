// Loop runs the event loop: one select() over all sockets per turn.
//
// It owns the doors and the connections, and moves bytes between them and the Exchange. Only the select()
// itself blocks in a turn. One thread.
//
// It has more functions and members than other classes because each step of the turn works on the same
// connections. Its parts are files: loop.cc the turn, doors.cc new connections, quiet_peers.cc idle ones.

#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/timers.h"
#include "common/io/quiet_watch.h"
#include "common/io/selector.h"
#include "common/io/signals.h"
#include "common/io/waker.h"
#include "common/net/channel.h"
#include "common/net/listener.h"
#include "server/engine/exchange.h"
#include "server/engine/peers_by_address.h"
#include "server/engine/phase.h"
#include "server/loop/gathering.h"

namespace parley {

class Loop {
 public:
  // `exchange` and `waker`, which ends the loop's waiting, must outlive it. At most `max_peers` connections
  // are served; some more hear that the server is full. Under load a turn waits up to `gather` for more
  // messages (Gathering); zero: never.
  Loop(Exchange& exchange, Waker& waker, std::size_t max_peers, Duration gather);

  // `tls`: peers shake hands first, with the context of SetTls.
  void AddDoor(Listener door, bool tls);
  // For handshakes from now on; connections that are there keep theirs.
  void SetTls(std::shared_ptr<TlsContext> context) { tls_ = std::move(context); }
  // From now on connections of TLS doors whose first byte is zero go to `take`: no TLS begins so, and media
  // on TCP (RFC 4571) does.
  void SetMediaTaker(std::function<void(Stream)> take) { take_media_ = std::move(take); }
  enum class Occasion {
    kTimer,   // about once a minute
    kReload,  // SIGHUP
    kWoken,   // the waker was: a thread may have something to hand over
  };
  // Called on these: what is kept is looked after. It must not block.
  void SetUpkeep(std::function<void(Occasion)> upkeep) { upkeep_ = std::move(upkeep); }
  // Turns until SIGTERM or SIGINT; then says goodbye, flushes for limits::kShutdown at most, and returns.
  void Run();

 private:
  // Which watcher waits until a connection becomes readable.
  enum class Watch {
    kLoop,
    kQuiet,  // quiet_watch_ alone, until it speaks
    kBoth,   // the loop again; quiet_watch_ hears it once more
  };
  struct Connection {
    explicit Connection(Channel through) : channel(std::move(through)) {}
    Channel channel;
    PeerIndex peer = kNoPeer;                    // once it is past its TLS handshake
    Phase before_peer = Phase::kShaking;         // until then; or kGone (PhaseOf)
    std::optional<PeersByAddress::Place> place;  // that its address had for it; none: it is not counted
    Watch watch = Watch::kLoop;
    bool looked = false;                 // at its first byte
    bool is_media = false;               // it is to go to take_media_
    bool blocked = false;                // the socket takes no more: watched for writing
    std::list<int>::iterator handshake;  // in handshakes_, while it shakes
    MonotonicTime heard;                 // when something was read last
  };
  // The exchange keeps it where there is a peer. Drop alone leads to kGone.
  [[nodiscard]] Phase PhaseOf(const Connection& connection) const {
    return connection.peer == kNoPeer ? connection.before_peer : exchange_.phase(connection.peer);
  }

  // The turn, in its order.
  void Turn();
  struct Door {
    Listener listener;
    bool tls;
  };

  std::span<const Selector::Ready> Wait();
  void Accept();
  void Read(std::span<const Selector::Ready> ready);
  void Flush();
  void Reap();

  void AcceptFrom(Door& door);
  void Greet(Stream stream, bool tls);
  void BeginHandshake(Connection& connection);
  void GiveUpHandshakes();
  bool MakeRoom(std::optional<std::string_view> address = std::nullopt);
  [[nodiscard]] std::size_t peers() const { return exchange_.peer_count() - gone_peers_; }
  void Shake(Connection& connection);
  void OpenPeer(Connection& connection);
  Connection* Find(int descriptor);
  void ReadFrom(Connection& connection);
  void EndOf(Connection& connection);
  void FlushTo(Connection& connection);
  void Finish(Connection& connection);
  void Drop(Connection& connection, std::string_view reason);
  void UpdateInterest(Connection& connection);
  void PassDeadlines();
  void SweepHalfClosed();
  void WatchDoors(bool watch);
  [[nodiscard]] std::size_t watched_peers() const {
    return exchange_.peer_count() + handshakes_.size() - quiet_;
  }
  [[nodiscard]] bool MayBeQuiet(const Connection& connection) const;
  void ExpectQuiet();
  void Quieten();
  bool PrepareQuietWatch();
  void HearQuiet();
  void Disturb(Connection& connection, Watch watch);
  void RemoveFromWatch();
  [[nodiscard]] std::optional<Duration> Patience() const;
  [[nodiscard]] bool AllFinished() const;

  Exchange& exchange_;
  std::size_t max_peers_;
  Waker& waker_;
  Signals signals_;
  Selector selector_;
  Gathering gathering_;
  Now now_;

  std::vector<Door> doors_;
  std::shared_ptr<TlsContext> tls_;
  std::list<int> handshakes_;  // descriptors whose handshake is under way, the oldest first
  int shakes_left_ = 0;        // of this turn's budget
  std::function<void(Occasion)> upkeep_;
  std::function<void(Stream)> take_media_;
  MonotonicTime upkeep_at_;
  bool doors_ready_ = false;
  std::optional<MonotonicTime> accept_again_;  // after the process ran out of descriptors
  std::vector<std::unique_ptr<Connection>> by_descriptor_;
  std::vector<Connection*> by_peer_;
  std::vector<Connection*> gone_;
  std::size_t gone_peers_ = 0;          // of these, who have a peer
  OutQueue nothing_;                    // in place of a queue of which nothing may be sent yet
  std::vector<PeerIndex> flush_again_;  // over their budget in this turn
  std::vector<int> buffered_;           // descriptors whose channel has decrypted bytes left
  Timers deadlines_;  // by descriptor: when a handshake, or a connection's closing, took too long
  std::vector<PeerIndex> half_closed_;
  std::unique_ptr<QuietWatch> quiet_watch_;  // once there are peers enough
  std::size_t quiet_ = 0;                    // peers that are left to it
  std::vector<int> spoke_;                   // of those, who did
  std::optional<MonotonicTime> quieten_at_;
  std::optional<MonotonicTime> sweep_at_;
  bool stopping_ = false;
  std::vector<char> buffer_;  // the one that every read goes into
};

}  // namespace parley
