#include "tests/system/soak_person.h"

#include <chrono>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"

namespace parley::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kText = 0x81, kPing = 0x89, kPong = 0x8A;
// Whoever is silent for a second is a raw peer. On a busy machine that happens once in a long run to somebody
// who has connected and is not given the processor in time: such a connection is given up, unread.
constexpr std::chrono::milliseconds kInTime{700};
constexpr int kAttempts = 20;

Json TakeFirst(std::deque<Json>& queue) {
  Json first = std::move(queue.front());
  queue.pop_front();
  return first;
}

}  // namespace

SoakPerson::SoakPerson(const ServerProcess& server, Way way, Fields hello, const RawPeer::Options& options)
    : way_(way), wire_(Connect(server, hello, options)) {
  if (way == Way::kWeb) {
    if (std::get<WebPeer>(wire_).NextAnswer().status != 101) throw Failure("there is no WebSocket");
    SendText(Object("hello", hello));
  }
  while (replies_.empty()) Read();
  const Json welcome = TakeFirst(replies_);
  if (welcome["type"] != "welcome") throw Failure("no welcome: " + welcome.raw());
  id_ = welcome["id"].Text();
  name_ = welcome["name"].Text();
  token_ = welcome["token"].Text();
}

SoakPerson::Wire SoakPerson::Connect(const ServerProcess& server, Fields hello,
                                     const RawPeer::Options& options) const {
  const std::string line = Object("hello", hello) + "\n";
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto begin = Clock::now();
    const auto in_time = [&] { return Clock::now() - begin < kInTime; };
    if (way_ == Way::kLines) {
      RawPeer raw(server.port(), options);
      raw.Send(line);
      if (in_time()) return raw;
      continue;
    }
    TlsPeer tls(server.tls_port(), options);
    begin = Clock::now();
    if (way_ == Way::kTls) {
      tls.Send(line);
      if (in_time()) return tls;
      continue;
    }
    WebPeer web(std::move(tls));
    web.SendUpgrade("localhost");
    if (in_time()) return web;
  }
  throw Failure("this machine never lets anybody speak in time");
}

void SoakPerson::Send(std::string_view type, Fields fields) {
  std::string object = Object(type, fields);
  object.pop_back();
  SendText(object + R"(,"ref":")" + std::to_string(++asked_) + "\"}");
}

Json SoakPerson::NextReply() {
  while (replies_.empty()) Read();
  Json reply = TakeFirst(replies_);
  if (reply["ref"] != std::to_string(++answered_)) throw Failure("not the next reply: " + reply.raw());
  return reply;
}

Json SoakPerson::Ask(std::string_view type, Fields fields) {
  Send(type, fields);
  return NextReply();
}

Json SoakPerson::Expect(std::string_view outcome, std::string_view type, Fields fields) {
  Json reply = Ask(type, fields);
  if (Outcome(reply) != outcome) {
    throw Failure(name_ + " wanted " + std::string(outcome) + " and got " + reply.raw());
  }
  return reply;
}

Json SoakPerson::NextEvent() {
  while (events_.empty()) Read();
  return TakeFirst(events_);
}

Json SoakPerson::NextEvent(std::string_view type) {
  for (;;) {
    Json event = NextEvent();
    if (event["type"] == type) return event;
  }
}

std::deque<Json> SoakPerson::TakeEvents() {
  Expect("pong", "ping");
  return std::exchange(events_, {});
}

void SoakPerson::Reset() {
  if (way_ == Way::kLines) return std::get<RawPeer>(wire_).Reset();
  if (way_ == Way::kTls) return std::get<TlsPeer>(wire_).wire().Reset();
  std::get<WebPeer>(wire_).Reset();
}

void SoakPerson::SendText(const std::string& text) {
  if (way_ == Way::kLines) return std::get<RawPeer>(wire_).Send(text + "\n");
  if (way_ == Way::kTls) return std::get<TlsPeer>(wire_).Send(text + "\n");
  std::get<WebPeer>(wire_).SendFrame(kText, text);
}

std::string SoakPerson::ReceiveText() {
  if (way_ == Way::kLines) return std::get<RawPeer>(wire_).ReceiveThrough("\n");
  if (way_ == Way::kTls) return std::get<TlsPeer>(wire_).ReceiveThrough("\n");
  auto& web = std::get<WebPeer>(wire_);
  for (;;) {
    const WebPeer::Frame frame = web.NextFrame();
    if (frame.first == kText) return frame.payload;
    if (frame.first != kPing) return "";
    web.SendFrame(kPong, frame.payload);
  }
}

void SoakPerson::Read() {
  std::string text = ReceiveText();
  if (text.empty()) throw Failure("the server closed the connection of " + name_);
  Json object = Json::Parse(std::move(text));
  // The welcome alone is a reply without a `ref`.
  const bool reply = object.Has("ref") || id_.empty();
  (reply ? replies_ : events_).push_back(std::move(object));
}

}  // namespace parley::test
