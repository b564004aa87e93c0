#include "server/engine/delivery.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "common/codec/websocket.h"

namespace parley {

Delivery::Delivery(Connections& connections, const Hub& hub, const HttpService& http, Counters& counters,
                   Bounds bounds)
    : connections_(connections), hub_(hub), http_(http), counters_(counters), bounds_(bounds) {
}

// All that a delivery costs.
inline void Delivery::Push(Peer& peer, PeerIndex index, const Slice& bytes) {
  if (peer.closing()) return;
  peer.out.Push(bytes);
  ++counters_.deliveries;
  connections_.MarkDirty(peer, index);
}

void Delivery::Push(PeerIndex index, const Slice& bytes) {
  Push(connections_[index], index, bytes);
}

void Delivery::Push(PeerIndex index, const BlobRef& bytes) {
  Push(index, Slice{bytes, 0, static_cast<std::uint32_t>(bytes.size())});
}

// --- What the hub wants ---

void Delivery::Deliver(Outbox::Item& item) {
  std::visit([this](auto& what) { Send(what); }, item);
}

void Delivery::Send(ToPeer& item) {
  Peer& peer = connections_[item.peer];
  if (peer.closing()) return;
  Push(peer, item.peer, Encode(peer.session.dialect(), item.event, item.ref, peer.replies));
  const auto* error = std::get_if<protocol::Error>(&item.event);
  if (error == nullptr) return;
  CountRefusal(counters_, error->code);
  if (IsFatal(error->code)) CloseAfterError(item.peer, error->code);
}

void Delivery::Send(ToRoom& item) {
  SharedEvent shared(item.event, slabs_[item.room]);
  for (const Seat& seat : item.room->seats()) {
    if (seat.raw || seat.peer == item.except) continue;
    Peer& peer = connections_[seat.peer];
    Push(peer, seat.peer, shared.For(peer.session.dialect()));
  }
}

void Delivery::Send(ChatToRoom& item) {
  RoomSlabs& slabs = slabs_[item.room];
  const bool lobby = item.room == &hub_.lobby();  // raw peers are nowhere else
  const Slice raw = item.to_raw && lobby ? WriteRaw(item.message(), slabs) : Slice();
  SharedEvent shared(item.event, slabs);
  for (const Seat& seat : item.room->seats()) {
    if (seat.peer == item.author) continue;
    if (seat.raw && raw.size() == 0) continue;  // got the author's very bytes
    Peer& peer = connections_[seat.peer];
    Push(peer, seat.peer, seat.raw ? raw : shared.For(peer.session.dialect()));
  }
  if (lobby && raw.size() > 0) SendToListeners(raw);
}

void Delivery::Send(RawToRoom& item) {
  const Slice bytes = slabs_[item.room].raw.Write({}, item.bytes);
  for (const Seat& seat : item.room->seats()) {
    if (seat.raw && seat.peer != item.author) Push(seat.peer, bytes);
  }
  if (item.room == &hub_.lobby()) SendToListeners(bytes);
}

void Delivery::Send(ClosePeer& item) {
  Push(item.peer, BlobRef::Copy(item.text + "\n"));
  connections_.Close(item.peer, "left");
}

void Delivery::Send(TellRaw& item) {
  Push(item.peer, BlobRef::Copy(item.text + "\n"));
}

// Those who hear the lobby and are not in it: raw peers that have stopped sending; and those of which nobody
// knows yet that they are raw peers, who hear it once that is decided.
void Delivery::SendToListeners(const Slice& bytes) {
  for (const PeerIndex index : hub_.listeners()) Push(index, bytes);
  if (!hub_.guests_allowed()) return;
  for (const PeerIndex index : connections_.undecided()) {
    Peer& peer = connections_[index];
    if (peer.arrival.refused || peer.arrival.crowded) continue;
    peer.out.Push(bytes);
    peer.out.DropOldestLines(limits::kUndecidedBytes);
  }
}

// --- Ends ---

void Delivery::Fail(PeerIndex index, ErrorCode code, std::string_view text) {
  Peer& peer = connections_[index];
  const protocol::Error error{code, std::string(text)};
  Push(peer, index, Encode(peer.session.dialect(), error, std::nullopt, peer.replies));
  CountRefusal(counters_, code);
  CloseAfterError(index, code);
}

void Delivery::CloseAfterError(PeerIndex index, ErrorCode code) {
  if (connections_[index].session.dialect() == Dialect::kWebSocket) {
    Push(index, BlobRef::Copy(WebSocketClose(CloseCodeOf(code), ToString(code))));
  }
  connections_.Close(index, "lost");
}

void Delivery::SayClosing(std::string_view reason) {
  constexpr std::string_view kText = "the server is shutting down";
  const protocol::Event closing = protocol::Closing{std::string(kText), 1};
  RoomSlabs slabs;
  SharedEvent shared(closing, slabs);
  connections_.ForEach([&](PeerIndex index, const Peer& peer) {
    const Session& session = peer.session;
    if (session.speaks_protocol()) Push(index, shared.For(session.dialect()));
    if (session.dialect() == Dialect::kWebSocket) {
      Push(index, BlobRef::Copy(WebSocketClose(websocket_close::kGoingAway, kText)));
    }
    connections_.Close(index, reason);
  });
}

// --- The bounds of the queues ---

bool Delivery::Stalls(PeerIndex index) {
  Peer& peer = connections_[index];
  if (peer.out.bytes() > bounds_.queue_bytes / 2 && peer.phase != Phase::kUndecided) {
    peer.input.stalled = true;
    connections_.MarkDirty(index);
  }
  return peer.input.stalled;
}

void Delivery::Flushed(PeerIndex index, bool blocked) {
  Peer& peer = connections_[index];
  // A response of HTTP is one file, whatever its size, and the server holds it anyway: unless it comes piece
  // by piece, which may not be too large, but fills the memory together with others.
  const bool waits = blocked && peer.session.dialect() != Dialect::kHttp;
  peer.waiting = waits || (blocked && peer.transfer) ? peer.out.bytes() : 0;
  if (peer.web.upgrade && peer.out.empty()) peer.web.upgrade = {};
  const bool too_slow = waits && peer.out.bytes() > bounds_.queue_bytes && !peer.closing();
  if (too_slow) CloseSlow(index);
  // Looked at first, since it is cheap: the queues never take more than all blobs do.
  if (BlobRef::TotalBytes() > bounds_.total_queue_bytes && queue_memory() > bounds_.total_queue_bytes) {
    CloseLongestQueues();
  }
  if (peer.closing()) return;
  if (peer.input.stalled && peer.out.bytes() <= bounds_.queue_bytes / 4) {
    peer.input.stalled = false;
    connections_.SetReady(index);
  }
}

// What many wait for is held once; a part that somebody waits for holds what was written with it.
std::size_t Delivery::queue_memory() const {
  return BlobRef::TotalBytes() - std::min(BlobRef::TotalBytes(), http_.held_bytes());
}

// It is told in place of all that waits, after the line or frame that it got the beginning of.
void Delivery::CloseSlow(PeerIndex index) {
  Peer& peer = connections_[index];
  // What is no WebSocket yet understands no frame.
  const bool upgrading = peer.web.upgrade && peer.out.Holds(peer.web.upgrade);
  const OutQueue::Front front = peer.out.front();
  peer.out.Truncate(upgrading ? 0 : LeftOfStarted(peer.session.dialect(), front.sent, front.unsent));
  if (!peer.closing() && !upgrading && peer.session.speaks_protocol()) {
    Fail(index, ErrorCode::kSlowConsumer, "you read too slowly: reconnect and resume");
  }
  connections_.Close(index, "lost");
  peer.waiting = 0;
}

// All queues together are too much: the longest go, until a quarter is free. So it is done seldom.
void Delivery::CloseLongestQueues() {
  std::vector<PeerIndex> longest;
  connections_.ForEach([&](PeerIndex index, const Peer& peer) {
    if (peer.waiting > 0) longest.push_back(index);
  });
  std::ranges::sort(longest, std::greater{}, [this](PeerIndex index) { return connections_[index].waiting; });
  for (const PeerIndex index : longest) {
    if (queue_memory() <= bounds_.total_queue_bytes / 4 * 3) return;
    CloseSlow(index);
  }
}

std::vector<PeerIndex> Delivery::TakeDirty() {
  slabs_.clear();
  return connections_.TakeDirty();
}

}  // namespace parley
