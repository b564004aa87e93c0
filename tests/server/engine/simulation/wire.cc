#include "tests/server/engine/simulation/wire.h"

#include <cstddef>
#include <utility>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {
namespace {

constexpr unsigned kText = 0x81;
constexpr unsigned kClose = 0x88;
constexpr unsigned kPing = 0x89;
constexpr unsigned kPong = 0x8A;

std::size_t BigEndian(std::string_view bytes) {
  std::size_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

std::string UpgradeRequest() {
  return "GET /ws HTTP/1.1\r\nHost: lab\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

std::string ClientFrame(int opcode, std::string_view payload) {
  constexpr std::string_view kMask = "mask";
  std::string frame{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U & 0xFFU);
    frame += static_cast<char>(payload.size() & 0xFFU);
  }
  frame += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return frame;
}

std::vector<std::string> Ear::Take(std::string_view bytes) {
  bytes_ += bytes;
  std::vector<std::string> messages;
  if (web_ && !upgraded_) upgraded_ = TakeHead();
  if (web_ && !upgraded_) return messages;
  while (web_ ? TakeFrame(messages) : TakeLine(messages)) {
  }
  return messages;
}

int Ear::TakePings() {
  return std::exchange(pings_, 0);
}

bool Ear::TakeLine(std::vector<std::string>& messages) {
  const auto end = bytes_.find('\n');
  if (end == std::string::npos) return false;
  messages.push_back(bytes_.substr(0, end));
  bytes_.erase(0, end + 1);
  return true;
}

bool Ear::TakeHead() {
  if (closed_) bytes_.clear();  // the body of a refusal
  const auto end = bytes_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  // One for whom there is no room is told so by HTTP.
  closed_ = !bytes_.starts_with("HTTP/1.1 101 ");
  if (closed_) bytes_.clear();
  if (!closed_) bytes_.erase(0, end + 4);
  return !closed_;
}

bool Ear::TakeFrame(std::vector<std::string>& messages) {
  if (bytes_.size() < 2) return false;
  std::size_t size = static_cast<unsigned char>(bytes_[1]);
  std::size_t head = 2;
  if (size >= 126) head += size == 126 ? 2 : 8;
  if (bytes_.size() < head) return false;
  if (size >= 126) size = BigEndian(std::string_view(bytes_).substr(2, head - 2));
  if (bytes_.size() < head + size) return false;
  Require(!closed_, "nothing follows a close frame");
  const unsigned first = static_cast<unsigned char>(bytes_[0]);
  Require(first == kText || first == kClose || first == kPing || first == kPong,
          "frames are as RFC 6455 says");
  if (first == kText) messages.push_back(bytes_.substr(head, size));
  pings_ += first == kPing ? 1 : 0;
  closed_ = first == kClose;
  bytes_.erase(0, head + size);
  return true;
}

}  // namespace parley::simulation
