#include "tests/support/web_peer.h"

#include <algorithm>
#include <charconv>

#include "tests/support/deadline.h"

namespace parley::test {
namespace {

constexpr std::string_view kMask = "mask";

char Byte(std::size_t value) {
  return static_cast<char>(static_cast<unsigned char>(value & 0xFFU));
}

std::size_t BigEndian(std::string_view bytes) {
  std::size_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

std::size_t ToNumber(const std::string& text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

void WebPeer::Send(std::string_view bytes) {
  std::visit([&](auto& stream) { stream.Send(bytes); }, stream_);
}

std::string WebPeer::ReceiveToEnd() {
  return std::visit([](auto& stream) { return stream.ReceiveToEnd(); }, stream_);
}

std::string WebPeer::ReceiveExactly(std::size_t count) {
  std::string bytes = std::visit([&](auto& stream) { return stream.ReceiveExactly(count); }, stream_);
  if (bytes.size() < count) throw Failure("the server closed; before that: " + bytes);
  return bytes;
}

std::string WebPeer::ReceiveThrough(std::string_view end) {
  std::string bytes = std::visit([&](auto& stream) { return stream.ReceiveThrough(end); }, stream_);
  if (!bytes.ends_with(end)) throw Failure("the server closed; before that: " + bytes);
  return bytes;
}

std::string WebPeer::Answer::Field(std::string_view name) const {
  const std::string line = "\r\n" + std::string(name) + ": ";
  const std::size_t found = head.find(line);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + line.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

WebPeer::Answer WebPeer::NextAnswer(bool to_head) {
  Answer answer{0, ReceiveThrough("\r\n\r\n"), ""};
  answer.status = static_cast<int>(ToNumber(answer.head.substr(answer.head.find(' ') + 1, 3)));
  if (!to_head) answer.body = ReceiveExactly(ToNumber(answer.Field("Content-Length")));
  return answer;
}

WebPeer::Answer WebPeer::Get(std::string_view target, std::string_view host, std::string_view fields) {
  SendGet(target, host, fields);
  return NextAnswer();
}

WebPeer::Answer WebPeer::Upgrade(std::string_view host, std::string_view fields) {
  SendUpgrade(host, fields);
  return NextAnswer();
}

void WebPeer::SendGet(std::string_view target, std::string_view host, std::string_view fields) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
  Send(request.append(fields).append("\r\n"));
}

void WebPeer::SendUpgrade(std::string_view host, std::string_view fields) {
  SendGet("/ws", host,
          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
              std::string(fields));
}

void WebPeer::Reset() {
  if (auto* const tls = std::get_if<TlsPeer>(&stream_)) return tls->wire().Reset();
  std::get<RawPeer>(stream_).Reset();
}

void WebPeer::SendFrame(int first, std::string_view payload) {
  std::string frame{Byte(static_cast<std::size_t>(first))};
  if (payload.size() <= 125) {
    frame += Byte(0x80 | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    frame += {'\xFE', Byte(payload.size() >> 8U), Byte(payload.size())};
  } else {
    frame += '\xFF';
    for (int shift = 56; shift >= 0; shift -= 8)
      frame += Byte(payload.size() >> static_cast<unsigned>(shift));
  }
  frame += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  Send(frame);
}

WebPeer::Frame WebPeer::NextFrame() {
  const std::string head = ReceiveExactly(2);
  std::size_t size = static_cast<unsigned char>(head[1]);
  if (size > 127) throw Failure("the server masked a frame");
  if (size == 126) size = BigEndian(ReceiveExactly(2));
  if (size == 127) size = BigEndian(ReceiveExactly(8));
  return {static_cast<unsigned char>(head[0]), ReceiveExactly(size)};
}

Json WebPeer::Ask(std::string_view type, Fields fields) {
  SendFrame(kText, Object(type, fields));
  for (;;) {
    const Frame frame = NextFrame();
    if (frame.first != kText) throw Failure("a frame that is no text came: " + frame.payload);
    // Without a `ref`: what is no event answers.
    Json json = Json::Parse(frame.payload);
    const std::string type_of = json["type"].Text();
    for (const std::string_view reply : {"welcome", "joined", "ok", "error", "pong", "history", "rooms"}) {
      if (type_of == reply) return json;
    }
  }
}

std::string ClosePayload(unsigned code) {
  return {Byte(code >> 8U), Byte(code)};
}

}  // namespace parley::test
