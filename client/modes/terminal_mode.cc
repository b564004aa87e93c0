#include "client/modes/terminal_mode.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "client/ui/output.h"
#include "common/base/counted.h"

namespace parley::client {
namespace {

// How long one who leaves waits for what was said last to be acknowledged.
constexpr std::chrono::seconds kLeaveTime{2};

}  // namespace

TerminalMode::TerminalMode(Session::Settings settings, const Endpoint& server, Look look, Waker& waker,
                           Connecting connecting)
    : session_(std::move(settings)),
      commands_(session_),
      view_(WantsColour(), look.numbers),
      terminal_(waker,
                [this](std::string_view word, bool begins) { return commands_.Complete(word, begins); }),
      bell_(look.bell),
      transfers_(server, std::move(connecting)),
      server_(ToString(server)),
      now_(ReadSystemClock()) {
}

void TerminalMode::Connected() {
  server_lines_.Reset();
  session_.Connected();
}

void TerminalMode::Disconnected(const std::string& why) {
  session_.Disconnected();
  // Once, not at each try.
  if (!std::exchange(told_lost_, true)) Say(why + "; trying again until it works");
  told_connected_ = false;
}

bool TerminalMode::Receive(ByteQueue& incoming) {
  return server_lines_.Drain(incoming, [this](std::string_view line) { session_.Receive(line); });
}

bool TerminalMode::Ping() {
  session_.Ping();
  return true;
}

void TerminalMode::Turn(const Now& now) {
  now_ = now;
  terminal_.Resize();
  while (const std::optional<std::string> line = terminal_.TakeLine()) commands_.Run(*line);
  commands_.RunFound();
  if (session_.greeted() && !std::exchange(told_connected_, true)) {
    Say("connected to " + server_);
    told_lost_ = false;
  }
  CarryFiles();
  Print(session_.TakeNotices());
  Print(commands_.TakeAnswers());
  leaving_ = leaving_ || terminal_.ended() || commands_.quit();
  if (leaving_ && !leave_by_) leave_by_ = now.monotonic + kLeaveTime;
}

// Files go their own way beside the chat.
void TerminalMode::CarryFiles() {
  Files& files = session_.files();
  for (FileOrder& order : files.TakeOrders()) transfers_.Start(std::move(order));
  for (const Transfers::Ended& ended : transfers_.Turn(now_.monotonic)) {
    if (ended.error) {
      Complain((ended.order.upload ? "not sent: " : "not saved: ") + *ended.error);
    } else if (ended.order.upload) {
      session_.messaging().SayFile(ended.order.room, ended.order.file);
      Say("sent " + ended.order.name);
    } else {
      Say("saved " + ended.order.path);
    }
    if (ended.order.upload) files.UploadEnded();
  }
  terminal_.ShowStatus(transfers_.Bar(files.waiting()));
}

std::optional<MonotonicTime> TerminalMode::deadline() const {
  const std::optional<MonotonicTime> files = transfers_.deadline();
  if (!files || !leave_by_) return files ? files : leave_by_;
  return std::min(*files, *leave_by_);
}

std::optional<int> TerminalMode::Finish(std::size_t) {
  if (!leaving_ && !session_.failure()) return std::nullopt;
  const std::size_t waiting = session_.unacknowledged();
  if ((waiting > 0 || !session_.people().idle()) && session_.greeted() && now_.monotonic < leave_by_)
    return std::nullopt;
  terminal_.Leave();
  if (session_.failure()) return TellError(*session_.failure());
  if (!transfers_.empty() || !session_.files().idle())
    return TellError("a file was still on its way; send or get it again");
  if (waiting == 0) return 0;
  return TellError(Counted(waiting, "message was", "messages were") + " not delivered; send again");
}

bool TerminalMode::SayGoodbye() {
  session_.LeaveAll();
  return true;
}

void TerminalMode::Say(std::string text) {
  Print({{.kind = Notice::Kind::kInfo, .text = std::move(text)}});
}

void TerminalMode::Complain(std::string text) {
  Print({{.kind = Notice::Kind::kProblem, .text = std::move(text)}});
}

void TerminalMode::Print(const std::vector<Notice>& notices) {
  const Room* const room = session_.current();
  std::string lines;
  for (const Notice& notice : notices) {
    lines += view_.Show(notice, room == nullptr ? std::string_view() : room->name(), now_.wall);
  }
  terminal_.Print(lines);
  if (bell_.RingsFor(notices, now_.monotonic)) terminal_.Ring();
}

}  // namespace parley::client
