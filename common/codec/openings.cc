#include "common/codec/openings.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parley {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kWhite = " \t\r\n";

bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsVisible(char c) {
  return c > ' ' && c < '\x7F';
}

// The first line of what was read.
struct Line {
  std::string_view text;  // without its end
  bool crlf = false;      // ended as programs end it; people at `nc` send LF alone
  std::string_view rest;  // behind it
};

Line FirstLine(std::string_view read) {
  const std::size_t end = read.find('\n');
  if (end == std::string_view::npos) return {read, false, {}};
  Line line{read.substr(0, end), false, read.substr(end + 1)};
  line.crlf = line.text.ends_with('\r');
  if (line.crlf) line.text.remove_suffix(1);
  return line;
}

// The words of a line between single spaces; more than fit are one too many.
class Words {
 public:
  explicit Words(std::string_view text) {
    while (count_ < words_.size()) {
      const std::size_t end = text.find(' ');
      words_.at(count_++) = text.substr(0, end);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
    ++count_;
  }
  // Zero where a word is empty or not of visible ASCII.
  [[nodiscard]] std::size_t count() const {
    const auto end = words_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, words_.size()));
    const bool good = std::all_of(words_.begin(), end, [](std::string_view word) {
      return !word.empty() && std::ranges::all_of(word, IsVisible);
    });
    return good ? count_ : 0;
  }
  std::string_view operator[](std::size_t index) const { return words_.at(index); }

 private:
  std::array<std::string_view, 6> words_;
  std::size_t count_ = 0;
};

// NAME/1, NAME/1.1
bool IsVersionOf(std::string_view name, std::string_view word) {
  if (!word.starts_with(name)) return false;
  word.remove_prefix(name.size());
  const bool major = word.size() >= 2 && word[0] == '/' && IsDigit(word[1]);
  return major && (word.size() == 2 || (word.size() == 4 && word[2] == '.' && IsDigit(word[3])));
}

bool IsMethod(std::string_view word) {
  return IsUpper(word.front()) &&
         std::ranges::all_of(word, [](char c) { return IsUpper(c) || IsDigit(c) || c == '-' || c == '_'; });
}

// METHOD target NAME/1.1. A target is a path, a `*`, or has a colon, as URLs and authorities have.
bool IsRequestLine(std::string_view name, std::string_view line) {
  const Words words(line);
  if (words.count() != 3 || !IsMethod(words[0]) || !IsVersionOf(name, words[2])) return false;
  const std::string_view target = words[1];
  return target.front() == '/' || target == "*" || target.find(':') != std::string_view::npos;
}

template <const std::string_view& Protocol>
bool IsRequest(std::string_view read) {
  return IsRequestLine(Protocol, FirstLine(read).text);
}
constexpr std::string_view kSip = "SIP";
constexpr std::string_view kRtsp = "RTSP";
constexpr std::string_view kIce = "ICE";

bool IsNumber(std::string_view word) {
  return std::ranges::all_of(word, IsDigit);
}

bool IsProxy(std::string_view read) {
  if (read.starts_with(kProxySignature)) return true;
  const Line line = FirstLine(read);
  const Words words(line.text);
  if (words.count() < 2 || words[0] != "PROXY") return false;
  if (words[1] == "UNKNOWN") return line.crlf;
  return (words[1] == "TCP4" || words[1] == "TCP6") && words.count() == 6 && IsNumber(words[4]) &&
         IsNumber(words[5]);
}

bool IsSsh(std::string_view read) {
  const std::string_view line = FirstLine(read).text;
  return line.starts_with("SSH-") && line.size() > 8 && IsDigit(line[4]) && line[5] == '.' &&
         line.find('-', 6) != std::string_view::npos;
}

bool IsMail(std::string_view read) {
  const Line line = FirstLine(read);
  const Words words(line.text);
  if (!line.crlf || words.count() < 2) return false;
  if (words[0] == "EHLO" || words[0] == "LHLO") return words.count() == 2;
  return words[0] == "AUTH" && words.count() <= 3;  // Redis has a command like it
}

bool IsIrc(std::string_view read) {
  const Line line = FirstLine(read);
  const Words words(line.text);
  const std::size_t count = words.count();
  if (!line.crlf || count < 2) return false;
  if (words[0] == "CAP") return words[1] == "LS" || words[1] == "REQ";
  if (words[0] == "USER") return count >= 5 && words[4].starts_with(':');
  if (words[0] == "NICK") return count == 2 && line.rest.starts_with("USER ");
  return words[0] == "PASS" && count == 2;
}

// *2, $4, AUTH …
bool IsRedis(std::string_view read) {
  const Line array = FirstLine(read);
  const Line bulk = FirstLine(array.rest);
  const auto counts = [](const Line& line, char kind) {
    return line.crlf && line.text.size() > 1 && line.text.front() == kind && IsNumber(line.text.substr(1));
  };
  return counts(array, '*') && counts(bulk, '$');
}

std::uint8_t ByteAt(std::string_view read, std::size_t index) {
  return static_cast<std::uint8_t>(read[index]);
}

