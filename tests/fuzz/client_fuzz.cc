// What a client shows and sends, whatever the server and the other members send: nothing harms the terminal,
// no line passes for another one, each request is one that a server understands; and all is the same wherever
// the bytes are cut.
//
// Input: one character for the size of the pieces, one for the kind of client, then lines. One that begins
// with `>` is typed, with `?` a word to complete, with `-` the connection breaks; all others are the
// server's, without a `<` that they may begin with.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "client/chat/server_lines.h"
#include "client/chat/session.h"
#include "client/modes/json_session.h"
#include "client/ui/commands.h"
#include "client/ui/view.h"
#include "common/protocol/request.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/shown_text.h"

namespace {

using parley::ByteQueue;
using parley::WallTime;
using parley::client::Commands;
using parley::client::Credentials;
using parley::client::JsonSession;
using parley::client::Notice;
using parley::client::ServerLines;
using parley::client::Session;
using parley::client::View;
using parley::fuzz::IsHarmless;
using parley::fuzz::Require;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
constexpr std::string_view kMargin = "    | ";

// A script of the server and of the person, one line after the other.
class Script {
 public:
  explicit Script(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::string_view Next() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    return line;
  }

 private:
  std::string_view rest_;
};

// --- What is shown ---

// Takes the colours off that a View puts on.
std::string WithoutColours(std::string text) {
  for (const std::string_view code :
       {"\033[2m", "\033[36m", "\033[35m", "\033[31m", "\033[33m", "\033[32m", "\033[0m"}) {
    for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code, at)) {
      text.erase(at, code.size());
    }
  }
  return text;
}

// One line, and further ones behind the margin.
void RequireShown(std::string_view text) {
  Require(text.ends_with('\n') && IsHarmless(text, true));
  text.remove_suffix(1);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n')) {
    text.remove_prefix(at + 1);
    Require(text.starts_with(kMargin));
  }
}

std::string Show(const Notice& notice, std::string_view room) {
  const std::string shown = View(false).Show(notice, room, kNow);
  RequireShown(shown);
  Require(WithoutColours(View(true).Show(notice, room, kNow)) == shown);
  const std::string plain = ShowPlain(notice);
  Require(plain.empty() || (IsHarmless(plain, true) && plain.find('\n') == plain.size() - 1));
  return shown + plain;
}

// --- What is sent ---

// Each line is a request; a server that understands it does not end the session.
void RequireRequests(std::string_view sent) {
  while (!sent.empty()) {
    const std::size_t newline = sent.find('\n');
    Require(newline != std::string_view::npos);
    const auto request = parley::protocol::DecodeRequest(sent.substr(0, newline));
    const auto* const fault = std::get_if<parley::protocol::Fault>(&request.body);
    Require(fault == nullptr || fault->code == parley::ErrorCode::kBadMessage);
    sent.remove_prefix(newline + 1);
  }
}

// --- The clients ---

Session::Settings Settings(bool pipe) {
  Session::Settings settings;
  settings.credentials = {.name = "ana"};
  settings.room = "lobby";
  settings.may_rename = settings.only_room = pipe;
  settings.id_prefix = "p";
  settings.recent = 20;
  return settings;
}

// At a terminal, or in a pipe.
class Person {
 public:
  explicit Person(bool pipe) : session_(Settings(pipe)) {}

  void Connect() { session_.Connected(); }
  void Lose() { session_.Disconnected(); }
  void Receive(std::string_view line) { session_.Receive(line); }
  void Type(std::string_view text) { commands_.Run(text); }
  void Complete(std::string_view word) {
    for (const bool begins : {false, true}) {
      for (const std::string& found : commands_.Complete(word, begins)) {
        Require(IsHarmless(found));
        said_ += found + '\n';
      }
    }
  }

  // All that came of it.
  std::string Take() {
    const auto* const room = session_.current();
    const std::string name = room == nullptr ? "" : room->name();
    for (const Notice& notice : session_.TakeNotices()) said_ += Show(notice, name);
    for (const Notice& notice : commands_.TakeAnswers()) said_ += Show(notice, name);
    const std::string sent = session_.TakeOutgoing();
    RequireRequests(sent);
    said_ += sent + session_.failure().value_or("");
    if (const auto after = session_.TakeRetryAfter()) Require(after->count() >= 0);
    static_cast<void>(session_.AwaitsAnswer());
    return std::exchange(said_, {});
  }

 private:
  Session session_;
  Commands commands_{session_};
  std::string said_;
};

// With --json.
class Program {
 public:
  void Connect() { session_.Connected(); }
  void Lose() { session_.Disconnected(); }
  void Receive(std::string_view line) { session_.Receive(line); }
  void Type(std::string_view text) {
    if (session_.ready() && !text.empty()) session_.Request(text);
  }
  static void Complete(std::string_view) {}

  std::string Take() {
    const std::string sent = session_.TakeOutgoing();
    Require(sent.empty() || sent.ends_with('\n'));
    Require(!session_.ready() || session_.greeted());
    return sent + std::to_string(session_.unanswered()) + ' ' + std::to_string(session_.lost()) +
           session_.failure().value_or("");
  }

 private:
  JsonSession session_{Credentials{.name = "ana"}, "lobby"};
};

// --- The play ---

template <typename Client>
class Connection {
 public:
  Connection(Client& client, std::size_t piece) : client_(client), piece_(piece) { client_.Connect(); }

  void Receive(std::string bytes) {
    for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(std::min(piece_, rest.size()))) {
      incoming_.Append(rest.substr(0, piece_));
      if (!lines_.Drain(incoming_, [&](std::string_view line) { client_.Receive(line); })) return Break();
    }
  }
  void Break() {
    client_.Lose();
    incoming_.Clear();
    lines_.Reset();
    client_.Connect();
  }

 private:
  Client& client_;
  std::size_t piece_;
  ByteQueue incoming_;
  ServerLines lines_;
};

// What became of the whole script.
template <typename Client>
std::string Play(Client client, Script script, std::size_t piece) {
  Connection<Client> connection(client, piece);
  std::string all = client.Take();
  while (!script.empty()) {
    std::string_view line = script.Next();
    if (line.starts_with('>')) {
      client.Type(line.substr(1));
    } else if (line.starts_with('?')) {
      client.Complete(line.substr(1));
    } else if (line.starts_with('-')) {
      connection.Break();
    } else {
      if (line.starts_with('<')) line.remove_prefix(1);
      connection.Receive(std::string(line) + '\n');
    }
    all += client.Take();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const bool zone = [] { return ::setenv("TZ", "UTC", 1) == 0; }();
  Require(zone);
  const std::size_t piece = data[0] % 32U + 1U;
  const Script script(parley::fuzz::Text(data + 2, size - 2));
  if (data[1] % 4 == 0) {
    Require(Play(Program(), script, piece) == Play(Program(), script, size));
  } else {
    const bool pipe = data[1] % 4 == 1;
    Require(Play(Person(pipe), script, piece) == Play(Person(pipe), script, size));
  }
  return 0;
}
