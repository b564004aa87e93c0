#include "client/modes/pipe_mode.h"

#include <unistd.h>

#include <utility>

#include "client/ui/view.h"
#include "common/base/counted.h"
#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley::client {
namespace {

// Messages that may wait for their `ok`; beyond, the input waits, so that memory stays bounded however fast
// it comes.
constexpr std::size_t kMostUnacknowledged = 256;

}  // namespace

PipeMode::PipeMode(Session::Settings settings)
    : session_(std::move(settings)), input_(limits::kTextBytes), output_(STDOUT_FILENO) {
}

void PipeMode::Connected() {
  server_lines_.Reset();
  session_.Connected();
}

void PipeMode::Disconnected(const std::string&) {
  session_.Disconnected();
}

bool PipeMode::Receive(ByteQueue& incoming) {
  return server_lines_.Drain(incoming, [this](std::string_view line) { session_.Receive(line); });
}

bool PipeMode::Ping() {
  session_.Ping();
  return true;
}

bool PipeMode::WantsInput(std::size_t) const {
  return !input_.finished() && !stopped_ && session_.unacknowledged() < kMostUnacknowledged;
}

void PipeMode::Turn(const Now&) {
  TakeInput();
  ShowNotices();
}

void PipeMode::TakeInput() {
  while (!stopped_ && session_.unacknowledged() < kMostUnacknowledged) {
    const std::optional<InputLines::Line> line = input_.Next();
    if (!line) return;
    Say(*line);
  }
}

void PipeMode::Say(const InputLines::Line& line) {
  if (line.text.empty() && !line.too_long) return;
  const bool utf8 = IsValidUtf8(line.text);
  const std::string text = utf8 ? RepairUtf8(line.text) : std::string();  // NUL becomes U+FFFD
  if (!line.too_long && utf8 && Session::IsSendable(text)) return session_.Say(text);
  skipped_ = true;
  const std::string which = "line " + std::to_string(line.number);
  if (!utf8) {
    TellError(which +
              " is not UTF-8 and was not sent; convert the input first, for example with iconv -f GBK");
  } else if (line.too_long || text.size() > limits::kTextBytes) {
    TellError(which + " is over 16 KiB and was not sent; split it");
  } else {
    TellError(which + " has too many control characters and was not sent; split it");
  }
}

void PipeMode::ShowNotices() {
  std::string lines;
  for (const Notice& notice : session_.TakeNotices()) {
    lines += ShowPlain(notice);
    if (notice.kind == Notice::Kind::kProblem) Complain(notice.text);
  }
  output_.Write(lines);
}

void PipeMode::Complain(const std::string& text) {
  // What is wrong at each try to come back is said once.
  if (std::exchange(last_complaint_, text) != text) TellError(text);
}

std::optional<int> PipeMode::Finish(std::size_t) {
  if (output_.closed()) return 1;
  if (session_.failure()) return TellError(*session_.failure());
  if (!stopped_) {
    const Room* const room = session_.current();
    const bool joined = room != nullptr && room->joined();
    if (!input_.finished() || !joined || session_.unacknowledged() > 0) return std::nullopt;
  } else if (session_.unacknowledged() > 0) {
    return TellError(Counted(session_.unacknowledged(), "message was", "messages were") +
                     " not acknowledged; send again");
  }
  return skipped_ || session_.refused() > 0 ? 1 : 0;
}

bool PipeMode::SayGoodbye() {
  session_.LeaveAll();
  return true;
}

}  // namespace parley::client
