#include "client/ui/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "client/ui/charset.h"
#include "common/io/selector.h"

namespace parley::client {
namespace {

// The descriptor is non-blocking if the process that started this one left it so.
void WaitUntilWritable(int descriptor) {
  Selector selector;
  selector.Watch(descriptor, false, true);
  selector.Wait(std::nullopt);
}

}  // namespace

Output::Output(int descriptor) : descriptor_(descriptor) {
  if (::isatty(descriptor) == 1) terminal_.emplace();
}

void Output::Write(std::string_view bytes) {
  if (!terminal_) return WriteAll(bytes);
  WriteAll(TerminalCharset().FromUtf8(terminal_->Feed(bytes)));
}

void Output::WriteAll(std::string_view bytes) {
  while (!bytes.empty() && !closed_) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      WaitUntilWritable(descriptor_);
    } else if (errno != EINTR) {
      Fail(errno);
    }
  }
}

void Output::Fail(int error) {
  closed_ = true;
  // A reader that has seen enough is no mistake worth a word.
  if (error == EPIPE || error == EBADF) return;
  TellError("can't write the output: " + std::system_category().message(error));
}

int TellError(std::string_view text) {
  const std::string line = "chat_client: " + Visible(text) + "\n";
  std::fputs(::isatty(STDERR_FILENO) == 1 ? TerminalCharset().FromUtf8(line).c_str() : line.c_str(), stderr);
  return 1;
}

}  // namespace parley::client
