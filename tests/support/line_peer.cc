#include "tests/support/line_peer.h"

#include "tests/support/deadline.h"

namespace parley::test {
namespace {

std::string WithRef(std::string object, std::string_view ref) {
  object.pop_back();
  return object + R"(,"ref":)" + Quote(ref) + "}\n";
}

Json TakeFirst(std::deque<Json>& queue) {
  Json first = std::move(queue.front());
  queue.pop_front();
  return first;
}

}  // namespace

std::string Outcome(const Json& reply) {
  return reply["type"] == "error" ? reply["code"].Text() : reply["type"].Text();
}

LinePeer::LinePeer(std::uint16_t port, std::string_view name, const RawPeer::Options& options)
    : LinePeer(port, options) {
  const Json reply = Hello(name);
  if (Outcome(reply) != "welcome") throw Failure("no welcome: " + reply.raw());
}

Json LinePeer::Greet(Fields fields) {
  Json reply = Ask("hello", fields);
  if (Outcome(reply) == "welcome") {
    id_ = reply["id"].Text();
    name_ = reply["name"].Text();
    token_ = reply["token"].Text();
  }
  return reply;
}

Json LinePeer::Join(std::string_view room, Fields more) {
  std::string request = Object("join", more);
  request.pop_back();
  const std::string ref = NextRef();
  wire().Send(WithRef(request + R"(,"room":)" + Quote(room) + "}", ref));
  Json reply = NextReply();
  if (Outcome(reply) == "joined" && reply["count"].Number() <= 256) TakeOwnComing(reply["room"].Text());
  return reply;
}

void LinePeer::TakeOwnComing(std::string_view room) {
  for (std::size_t i = 0;; ++i) {
    while (events_.size() <= i) Read();
    const Json& event = events_[i];
    if (event["type"] == "member_joined" && event["room"] == room && event["member"]["id"] == id_) {
      events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
}

Json LinePeer::Ask(std::string_view type, Fields fields) {
  const std::string ref = NextRef();
  wire().Send(WithRef(Object(type, fields), ref));
  Json reply = NextReply();
  if (reply["ref"] != ref) throw Failure("not the reply to " + ref + ": " + reply.raw());
  return reply;
}

void LinePeer::Send(std::string_view type, Fields fields) {
  wire().Send(WithRef(Object(type, fields), NextRef()));
}

Json LinePeer::NextReply() {
  while (replies_.empty()) Read();
  return TakeFirst(replies_);
}

Json LinePeer::NextEvent() {
  while (events_.empty()) Read();
  return TakeFirst(events_);
}

Json LinePeer::NextEvent(std::string_view type) {
  while (true) {
    Json event = NextEvent();
    if (event["type"] == type) return event;
  }
}

void LinePeer::Settle() {
  const Json reply = Ask("ping");
  if (Outcome(reply) != "pong") throw Failure("no pong: " + reply.raw());
}

void LinePeer::SendLine(std::string_view line) {
  wire().Send(std::string(line) + "\n");
}

std::string LinePeer::ReceiveLine() {
  std::string line = wire().ReceiveThrough("\n");
  if (!line.empty() && line.back() != '\n') throw Failure("closed within a line: " + line);
  if (!line.empty()) line.pop_back();
  return line;
}

void LinePeer::Read() {
  std::string line = ReceiveLine();
  if (line.empty()) throw Failure("the server closed the connection");
  Json object = Json::Parse(std::move(line));
  (object.Has("ref") ? replies_ : events_).push_back(std::move(object));
}

}  // namespace parley::test
