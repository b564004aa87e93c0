// Somebody in the soak: one of the three ways to speak the protocol, with the same verbs whichever it is.
// Requests may be many under way; events are kept in their order until they are asked for. One thread.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "tests/support/json.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/tls_peer.h"
#include "tests/support/web_peer.h"

namespace parley::test {

enum class Way { kLines, kTls, kWeb };
inline constexpr unsigned kWays = 3;

class SoakPerson {
 public:
  // Connects by `way` and says hello with these fields; throws Failure where that brings no welcome.
  SoakPerson(const ServerProcess& server, Way way, Fields hello, const RawPeer::Options& options = {});
  // As a guest.
  SoakPerson(const ServerProcess& server, Way way, std::string_view name,
             const RawPeer::Options& options = {})
      : SoakPerson(server, way, {{"protocol", 1}, {"name", name}}, options) {}

  // Sends a request; NextReply() returns the replies in the order of the requests.
  void Send(std::string_view type, Fields fields = {});
  Json NextReply();
  // Both.
  Json Ask(std::string_view type, Fields fields = {});
  // The same, and throws Failure where the reply is not this one ("ok", "joined", …, or an error's code).
  Json Expect(std::string_view outcome, std::string_view type, Fields fields = {});

  Json NextEvent();
  // The next one of this type; those before it are dropped.
  Json NextEvent(std::string_view type);
  // All that came before the server answered a ping.
  std::deque<Json> TakeEvents();

  // Breaks the connection off.
  void Reset();

  [[nodiscard]] Way way() const { return way_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  using Wire = std::variant<RawPeer, TlsPeer, WebPeer>;
  // Connected, and the first word said.
  Wire Connect(const ServerProcess& server, Fields hello, const RawPeer::Options& options) const;
  void SendText(const std::string& text);
  std::string ReceiveText();
  // Reads one object and keeps it with the replies or the events.
  void Read();

  Way way_;
  Wire wire_;
  std::deque<Json> replies_, events_;
  std::uint64_t asked_ = 0, answered_ = 0;  // without the hello
  std::string id_, name_, token_;
};

}  // namespace parley::test
