#include "tests/bench/load_peer.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace parley::bench {
namespace {

// Two of these and twelve digits: nothing else that a server sends looks so.
constexpr char kSign = '^';
constexpr std::size_t kSenderDigits = 4, kNumberDigits = 8;
constexpr std::size_t kMarkBytes = 2 + kSenderDigits + kNumberDigits;

template <typename Number>
bool ReadDigits(std::string_view digits, Number& number) {
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace

std::string MarkedText(Mark mark, std::size_t size) {
  std::string text(kMarkBytes + 1, '\0');
  std::snprintf(text.data(), text.size(), "^^%04u%08u", static_cast<unsigned>(mark.sender % 10'000),
                mark.number);
  text.resize(std::max(size, kMarkBytes), 'x');
  for (std::size_t i = kMarkBytes; i < text.size(); ++i) text[i] = 'x';
  return text;
}

LoadPeer::LoadPeer(Channel channel, const Dialect& dialect, std::size_t index, std::size_t senders)
    : channel_(std::move(channel)),
      dialect_(dialect),
      index_(index),
      shaken_(channel_.tls() == nullptr),
      ready_(dialect.ready().empty()),
      last_(senders) {
}

bool LoadPeer::Flush() {
  if (!shaken_) Shake();
  if (!shaken_) return !channel_.HasUnsent();
  const auto status = channel_.Flush(out_, std::size_t{1} << 24U);
  if (status == Channel::FlushStatus::kError) throw std::runtime_error("the server closed a connection");
  return status == Channel::FlushStatus::kDone;
}

void LoadPeer::Shake() {
  const auto status = channel_.Shake();
  if (status == Channel::ShakeStatus::kFailed) throw std::runtime_error("the TLS handshake failed");
  shaken_ = status == Channel::ShakeStatus::kDone;
}

void LoadPeer::Read(std::span<char> buffer, const std::function<void(Mark)>& take) {
  if (!shaken_) {
    Flush();
    if (!shaken_ || !channel_.HasBuffered()) return;
  }
  do {
    const IoResult result = channel_.Read(buffer);
    if (result.status == IoStatus::kWouldBlock) return;
    if (result.status != IoStatus::kOk) throw std::runtime_error("the server closed a connection");
    in_.Append({buffer.data(), result.bytes});
    Scan(take);
  } while (channel_.HasBuffered());
}

void LoadPeer::Scan(const std::function<void(Mark)>& take) {
  if (!ready_ && in_.view().find(dialect_.ready()) != std::string_view::npos) ready_ = true;
  // Until then all stays: what it waits for may come in pieces.
  if (!ready_) return;
  std::string_view rest = in_.view();
  while (true) {
    rest.remove_prefix(std::min(rest.find(kSign), rest.size()));
    if (rest.size() < kMarkBytes) break;
    Mark mark{};
    if (rest[1] == kSign && ReadDigits(rest.substr(2, kSenderDigits), mark.sender) &&
        ReadDigits(rest.substr(2 + kSenderDigits, kNumberDigits), mark.number)) {
      Check(mark);
      take(mark);
      rest.remove_prefix(kMarkBytes);
    } else {
      rest.remove_prefix(1);
    }
  }
  in_.Consume(in_.size() - rest.size());
}

void LoadPeer::Check(Mark mark) {
  if (mark.sender >= last_.size() || (mark.sender == index_ && !dialect_.echo())) {
    throw std::runtime_error("a message that is not for this peer");
  }
  if (mark.number != ++last_[mark.sender]) {
    throw std::runtime_error("message " + std::to_string(mark.number) + " of a sender after its " +
                             std::to_string(last_[mark.sender] - 1));
  }
}

}  // namespace parley::bench
