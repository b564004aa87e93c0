#include "tests/server/hot_path/busy_room.h"

#include <algorithm>
#include <array>
#include <memory>

#include "common/codec/websocket.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {
namespace {

constexpr std::size_t kKept = 100;

// As clients send it: masked, with zeros (RFC 6455, section 5.3).
std::string Frame(const std::string& text) {
  std::string frame = WebSocketTextHeader(text.size());
  frame[1] = static_cast<char>(frame[1] | static_cast<char>(0x80));
  return frame + std::string(4, '\0') + text;
}

ExchangeOptions Unpaced() {
  ExchangeOptions options;
  options.rate = 0;
  return options;
}

}  // namespace

BusyRoom::BusyRoom(std::size_t members, Dialect dialect)
    : exchange_(Unpaced(), std::make_unique<MemoryLog>(kKept), std::make_unique<FakeAccounts>()) {
  const bool frames = dialect == Dialect::kWebSocket;
  const auto wire = [&](const std::string& json) { return frames ? Frame(json) : json + "\n"; };
  for (std::size_t i = 0; i < members; ++i) {
    members_.push_back(exchange_.Open({.address = "10.0.0.1", .tls = frames}, now_));
    if (frames) {
      exchange_.Receive(members_.back(),
                        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                        now_);
    }
    exchange_.Receive(members_.back(),
                      wire(R"({"type":"hello","protocol":1,"name":"member )" + std::to_string(i) + "\"}") +
                          wire(R"({"type":"join","room":"hall"})"),
                      now_);
    Finish();
    Finish();
  }
  message_ = wire(R"({"type":"message","room":"hall","text":")" + std::string(64, 'x') + "\"}");
}

void BusyRoom::Turn(std::size_t senders, std::size_t messages) {
  said_.clear();
  for (std::size_t i = 0; i < messages; ++i) said_ += message_;
  delivered_bytes_ = 0;
  max_pieces_ = 0;
  for (std::size_t i = 0; i < senders; ++i) exchange_.Receive(members_[i], said_, now_);
  Finish();
}

void BusyRoom::Finish() {
  exchange_.Tick(now_);
  exchange_.Commit(now_);
  for (const PeerIndex peer : exchange_.TakeDirty()) Flush(peer);
}

void BusyRoom::Flush(PeerIndex peer) {
  OutQueue& out = exchange_.out(peer);
  std::array<std::string_view, 64> pieces;
  std::size_t count = 0;
  while (!out.empty()) {
    const std::size_t gathered = out.Gather(pieces, out.bytes());
    count += gathered;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < gathered; ++i) bytes += pieces[i].size();
    delivered_bytes_ += bytes;
    out.Consume(bytes);
  }
  max_pieces_ = std::max(max_pieces_, count);
  exchange_.Flushed(peer, false, now_);
}

}  // namespace parley::test