bool IsMqtt(std::string_view read) {
  if (!read.starts_with('\x10')) return false;
  std::size_t at = 1;  // behind the remaining length, of one to four bytes
  while (at < 4 && at < read.size() && ByteAt(read, at) >= 0x80) ++at;
  const std::string_view name = read.substr(std::min(at + 1, read.size()));
  return name.starts_with("\0\4MQTT"sv) || name.starts_with("\0\6MQIsdp"sv);
}

bool IsPostgres(std::string_view read) {
  if (read.size() < 8 || !read.starts_with("\0\0"sv)) return false;
  const std::string_view code = read.substr(4, 4);
  return code.starts_with("\0\3\0"sv) || code == "\4\xD2\x16\x2E" || code == "\4\xD2\x16\x2F" ||
         code == "\4\xD2\x16\x30";
}

// A connection request (X.224) in a TPKT: `Cookie: mstshash=NAME` follows.
bool IsRdp(std::string_view read) {
  if (read.size() < 11 || !read.starts_with("\3\0"sv) || ByteAt(read, 5) != 0xE0) return false;
  const std::size_t size = ByteAt(read, 2) * std::size_t{256} + ByteAt(read, 3);
  return size >= 11 && size == ByteAt(read, 4) + std::size_t{5};
}

// A bind: SEQUENCE { INTEGER id, [APPLICATION 0] … }.
bool IsLdap(std::string_view read) {
  if (read.size() < 2 || read[0] != '0') return false;
  const std::uint8_t length = ByteAt(read, 1);
  const std::size_t head = length < 0x80 ? 2 : 2 + std::size_t{length} - 0x80;
  if (length > 0x84 || read.size() < head + 4) return false;
  return read.substr(head).starts_with("\2\1"sv) && read[head + 3] == '\x60';
}

// CONNECT or STOMP alone in a line, then a header: `login:ana`.
bool IsStomp(std::string_view read) {
  const Line line = FirstLine(read);
  if (line.text != "CONNECT" && line.text != "STOMP") return false;
  const std::string_view header = FirstLine(line.rest).text;
  const std::size_t name = header.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
  return name != std::string_view::npos && name > 0 && header[name] == ':';
}

bool IsXmpp(std::string_view read) {
  constexpr std::string_view kStream = "<stream:stream ";
  return read.starts_with(kStream) ||
         (read.starts_with("<?xml ") && read.find(kStream) != std::string_view::npos);
}

bool IsAmqp(std::string_view read) {
  return read.size() >= 8 && read.starts_with("AMQP") && ByteAt(read, 4) <= 3 && ByteAt(read, 5) <= 9 &&
         ByteAt(read, 6) <= 9;
}

bool IsNats(std::string_view read) {
  return read.starts_with("CONNECT {\"");
}

struct Shape {
  std::string_view protocol;
  bool (*begins)(std::string_view read);
};
constexpr Shape kBinary[] = {
    {"the PROXY protocol", &IsProxy},
    {"MQTT", &IsMqtt},
    {"PostgreSQL", &IsPostgres},
    {"RDP", &IsRdp},
    {"LDAP", &IsLdap},
    {"AMQP", &IsAmqp},
};
// White space before these does not count.
constexpr Shape kText[] = {
    {"the PROXY protocol", &IsProxy},
    {"SIP", &IsRequest<kSip>},
    {"RTSP", &IsRequest<kRtsp>},
    {"Icecast", &IsRequest<kIce>},
    {"SSH", &IsSsh},
    {"SMTP", &IsMail},
    {"IRC", &IsIrc},
    {"Redis", &IsRedis},
    {"STOMP", &IsStomp},
    {"XMPP", &IsXmpp},
    {"NATS", &IsNats},
};

void SkipWhite(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kWhite), text.size()));
}

}  // namespace

std::size_t BytesBeforeText(std::string_view bytes) {
  std::string_view text = bytes;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  SkipWhite(text);
  return bytes.size() - text.size();
}

bool BeginsWithHttp(std::string_view read) {
  return IsRequestLine("HTTP", FirstLine(read.substr(BytesBeforeText(read))).text);
}

std::optional<std::string_view> RecognizeProtocol(std::string_view read) {
  for (const Shape& shape : kBinary) {
    if (shape.begins(read)) return shape.protocol;
  }
  const std::string_view text = read.substr(BytesBeforeText(read));
  for (const Shape& shape : kText) {
    if (shape.begins(text)) return shape.protocol;
  }
  return std::nullopt;
}

// Not by a parser: what is cut or written wrongly holds a password all the same.
bool BeginsWithHello(std::string_view read) {
  std::string_view text = read.substr(BytesBeforeText(read));
  if (!text.starts_with('{')) return false;
  constexpr std::string_view kType = "\"type\"";
  for (std::size_t at = text.find(kType); at != std::string_view::npos; at = text.find(kType)) {
    text.remove_prefix(at + kType.size());
    std::string_view value = text;
    SkipWhite(value);
    if (!value.starts_with(':')) continue;
    value.remove_prefix(1);
    SkipWhite(value);
    if (value.starts_with("\"hello\"")) return true;
  }
  return false;
}

}  // namespace parley
