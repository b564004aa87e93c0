// A Stream and what stands between it and the plain bytes of a dialect: nothing today, TLS on the other door.
//
// The queues belong to the peer (a ByteQueue for what arrived, an OutQueue for what waits); the channel moves
// bytes between them and the socket.

#pragma once

#include <cstddef>
#include <span>

#include "common/buffer/out_queue.h"
#include "common/net/stream.h"

namespace parley {

class Channel {
 public:
  explicit Channel(Stream stream) : stream_(std::move(stream)) {}

  // Reads into `into`; at most one recv().
  IoResult Read(std::span<char> into) { return stream_.Read(into); }

  enum class FlushStatus {
    kDone,     // nothing is left
    kBudget,   // `budget` bytes were sent; more is there, and the socket may take it
    kBlocked,  // the socket takes no more now: watch for writing
    kError,    // the connection is broken
  };
  // Writes what `out` holds, gathered (one sendmsg for up to Stream::kMostViews blobs), at most `budget`
  // bytes.
  FlushStatus Flush(OutQueue& out, std::size_t budget);

  // To be called when `out` is flushed: the peer then reads the end.
  void FinishSending() { stream_.FinishSending(); }
  std::error_code TakeError() { return stream_.TakeError(); }

  [[nodiscard]] int descriptor() { return stream_.descriptor(); }
  [[nodiscard]] const Endpoint& remote() const { return stream_.remote(); }

 private:
  Stream stream_;
};

}  // namespace parley
