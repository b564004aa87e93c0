// The Loop's doors: who comes in, and the TLS handshake before one is heard.

#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "server/engine/peers_by_address.h"
#include "server/loop/loop.h"

namespace parley {
void Loop::Accept() {
  if (!doors_ready_) return;
  for (Door& door : doors_) AcceptFrom(door);
}

void Loop::AcceptFrom(Door& door) {
  for (int i = 0; i < limits::kAcceptsPerTurn; ++i) {
    auto accepted = door.listener.Accept();
    switch (accepted.status) {
      case Listener::Status::kAccepted:
        Greet(std::move(*accepted.stream), door.tls);
        break;
      case Listener::Status::kRetry:
        break;
      case Listener::Status::kWouldBlock:
        return;
      case Listener::Status::kOutOfDescriptors:
        if (MakeRoom()) return;  // the next turn has its descriptor
        CountNoRoom(exchange_.counters(), NoRoom::kDescriptors);
        spdlog::warn("out of descriptors with {} peers: not accepting for a moment", exchange_.peer_count());
        accept_again_ = now_.monotonic + limits::kAcceptPause;
        WatchDoors(false);
        return;
    }
  }
}

void Loop::WatchDoors(bool watch) {
  for (Door& door : doors_) selector_.Watch(door.listener.descriptor(), watch, false);
}

void Loop::Greet(Stream stream, bool tls) {
  // Over the limit by more than can be told so: closed, unheard.
  if (peers() + handshakes_.size() >= max_peers_ + limits::kRefusalsAtOnce && !MakeRoom()) {
    CountNoRoom(exchange_.counters(), NoRoom::kUnheard);
    return;
  }
  const std::string& address = stream.remote().host;
  const bool counts = !IsLoopback(address);
  if (counts && exchange_.by_address().IsFull(address)) MakeRoom(address);
  const auto place = counts ? exchange_.by_address().Enter(address) : PeersByAddress::Place::kFree;
  if (place == PeersByAddress::Place::kNone) {
    CountNoRoom(exchange_.counters(), NoRoom::kUnheard);
    return;
  }
  Channel channel =
      tls ? Channel(std::move(stream), std::make_unique<TlsSession>(tls_)) : Channel(std::move(stream));
  auto connection = std::make_unique<Connection>(std::move(channel));
  const int descriptor = connection->channel.descriptor();
  if (static_cast<std::size_t>(descriptor) >= by_descriptor_.size()) {
    by_descriptor_.resize(static_cast<std::size_t>(descriptor) + 1);
  }
  selector_.Watch(descriptor, true, false);
  connection->heard = now_.monotonic;
  if (counts) connection->place = place;
  Connection& greeted = *(by_descriptor_[static_cast<std::size_t>(descriptor)] = std::move(connection));
  ++(tls ? exchange_.counters().tls_connections : exchange_.counters().plain_connections);
  if (tls) {
    BeginHandshake(greeted);
  } else {
    OpenPeer(greeted);
  }
  ExpectQuiet();
}

// Closes the oldest peer that only listens, so that another one can connect; with `address`, one from there.
// It gets no message. False: there is none.
bool Loop::MakeRoom(std::optional<std::string_view> address) {
  const PeerIndex listener = exchange_.OldestListener(address);
  if (listener == kNoPeer) return false;
  Drop(*by_peer_[listener], "left");
  return true;
}

void Loop::BeginHandshake(Connection& connection) {
  if (handshakes_.size() >= limits::kHandshakes) Drop(*Find(handshakes_.front()), "lost");
  const int descriptor = connection.channel.descriptor();
  connection.handshake = handshakes_.insert(handshakes_.end(), descriptor);
  deadlines_.Set(static_cast<Timers::Key>(descriptor), now_.monotonic + limits::kTlsHandshake);
}

// At a shutdown: nothing was said in them yet, and nobody would be there to be told.
void Loop::GiveUpHandshakes() {
  while (!handshakes_.empty()) Drop(*Find(handshakes_.front()), "lost");
}

void Loop::Shake(Connection& connection) {
  if (shakes_left_ == 0) return;  // its bytes wait for the next turn
  --shakes_left_;
  if (take_media_ && !connection.looked) {
    char first = 0;
    const IoResult peeked = connection.channel.Peek(first);
    // Not yet to TLS, which would take what comes meanwhile: the next look would be at the middle of it.
    if (peeked.status == IoStatus::kWouldBlock) return;
    connection.looked = true;
    if (peeked.status == IoStatus::kOk && first == '\0') {
      connection.is_media = true;
      Drop(connection, "left");
      return;
    }
  }
  switch (connection.channel.Shake()) {
    case Channel::ShakeStatus::kWaiting:
      connection.blocked = connection.channel.HasUnsent();
      selector_.Watch(connection.channel.descriptor(), true, connection.blocked);
      return;
    case Channel::ShakeStatus::kFailed:
      ++exchange_.counters().handshakes_failed;
      spdlog::debug("refused: a TLS handshake failed");
      Drop(connection, "lost");
      return;
    case Channel::ShakeStatus::kDone:
      break;
  }
  ++exchange_.counters().handshakes_done;
  handshakes_.erase(connection.handshake);
  deadlines_.Cancel(static_cast<Timers::Key>(connection.channel.descriptor()));
  OpenPeer(connection);
  flush_again_.push_back(connection.peer);  // a session ticket may wait
  if (connection.channel.HasBuffered()) buffered_.push_back(connection.channel.descriptor());
}

// From here on the connection has a peer: at once on the plain door, after the handshake on the other.
void Loop::OpenPeer(Connection& connection) {
  const std::string& address = connection.channel.remote().host;
  const TlsSession* tls = connection.channel.tls();
  const bool refused = peers() >= max_peers_ && !MakeRoom();
  connection.peer = exchange_.Open({.address = address,
                                    .loopback = IsLoopback(address),
                                    .tls = tls != nullptr,
                                    .alpn_http = tls != nullptr && tls->alpn() == "http/1.1",
                                    .refused = refused,
                                    .crowded = connection.place == PeersByAddress::Place::kRefused},
                                   now_);
  if (connection.peer >= by_peer_.size()) by_peer_.resize(connection.peer + 1);
  by_peer_[connection.peer] = &connection;
}

}  // namespace parley
