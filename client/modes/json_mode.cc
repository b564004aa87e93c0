#include "client/modes/json_mode.h"

#include <unistd.h>

#include <utility>

#include "common/base/counted.h"
#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley::client {
namespace {

// Requests that may wait for their reply; beyond, the input waits.
constexpr std::size_t kMostUnanswered = 256;

}  // namespace

JsonMode::JsonMode(Credentials credentials, std::string room, bool patient)
    : session_(std::move(credentials), std::move(room)),
      patient_(patient),
      input_(limits::kMessageBytes),
      output_(STDOUT_FILENO) {
}

void JsonMode::Connected() {
  server_lines_.Reset();
  session_.Connected();
}

void JsonMode::Disconnected(const std::string&) {
  session_.Disconnected();
}

bool JsonMode::Receive(ByteQueue& incoming) {
  std::string lines;
  const bool good = server_lines_.Drain(incoming, [&](std::string_view line) {
    session_.Receive(line);
    lines += line;
    lines += '\n';
  });
  output_.Write(lines);
  return good;
}

bool JsonMode::Ping() {
  session_.Ping();
  return true;
}

bool JsonMode::MayAsk() const {
  return session_.ready() && !stopped_ && session_.unanswered() < kMostUnanswered;
}

bool JsonMode::WantsInput(std::size_t) const {
  return !input_.finished() && MayAsk();
}

void JsonMode::Turn(const Now&) {
  while (MayAsk()) {
    const std::optional<InputLines::Line> line = input_.Next();
    if (!line) return;
    if (line->too_long) {
      skipped_ = true;
      TellError("line " + std::to_string(line->number) + " is over 64 KiB and was not sent; split it");
    } else if (!IsValidUtf8(line->text)) {
      skipped_ = true;
      TellError("line " + std::to_string(line->number) +
                " is not UTF-8 and was not sent; JSON must be UTF-8");
    } else if (!line->text.empty()) {
      session_.Request(line->text);
    }
  }
}

std::optional<int> JsonMode::Finish(std::size_t) {
  if (output_.closed()) return 1;
  if (session_.failure()) return TellError(*session_.failure());
  const bool done = input_.finished() && session_.ready() && session_.unanswered() == 0;
  if (!done && !stopped_) return std::nullopt;
  const std::size_t without_answer = session_.lost() + session_.unanswered();
  if (without_answer > 0) {
    return TellError(Counted(without_answer, "request", "requests") +
                     " had no answer; messages with an `id` are sent again after a broken connection");
  }
  return skipped_ || session_.shut_out() ? 1 : 0;
}

}  // namespace parley::client
