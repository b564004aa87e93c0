// Delivery writes events into the queues of peers: each is encoded once per wire form, and everybody who gets
// it shares the bytes. It also keeps the queues within their bounds: it tells a peer that reads too slowly,
// and closes it. It has no socket; the Loop sends what is queued. One thread.

#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/errors.h"
#include "common/buffer/blob.h"
#include "server/dialect/encode.h"
#include "server/engine/connections.h"
#include "server/http/http_service.h"
#include "server/hub/hub.h"
#include "server/hub/outbox.h"
#include "server/ops/metrics.h"

namespace parley {

class Delivery {
 public:
  struct Bounds {
    std::size_t queue_bytes;        // what may wait for one peer
    std::size_t total_queue_bytes;  // memory of what waits for all together
  };

  // All must outlive this object. `hub` tells who listens; `http` how much of the memory is its files.
  Delivery(Connections& connections, const Hub& hub, const HttpService& http, Counters& counters,
           Bounds bounds);

  // Delivers one item of the hub. To be called right after the call of the hub that returned it.
  void Deliver(Outbox::Item& item);

  // Nothing is queued for a peer that is being closed.
  void Push(PeerIndex index, const BlobRef& bytes);
  void Push(PeerIndex index, const Slice& bytes);
  // An error that is no reply, and closes the peer.
  void Fail(PeerIndex index, ErrorCode code, std::string_view text);
  // Tells all peers that the server stops, and closes them.
  void SayClosing(std::string_view reason);

  // Whether the peer is to read before it is read again: half of its queue is full.
  bool Stalls(PeerIndex index);
  // The queue was flushed as far as the socket takes. `blocked`: it takes no more now. May close peers.
  void Flushed(PeerIndex index, bool blocked);
  // Ends the turn's slabs. The peers whose queue or state changed, each once.
  std::vector<PeerIndex> TakeDirty();

 private:
  void Send(ToPeer& item);
  void Send(ToRoom& item);
  void Send(ChatToRoom& item);
  void Send(RawToRoom& item);
  void Send(ClosePeer& item);
  void Send(TellRaw& item);
  void SendToListeners(const Slice& bytes);
  void Push(Peer& peer, PeerIndex index, const Slice& bytes);
  void CloseAfterError(PeerIndex index, ErrorCode code);
  [[nodiscard]] std::size_t queue_memory() const;
  void CloseSlow(PeerIndex index);
  void CloseLongestQueues();

  Connections& connections_;
  const Hub& hub_;
  const HttpService& http_;
  Counters& counters_;
  Bounds bounds_;
  std::unordered_map<const Room*, RoomSlabs> slabs_;  // of this turn
};

}  // namespace parley
