// JanusSignaling brings clients into a room of Janus's videoroom plugin, by its WebSocket API: one session,
// and a handle for each client. It is what the media of chat_server is measured by.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/media/media_signaling.h"
#include "tests/support/json.h"
#include "tests/support/web_peer.h"

namespace parley::bench {

class JanusSignaling : public MediaSignaling {
 public:
  explicit JanusSignaling(std::uint16_t port);

  void Join(MediaClient& client) override;
  void Turn() override {}
  // Janus tells a subscriber once which section is whose. The client checks its numbers.
  [[nodiscard]] bool MayShow(const MediaClient&, const std::string&, unsigned) const override { return true; }

 private:
  // The next message, which may come in pieces.
  test::Json Next();
  // Sends a request of the session, and returns the reply to it.
  test::Json Ask(std::string_view kind, std::string_view more);
  // A message to the plugin; the event that answers it.
  test::Json Message(std::int64_t handle, const std::string& body, const std::string& jsep = "");

  test::WebPeer peer_;
  std::int64_t session_ = 0;
  std::uint64_t transactions_ = 0;
  std::vector<unsigned> publishers_;
};

}  // namespace parley::bench
