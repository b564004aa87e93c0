// A peer that speaks HTTP and WebSocket, plain or over TLS, as a browser does. Owned by its test.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "tests/support/json.h"
#include "tests/support/raw_peer.h"
#include "tests/support/tls_peer.h"

namespace parley::test {

class WebPeer {
 public:
  // At a plain door.
  explicit WebPeer(std::uint16_t port, const RawPeer::Options& options = {})
      : stream_(RawPeer(port, options)) {}
  explicit WebPeer(TlsPeer stream) : stream_(std::move(stream)) {}

  void Send(std::string_view bytes);
  std::string ReceiveToEnd();

  struct Answer {
    int status;
    std::string head;  // from the status line to the empty line
    std::string body;  // as long as Content-Length says
    // The value of the field; empty where there is none.
    [[nodiscard]] std::string Field(std::string_view name) const;
  };
  // The next answer to what was sent.
  Answer NextAnswer(bool to_head = false);
  // A GET of `target`, and its answer. `fields`: more lines, each with its CR LF.
  Answer Get(std::string_view target, std::string_view host, std::string_view fields = "");
  // The handshake of a WebSocket at /ws, and its answer: 101, or why not.
  Answer Upgrade(std::string_view host, std::string_view fields = "");
  // The first half of each.
  void SendGet(std::string_view target, std::string_view host, std::string_view fields = "");
  void SendUpgrade(std::string_view host, std::string_view fields = "");

  // --- After the upgrade ---

  struct Frame {
    int first;  // its first byte: FIN, reserved bits, opcode
    std::string payload;
    bool operator==(const Frame& other) const = default;
  };
  static constexpr int kText = 0x81;  // the first byte of a whole text
  // Masked. `first` as above.
  void SendFrame(int first, std::string_view payload);
  // What the server sends next, which must be unmasked.
  Frame NextFrame();
  // A request as a text, and the reply to it; events that come before it are dropped.
  Json Ask(std::string_view type, Fields fields = {});

  // Closes with a reset.
  void Reset();

 private:
  std::string ReceiveExactly(std::size_t count);
  std::string ReceiveThrough(std::string_view end);

  std::variant<RawPeer, TlsPeer> stream_;
};

// The payload of a close frame with this code.
std::string ClosePayload(unsigned code);

}  // namespace parley::test
