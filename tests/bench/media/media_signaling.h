// MediaSignaling brings a client of the load into a call. There is one for chat_server, and one for the
// server that it is measured by.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/media/media_client.h"
#include "tests/support/json.h"
#include "tests/support/line_peer.h"

namespace parley::bench {

class MediaSignaling {
 public:
  MediaSignaling() = default;
  MediaSignaling(const MediaSignaling&) = delete;
  MediaSignaling& operator=(const MediaSignaling&) = delete;
  virtual ~MediaSignaling() = default;

  // The client joins the call, and offer and answer are exchanged. A client with slots for pictures gets
  // those of everybody who has joined before, as far as they reach. Throws std::runtime_error.
  virtual void Join(MediaClient& client) = 0;
  // Reads what the server has sent. Call it once a second or so.
  virtual void Turn() = 0;
  // Whether the last packet on that slot may be of that publisher, as far as the server tells.
  [[nodiscard]] virtual bool MayShow(const MediaClient& client, const std::string& mid,
                                     unsigned publisher) const = 0;
};

// chat_server's protocol, in lines.
class ParleySignaling : public MediaSignaling {
 public:
  explicit ParleySignaling(std::uint16_t port) : port_(port) {}

  void Join(MediaClient& client) override;
  void Turn() override;
  [[nodiscard]] bool MayShow(const MediaClient& client, const std::string& mid,
                             unsigned publisher) const override;

 private:
  struct Member {
    std::unique_ptr<test::LinePeer> peer;
    unsigned number = 0;
    bool sends = false;
    std::map<std::string, std::string> slots;  // mid to member id
  };
  // Takes an event of the member; the answer to its offer, if it is one.
  static std::string Take(Member& member, const test::Json& event);
  void Want(test::LinePeer& peer, std::size_t pictures) const;

  std::uint16_t port_;
  std::vector<Member> members_;
};

}  // namespace parley::bench
