#include "tests/bench/dialect.h"

#include <stdexcept>

namespace parley::bench {
namespace {

// Named by number, each name once.
std::string Name(std::size_t peer) {
  return "load" + std::to_string(peer);
}

// A peer that says nothing: Parley takes it for a raw one after a second.
class Raw : public Dialect {
 public:
  std::string Greeting(std::size_t, std::string_view) const override { return {}; }
  std::string_view ready() const override { return {}; }
  std::string Message(std::string_view, std::string_view text) const override { return std::string(text); }
  bool rooms() const override { return false; }
};

// Bytes to all others; the server says that one is in.
class Bare : public Raw {
 public:
  std::string_view ready() const override { return "welcome"; }
};

class Lines : public Dialect {
 public:
  std::string Greeting(std::size_t peer, std::string_view room) const override {
    return R"({"type":"hello","protocol":1,"name":")" + Name(peer) + "\"}\n" + R"({"type":"join","room":")" +
           std::string(room) + "\"}\n";
  }
  std::string_view ready() const override { return R"("type":"joined")"; }
  std::string Message(std::string_view room, std::string_view text) const override {
    return R"({"type":"message","room":")" + std::string(room) + R"(","text":")" + std::string(text) +
           "\"}\n";
  }
};

constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

// A whole text (RFC 6455, section 5), masked with zeros.
std::string Frame(std::string_view text) {
  constexpr char kWholeText = '\x81';
  constexpr unsigned kMasked = 0x80, kShort = 126;
  std::string frame(1, kWholeText);
  if (text.size() < kShort) {
    frame += static_cast<char>(kMasked | text.size());
  } else {
    frame += static_cast<char>(kMasked | kShort);
    frame += static_cast<char>(text.size() >> 8U);
    frame += static_cast<char>(text.size() & 0xFFU);
  }
  return frame.append(4, '\0').append(text);
}

// The same in frames.
class WebSocket : public Lines {
 public:
  std::string Greeting(std::size_t peer, std::string_view room) const override {
    const std::string lines = Lines::Greeting(peer, room);
    const std::size_t end = lines.find('\n');
    return std::string(kUpgrade) + Frame(lines.substr(0, end)) + Frame(lines.substr(end + 1));
  }
  std::string Message(std::string_view room, std::string_view text) const override {
    return Frame(Lines::Message(room, text));
  }
};

// Frames to all others, whatever is in them.
class BareFrames : public Raw {
 public:
  std::string Greeting(std::size_t, std::string_view) const override { return std::string(kUpgrade); }
  std::string_view ready() const override { return "\r\n\r\n"; }
  std::string Message(std::string_view, std::string_view text) const override { return Frame(text); }
};

// RESP3, in which one who has subscribed may publish.
class Redis : public Dialect {
 public:
  std::string Greeting(std::size_t, std::string_view room) const override {
    return "HELLO 3\r\nSUBSCRIBE " + std::string(room) + "\r\n";
  }
  std::string_view ready() const override { return "subscribe"; }
  std::string Message(std::string_view room, std::string_view text) const override {
    return "*3\r\n$7\r\nPUBLISH\r\n" + Bulk(room) + Bulk(text);
  }
  bool echo() const override { return true; }

 private:
  static std::string Bulk(std::string_view text) {
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
  }
};

class Nats : public Dialect {
 public:
  std::string Greeting(std::size_t, std::string_view room) const override {
    return "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\nSUB " + std::string(room) +
           " 1\r\nPING\r\n";
  }
  std::string_view ready() const override { return "PONG"; }
  std::string Message(std::string_view room, std::string_view text) const override {
    return "PUB " + std::string(room) + " " + std::to_string(text.size()) + "\r\n" + std::string(text) +
           "\r\n";
  }
};

// MQTT 3.1.1, at most once.
class Mqtt : public Dialect {
 public:
  std::string Greeting(std::size_t peer, std::string_view room) const override {
    constexpr char kCleanSession = 2, kLevel = 4;
    const std::string connect =
        Text("MQTT") + kLevel + kCleanSession + std::string(2, '\0') + Text(Name(peer));
    const std::string subscribe = std::string("\0\1", 2) + Text(room) + '\0';
    return Packet('\x10', connect) + Packet('\x82', subscribe);
  }
  std::string_view ready() const override { return "\x90\x03"; }
  std::string Message(std::string_view room, std::string_view text) const override {
    return Packet('\x30', Text(room) + std::string(text));
  }
  bool echo() const override { return true; }

 private:
  static std::string Text(std::string_view text) {
    return std::string(1, '\0') + static_cast<char>(text.size()) + std::string(text);
  }
  static std::string Packet(char kind, const std::string& content) {  // of less than 128 bytes
    return std::string(1, kind) + static_cast<char>(content.size()) + content;
  }
};

class Irc : public Dialect {
 public:
  std::string Greeting(std::size_t peer, std::string_view room) const override {
    const std::string name = Name(peer);
    return "NICK " + name + "\r\nUSER " + name + " 0 * :" + name + "\r\nJOIN #" + std::string(room) + "\r\n";
  }
  std::string_view ready() const override { return " 366 "; }
  std::string Message(std::string_view room, std::string_view text) const override {
    return "PRIVMSG #" + std::string(room) + " :" + std::string(text) + "\r\n";
  }
};

}  // namespace

std::unique_ptr<Dialect> Dialect::Called(const std::string& name) {
  if (name == "raw") return std::make_unique<Raw>();
  if (name == "bare") return std::make_unique<Bare>();
  if (name == "lines") return std::make_unique<Lines>();
  if (name == "websocket") return std::make_unique<WebSocket>();
  if (name == "frames") return std::make_unique<BareFrames>();
  if (name == "redis") return std::make_unique<Redis>();
  if (name == "nats") return std::make_unique<Nats>();
  if (name == "mqtt") return std::make_unique<Mqtt>();
  if (name == "irc") return std::make_unique<Irc>();
  throw std::runtime_error("there is no dialect " + name);
}

}  // namespace parley::bench
