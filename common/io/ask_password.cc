#include "common/io/ask_password.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace parley {
namespace {

// The terminal as a source of single keys that are not shown, until the end of the scope.
class QuietTerminal {
 public:
  QuietTerminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (descriptor_ < 0 || ::tcgetattr(descriptor_, &former_) != 0) return;
    termios quiet = former_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    ready_ = ::tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (ready_) ::tcsetattr(descriptor_, TCSAFLUSH, &former_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  void Write(std::string_view text) const {
    if (::write(descriptor_, text.data(), text.size()) < 0) return;  // nobody sees the prompt then
  }
  // Nothing at the end of input.
  [[nodiscard]] std::optional<char> ReadKey() const {
    char key = 0;
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, &key, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1 ? std::optional(key) : std::nullopt;
  }

 private:
  int descriptor_;
  termios former_{};
  bool ready_ = false;
};

void DropLastCharacter(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

std::optional<std::string> ReadHidden(const QuietTerminal& terminal) {
  constexpr char kInterrupt = 3, kEndOfFile = 4, kBackspace = 8, kKillLine = 21, kDelete = 127;
  std::string line;
  while (const std::optional<char> key = terminal.ReadKey()) {
    switch (*key) {
      case '\n':
      case '\r':
        return line;
      case kInterrupt:
      case kEndOfFile:
        return std::nullopt;
      case kBackspace:
      case kDelete:
        DropLastCharacter(line);
        break;
      case kKillLine:
        line.clear();
        break;
      default:
        line += *key;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> AskPassword(const std::string& prompt) {
  const QuietTerminal terminal;
  if (!terminal.ready()) return std::nullopt;
  terminal.Write(prompt);
  std::optional<std::string> password = ReadHidden(terminal);
  terminal.Write("\n");
  return password;
}

}  // namespace parley
