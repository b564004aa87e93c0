// Channel moves plain bytes in and out of a Stream, through TLS if the door has it.
//
// The queues belong to the peer (a ByteQueue for what arrived, an OutQueue for what waits). The channel moves
// bytes between them and the socket. With TLS it holds bytes that are encrypted and not sent yet, at most
// kEncryptedAtOnce.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "common/buffer/out_queue.h"
#include "common/net/stream.h"
#include "common/net/tls.h"

namespace parley {

class Channel {
 public:
  explicit Channel(Stream stream) : stream_(std::move(stream)) {}
  Channel(Stream stream, std::unique_ptr<TlsSession> tls)
      : stream_(std::move(stream)), tls_(std::move(tls)) {}

  enum class ShakeStatus {
    kDone,     // at once without TLS
    kWaiting,  // for bytes of the peer; or, if HasUnsent, for the socket to take ours
    kFailed,   // the alert, if there is one, was sent
  };
  // Continues the handshake as far as possible: at most one recv() and one send().
  ShakeStatus Shake();

  // Reads into `into`; at most one recv(). With TLS, what was decrypted and did not fit comes with the next
  // call: see HasBuffered.
  IoResult Read(std::span<char> into);
  // Whether Read gives bytes although the socket has none. A select() must not sleep then.
  [[nodiscard]] bool HasBuffered() const { return tls_ && tls_->HasBuffered(); }

  enum class FlushStatus {
    kDone,     // nothing is left
    kBudget,   // `budget` bytes were sent; more is there, and the socket may take it
    kBlocked,  // the socket takes no more now: watch for writing
    kError,    // the connection is broken
  };
  // Writes what `out` holds, gathered (plain: one send for up to Stream::kMostViews blobs; TLS: one send
  // of up to kEncryptedAtOnce), at most about `budget` bytes.
  FlushStatus Flush(OutQueue& out, std::size_t budget);
  // Whether encrypted bytes, which have left the OutQueue, wait to be sent.
  [[nodiscard]] bool HasUnsent() const { return tls_ && !tls_->outgoing().empty(); }
  static constexpr std::size_t kEncryptedAtOnce = std::size_t{256} * 1024;

  // Call it when everything is flushed. The peer then reads the end.
  void FinishSending();
  std::error_code TakeError() { return stream_.TakeError(); }

  // Reads the first byte of the wire that waits, which stays there.
  IoResult Peek(char& first) { return stream_.Peek(first); }
  // The socket goes to somebody else, and this object is of no use any more.
  Stream TakeStream() { return std::move(stream_); }

  [[nodiscard]] int descriptor() { return stream_.descriptor(); }
  [[nodiscard]] const Endpoint& remote() const { return stream_.remote(); }
  // Null on a plain channel.
  [[nodiscard]] TlsSession* tls() const { return tls_.get(); }

 private:
  FlushStatus FlushPlain(OutQueue& out, std::size_t budget);
  FlushStatus FlushTls(OutQueue& out, std::size_t budget);
  FlushStatus SendEncrypted();
  bool Encrypt(OutQueue& out, std::size_t max);  // false: the session is broken

  Stream stream_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace parley
