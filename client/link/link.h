// Link keeps one connection to the server: it connects, and connects again after a loss, with growing pauses.
//
// It moves bytes; the Dialogue knows what they mean. The transport is a Channel, with TLS or without. Owned
// by a LiveLink; the Selector must outlive it; one thread. It handles all stages of a connection (name,
// addresses, TLS, bytes), and so has more functions and members than other classes.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/link/backoff.h"
#include "client/link/resolver.h"
#include "client/link/trust.h"
#include "common/base/clock.h"
#include "common/buffer/byte_queue.h"
#include "common/buffer/out_queue.h"
#include "common/io/selector.h"
#include "common/net/channel.h"
#include "common/net/connector.h"

namespace parley::client {

class Link {
 public:
  // `random`: see Backoff. `trust`: TLS, with whom it trusts; null: plain. It must outlive the link.
  // Throws std::system_error if no descriptors are left.
  Link(Selector& selector, Endpoint server, std::function<double()> random, const Trust* trust = nullptr);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Begins to connect.
  void Open();
  // Whatever the Selector found; a descriptor of somebody else is ignored.
  void OnReady(const Selector::Ready& ready, MonotonicTime now);
  // When OnTime has something to do.
  [[nodiscard]] std::optional<MonotonicTime> deadline() const { return deadline_; }
  void OnTime(MonotonicTime now);

  // Whether it came up since the last call.
  bool TakeUp();
  // Why it went down since the last call, or why a try to come up failed. What arrived before that is still
  // in incoming().
  std::optional<std::string> TakeDown();

  // The server is not the one to talk to, whatever comes: why, and what to do.
  [[nodiscard]] const std::optional<std::string>& refusal() const { return refusal_; }

  // It went down in good order: the server had read all, and closed its side.
  [[nodiscard]] bool closed_by_server() const { return closed_by_server_; }

  // While it is up.
  [[nodiscard]] bool up() const { return channel_ != nullptr && !shaking_; }
  // Bytes that arrived; the caller consumes them, and clears them after a TakeDown.
  ByteQueue& incoming() { return incoming_; }
  // Queued until Flush.
  void Send(std::string_view bytes);
  void Flush();
  // Bytes that are queued.
  [[nodiscard]] std::size_t unsent() const {
    return outgoing_.bytes() + (channel_ && channel_->HasUnsent() ? 1 : 0);
  }
  // Bytes that were sent and that the other machine has not confirmed.
  [[nodiscard]] std::size_t unconfirmed();
  // To be called when nothing is unsent: the server then reads the end.
  void FinishSending();

  // Gives the connection up, and tries again after a pause.
  void Break(const std::string& why, MonotonicTime now);
  // The next pause takes this much longer.
  void Rest(Duration pause) { rest_ = pause; }
  // The connection held for a while: the next pause is a first one.
  void Settle() { backoff_.Reset(); }

 private:
  void Close();
  void Fail(const std::string& why, MonotonicTime now);
  void TryNextAddress(MonotonicTime now);
  void OnResolved(MonotonicTime now);
  void OnConnector(MonotonicTime now);
  void OnChannel(const Selector::Ready& ready, MonotonicTime now);
  void Shake(MonotonicTime now);
  void CameUp();
  void Read(MonotonicTime now);
  [[nodiscard]] std::string CannotReach(const std::string& reason) const;

  Selector& selector_;
  Endpoint server_;
  const Trust* trust_;
  Backoff backoff_;
  Resolver resolver_;
  std::vector<Endpoint> addresses_;  // not tried yet, the next one last
  std::string last_error_;           // of an address that was tried
  std::optional<Connector> connector_;
  std::unique_ptr<Channel> channel_;
  std::optional<MonotonicTime> deadline_;  // of a connect, or the end of a pause
  Duration rest_{};
  ByteQueue incoming_;
  OutQueue outgoing_;
  bool shaking_ = false;  // the TLS handshake is under way
  bool came_up_ = false;
  bool closed_by_server_ = false;
  std::optional<std::string> went_down_;
  std::optional<std::string> refusal_;
};

}  // namespace parley::client
