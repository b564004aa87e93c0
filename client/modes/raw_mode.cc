#include "client/modes/raw_mode.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "common/base/limits.h"

namespace parley::client {
namespace {

// Bytes that may wait for the server; beyond, the input waits.
constexpr std::size_t kMostUnsent = 256 * 1024;

}  // namespace

RawMode::RawMode(bool patient) : patient_(patient), output_(STDOUT_FILENO) {
}

void RawMode::Disconnected(const std::string& why) {
  // Without a protocol there is nothing to resume.
  if (std::exchange(connected_, false)) lost_ = why;
}

bool RawMode::Receive(ByteQueue& incoming) {
  output_.Write(incoming.view());
  incoming.Clear();
  return true;
}

std::string RawMode::TakeOutgoing() {
  return std::exchange(outgoing_, {});
}

bool RawMode::WantsInput(std::size_t unsent) const {
  return connected_ && !ended_ && unsent < kMostUnsent;
}

void RawMode::ReadInput() {
  std::array<char, limits::kReadBytes> buffer;
  const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (got > 0) {
    outgoing_.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    ended_ = true;
  }
}

std::optional<int> RawMode::Finish(std::size_t unsent) {
  if (output_.closed()) return 1;
  if (lost_) return TellError(*lost_);
  if (stopped_) return unsent == 0 ? 0 : TellError("not all was sent before the end; send it again");
  if (ended_ && connected_ && unsent == 0) return 0;
  return std::nullopt;
}

}  // namespace parley::client
