// A peer that speaks the protocol in lines. Owned by its test. What comes while it waits for something else
// is kept: Ask() leaves the events for NextEvent(), and they stay in their order.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/json.h"
#include "tests/support/raw_peer.h"

namespace parley::test {

// "ok", "joined", … of a reply, and of an error its code.
std::string Outcome(const Json& reply);

class LinePeer {
 public:
  // Connects with its first word, or as wire() is asked for: one that is silent for a second is a raw peer,
  // and on a busy machine much can take a second.
  explicit LinePeer(std::uint16_t port, RawPeer::Options options = {})
      : port_(port), options_(std::move(options)) {}
  // Connects and says hello.
  LinePeer(std::uint16_t port, std::string_view name, const RawPeer::Options& options = {});

  // The reply to hello. After a welcome, id(), name() and token() are set.
  Json Hello(std::string_view name) { return Greet({{"protocol", 1}, {"name", name}}); }
  Json HelloWithToken(std::string_view token) { return Greet({{"protocol", 1}, {"token", token}}); }
  Json Greet(Fields fields);
  // The reply to join. After a `joined`, waits for one's own `member_joined` and takes it out of the events
  // (but not in a room of more than 256).
  Json Join(std::string_view room, Fields more = {});
  Json Leave(std::string_view room) { return Ask("leave", {{"room", room}}); }
  Json Say(std::string_view room, std::string_view text) {
    return Ask("message", {{"room", room}, {"text", text}});
  }

  // Sends a request with a `ref` of its own, and returns the reply to it.
  Json Ask(std::string_view type, Fields fields = {});
  // The same in two steps, to send many before the first reply: NextReply() returns them as they come.
  void Send(std::string_view type, Fields fields = {});
  Json NextReply();

  // The next event that was not taken yet (whatever has no `ref`).
  Json NextEvent();
  // The next one of this type; those before it are dropped.
  Json NextEvent(std::string_view type);
  // All events that came and were not taken yet. After Settle(): all that there are.
  std::deque<Json> TakeEvents() { return std::exchange(events_, {}); }
  // A turn of the server has passed once this returns: it has read all that any peer sent before.
  void Settle();

  // The wire itself. ReceiveLine() returns the line without its newline, empty at the end, and passes over
  // what was kept.
  void SendLine(std::string_view line);
  std::string ReceiveLine();
  RawPeer& wire() {
    if (!peer_) peer_.emplace(port_, options_);
    return *peer_;
  }

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  // Reads one object and keeps it with the replies or the events.
  void Read();
  void TakeOwnComing(std::string_view room);
  std::string NextRef() { return "r" + std::to_string(++last_ref_); }

  std::uint16_t port_;
  RawPeer::Options options_;
  std::optional<RawPeer> peer_;
  std::deque<Json> replies_, events_;
  std::uint64_t last_ref_ = 0;
  std::string id_, name_, token_;
};

}  // namespace parley::test
