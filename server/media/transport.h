// Transport is the encrypted connection with one page: the DTLS handshake, and SRTP with the keys that it
// gives. Packets and time in, packets out. OpenSSL alone reads a clock, for what it sends again.
//
// The page is known by the fingerprint that came through signaling. If its certificate has another one, no
// packet is taken or sent.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/net/dtls.h"
#include "common/srtp/library_srtp.h"
#include "common/srtp/srtp.h"

namespace parley {

class Transport {
 public:
  // `fingerprint` as it stands in the description: `sha-256 AB:CD…`.
  Transport(const std::shared_ptr<DtlsContext>& context, std::string_view fingerprint);

  enum class State {
    kNew,  // nothing has arrived
    kHandshake,
    kConnected,
    kFailed,  // the handshake failed or took too long, or the certificate is another's
    kClosed,  // the page closed the connection
  };

  // Takes a DTLS datagram. What is to be sent is in TakeOutgoing afterwards, whatever the state.
  State Receive(std::string_view datagram, MonotonicTime now);
  // Call it at Due().
  State Tick(MonotonicTime now);
  // When Tick is to be called; nothing if there is no need.
  [[nodiscard]] std::optional<MonotonicTime> Due() const { return due_; }
  // So many sources have been used (SrtpReceiver, SrtpSender) that the page needs a new connection.
  [[nodiscard]] bool is_full() const {
    return sender_ && receiver_ && (sender_->is_full() || receiver_->is_full());
  }
  // Tells the page that the connection ends.
  void Close();
  std::vector<std::string> TakeOutgoing() { return dtls_.TakeOutgoing(); }

  [[nodiscard]] State state() const { return state_; }
  // Once it is connected; null before and afterwards.
  [[nodiscard]] SrtpSender* sender() { return sender_.get(); }
  [[nodiscard]] SrtpReceiver* receiver() { return receiver_.get(); }

 private:
  void Advance(DtlsSession::Status status);
  void Connect();
  void Finish(State state);

  std::string fingerprint_;  // in lower-case hex; empty: of another kind, so nobody has it
  DtlsSession dtls_;
  State state_ = State::kNew;
  MonotonicTime deadline_;
  std::optional<MonotonicTime> due_;
  std::unique_ptr<SrtpSender> sender_;
  std::unique_ptr<SrtpReceiver> receiver_;
};

}  // namespace parley
