// Decides whether a raw peer's read is Telnet (RFC 854). If it is, gives its text and the answer to its
// commands.
//
// Sans I/O and without state: each read is judged alone. It is Telnet if it begins or ends with whole
// commands and all the rest is text as a terminal sends it. Everything else is bytes, whatever they are.

#pragma once

#include <string>
#include <string_view>

namespace parley {

struct TelnetRead {
  enum class Status {
    kPlain,     // not Telnet
    kNeedMore,  // Telnet if the command that begins at its end is completed
    kTelnet,
  };
  Status status = Status::kPlain;
  // With kTelnet: the text without the commands, and CR NUL as a newline. Empty if there are only commands.
  std::string text = {};
  // With kTelnet: the answer to the peer. WONT for each DO and DONT for each WILL, each option once. WONT and
  // DONT are answers themselves and get none.
  std::string replies = {};
};

// `read`: everything that one read brought. A command is IAC and 236 to 239 or 241 to 249, IAC and WILL,
// WONT, DO or DONT with an option, or a subnegotiation up to IAC SE of at most limits::kTelnetCommandBytes. A
// doubled IAC is a byte of data, and no text contains it.
TelnetRead DecodeTelnet(std::string_view read);

// `bytes` with each CR NUL, which is how Telnet writes a bare return (RFC 854), as a newline.
std::string WithoutCrNul(std::string_view bytes);

}  // namespace parley
