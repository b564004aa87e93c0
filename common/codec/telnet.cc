#include "common/codec/telnet.h"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley {
namespace {

constexpr std::uint8_t kSe = 240;
constexpr std::uint8_t kSb = 250;
constexpr std::uint8_t kWill = 251;
constexpr std::uint8_t kWont = 252;
constexpr std::uint8_t kDo = 253;
constexpr std::uint8_t kDont = 254;
constexpr char kIac = '\xFF';
constexpr std::string_view kCrNul("\r\0", 2);

std::uint8_t Byte(char c) {
  return static_cast<std::uint8_t>(c);
}

// EOF, SUSP, ABORT (RFC 1184) and EOR (RFC 885); NOP to GA (RFC 854).
bool IsAlone(std::uint8_t command) {
  return (command >= 236 && command <= 239) || (command > kSe && command < kSb);
}

enum class Found { kCommand, kBeginning, kNone };
struct Command {
  Found found;
  std::size_t size = 0;  // of a whole one
};

Command FindSubnegotiation(std::string_view bytes) {
  for (std::size_t i = 2; i + 1 < bytes.size() && i + 1 < limits::kTelnetCommandBytes; ++i) {
    if (bytes[i] != kIac) continue;
    if (Byte(bytes[i + 1]) == kSe) return {Found::kCommand, i + 2};
    if (bytes[i + 1] != kIac) return {Found::kNone};
    ++i;  // a byte of data, doubled
  }
  return {bytes.size() < limits::kTelnetCommandBytes ? Found::kBeginning : Found::kNone};
}

// Reads the command or text at the front of `bytes`, which must not be empty.
Command FindCommand(std::string_view bytes) {
  if (bytes.front() != kIac) return {Found::kNone};
  if (bytes.size() == 1) return {Found::kBeginning};
  const std::uint8_t command = Byte(bytes[1]);
  if (IsAlone(command)) return {Found::kCommand, 2};
  if (command == kSb) return FindSubnegotiation(bytes);
  if (command < kWill || command > kDont) return {Found::kNone};
  if (bytes.size() == 2) return {Found::kBeginning};
  if (bytes[2] == kIac) return {Found::kNone};
  return {Found::kCommand, 3};
}

class Replies {
 public:
  void Answer(std::string_view command) {
    const std::uint8_t verb = Byte(command[1]);
    if (verb == kDo) Refuse(refused_do_, kWont, command[2]);
    if (verb == kWill) Refuse(refused_will_, kDont, command[2]);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  void Refuse(std::bitset<256>& refused, std::uint8_t verb, char option) {
    if (refused.test(Byte(option))) return;
    refused.set(Byte(option));
    bytes_ += {kIac, static_cast<char>(verb), option};
  }

  std::bitset<256> refused_do_, refused_will_;
  std::string bytes_;
};

// What NVT's printer knows (RFC 854), in UTF-8.
bool IsTerminalText(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t byte = Byte(text[i]);
    const bool after_return = i > 0 && text[i - 1] == '\r';
    const bool control = byte < ' ' || byte == 0x7F;
    if (control && !(byte >= '\a' && byte <= '\r') && !(byte == 0 && after_return)) return false;
  }
  return IsValidUtf8(text);
}

}  // namespace

std::string WithoutCrNul(std::string_view bytes) {
  std::string text;
  for (std::size_t at = bytes.find(kCrNul); at != std::string_view::npos; at = bytes.find(kCrNul)) {
    text += bytes.substr(0, at);
    text += '\n';
    bytes.remove_prefix(at + kCrNul.size());
  }
  return text += bytes;
}

TelnetRead DecodeTelnet(std::string_view read) {
  using Status = TelnetRead::Status;
  Replies replies;
  bool commands = false;
  std::string_view rest = read;
  // Takes the commands off the front, and tells what stopped that.
  const auto take_commands = [&] {
    while (!rest.empty()) {
      const Command command = FindCommand(rest);
      if (command.found != Found::kCommand) return command.found;
      commands = true;
      replies.Answer(rest.substr(0, command.size));
      rest.remove_prefix(command.size);
    }
    return Found::kNone;
  };
  if (take_commands() == Found::kBeginning) return {Status::kNeedMore};
  const std::string_view text = rest.substr(0, rest.find(kIac));
  rest.remove_prefix(text.size());
  const bool cut = take_commands() == Found::kBeginning;
  if ((!cut && (!commands || !rest.empty())) || !IsTerminalText(text)) return {};
  if (cut) return {Status::kNeedMore};
  return {Status::kTelnet, WithoutCrNul(text), replies.Take()};
}

}  // namespace parley
