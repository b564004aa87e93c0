#include "client/ui/terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

// After <cstdio>: they name FILE without including it.
#include <readline/history.h>
#include <readline/readline.h>

#include "client/ui/charset.h"

namespace parley::client {
namespace {

constexpr const char* kPrompt = "> ";
constexpr int kHistoryLines = 500;
// A paste is taken in pieces of this many bytes a turn.
constexpr int kBytesATurn = 4096;

Terminal* terminal = nullptr;

// For the signal handler.
std::atomic<bool> resized{false};
std::atomic<const Waker*> waker_to_wake{nullptr};
struct sigaction former_winch;

constexpr int Ctrl(char letter) {
  return letter & 0x1F;
}

void OnWindowChange(int) {
  resized = true;
  if (const Waker* const waker = waker_to_wake.load()) waker->Wake();
}

void WatchWindow(const Waker& waker) {
  waker_to_wake = &waker;
  struct sigaction action {};
  action.sa_handler = OnWindowChange;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGWINCH, &action, &former_winch);
}

bool MoreToRead() {
  int waiting = 0;
  return ::ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0;
}

char* NoFileNames(const char*, int) {
  return nullptr;
}

// The strings are readline's to free.
char* Copy(const std::string& text) {
  return ::strdup(text.c_str());
}

// What all of `words`, one at least, begin with.
std::string CommonBeginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    while (!word.starts_with(common)) common.pop_back();
  }
  return common;
}

}  // namespace

Terminal::Terminal(Waker& waker, Complete complete) : complete_(std::move(complete)) {
  assert(terminal == nullptr);
  terminal = this;
  SetUpReadline();
  WatchWindow(waker);
  prompting_ = true;
  ::rl_callback_handler_install(kPrompt, &Terminal::OnLine);
}

Terminal::~Terminal() {
  Leave();
  ::sigaction(SIGWINCH, &former_winch, nullptr);
  waker_to_wake = nullptr;
  terminal = nullptr;
}

void Terminal::SetUpReadline() {
  ::rl_readline_name = "chat_client";
  // Its own handlers would run in the middle of this process's; see Prepare.
  ::rl_catch_signals = 0;
  ::rl_catch_sigwinch = 0;
  ::rl_prep_term_function = &Terminal::Prepare;
  ::rl_attempted_completion_function = &Terminal::OnComplete;
  ::rl_completion_entry_function = &NoFileNames;
  ::rl_completer_word_break_characters = " \t\n";
  // To ask, or to show page by page, it would wait for a key, and the loop with it.
  ::rl_completion_query_items = 0;
  ::rl_variable_bind("page-completions", "off");
  ::rl_variable_bind("completion-ignore-case", "on");
  ::rl_initialize();
  for (const char* const name : {"emacs", "vi-insert", "vi-move"}) {
    Keymap map = ::rl_get_keymap_by_name(name);
    ::rl_bind_key_in_map(Ctrl('C'), &Terminal::OnInterrupt, map);
    ::rl_bind_key_in_map(Ctrl('Z'), &Terminal::OnSuspend, map);
  }
  ::using_history();
  ::stifle_history(kHistoryLines);
}

// Ctrl-C and Ctrl-Z come as keys like any other, not as signals that may hit at any time.
void Terminal::Prepare(int meta) {
  ::rl_prep_terminal(meta);
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) != 0) return;
  settings.c_cc[VINTR] = _POSIX_VDISABLE;
  settings.c_cc[VSUSP] = _POSIX_VDISABLE;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &settings);
}

void Terminal::Read() {
  for (int i = 0; i < kBytesATurn && !ended_ && (i == 0 || MoreToRead()); ++i) ::rl_callback_read_char();
  // Not before readline is through with the key: it would show the prompt again.
  if (ended_) Leave();
}

std::optional<std::string> Terminal::TakeLine() {
  if (lines_.empty()) return std::nullopt;
  std::string line = TerminalCharset().ToUtf8(lines_.front());
  lines_.erase(lines_.begin());
  return line;
}

void Terminal::Print(std::string_view lines) {
  if (lines.empty()) return;
  if (prompting_) ::rl_clear_visible_line();
  const std::string shown = TerminalCharset().FromUtf8(lines);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  if (prompting_) {
    ::rl_on_new_line();
    ::rl_redisplay();
  }
  std::fflush(stdout);
}

void Terminal::Ring() {
  std::fputc('\a', stdout);
  std::fflush(stdout);
}

void Terminal::ShowStatus(const std::string& status) {
  if (status == status_ || !prompting_) return;
  status_ = status;
  const std::string shown = TerminalCharset().FromUtf8(status.empty() ? status : status + " ");
  ::rl_clear_visible_line();
  ::rl_set_prompt((shown + kPrompt).c_str());
  ::rl_on_new_line();
  ::rl_redisplay();
  std::fflush(stdout);
}

void Terminal::Resize() {
  if (resized.exchange(false) && prompting_) ::rl_resize_terminal();
}

// --- Called by readline ---

void Terminal::OnLine(char* line) {
  if (line == nullptr) {
    terminal->ended_ = true;
    return;
  }
  if (*line != '\0') ::add_history(line);
  terminal->lines_.emplace_back(line);
  std::free(line);
}

int Terminal::OnInterrupt(int, int) {
  const bool again = ::rl_last_func == &Terminal::OnInterrupt;
  const bool empty = ::rl_end == 0;
  if (empty && again) {
    terminal->ended_ = true;
    return 0;
  }
  ::rl_point = ::rl_end;  // a line of several rows is left whole above
  ::rl_redisplay();
  std::fputs(empty ? "^C (once more, Ctrl-D or /quit leaves)\n" : "^C\n", stdout);
  ::rl_replace_line("", 1);
  ::rl_on_new_line();
  ::rl_redisplay();
  return 0;
}

int Terminal::OnSuspend(int, int) {
  ::rl_clear_visible_line();
  ::rl_deprep_terminal();
  std::fflush(stdout);
  ::raise(SIGTSTP);
  // The process goes on here once it is in the foreground again.
  Prepare(1);
  ::rl_on_new_line();
  ::rl_forced_update_display();
  return 0;
}

char** Terminal::OnComplete(const char* word, int start, int) {
  ::rl_attempted_completion_over = 1;  // no file names
  std::vector<std::string> found = terminal->complete_(TerminalCharset().ToUtf8(word), start == 0);
  for (std::string& choice : found) choice = TerminalCharset().FromUtf8(choice);
  if (found.empty()) return nullptr;
  // As readline wants it: what to put in place of the word, then the choices, if there are several.
  const std::size_t choices = found.size() == 1 ? 0 : found.size();
  auto** const matches = static_cast<char**>(std::malloc((choices + 2) * sizeof(char*)));
  std::string common = CommonBeginning(found);
  matches[0] = Copy(common.size() < std::strlen(word) ? word : common);
  for (std::size_t i = 0; i < choices; ++i) matches[i + 1] = Copy(found[i]);
  matches[choices + 1] = nullptr;
  return matches;
}

void Terminal::Leave() {
  if (!std::exchange(prompting_, false)) return;
  ::rl_clear_visible_line();
  ::rl_callback_handler_remove();
  std::fflush(stdout);
}

void SetUpLocale() {
  std::setlocale(LC_ALL, "");
  if (std::strcmp(::nl_langinfo(CODESET), "ANSI_X3.4-1968") != 0) return;
  // Readline asks the environment again.
  ::setenv("LC_ALL", "C.UTF-8", 1);
  std::setlocale(LC_ALL, "C.UTF-8");
}

}  // namespace parley::client
