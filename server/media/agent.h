// Agent is the server's side of ICE for one session (RFC 8445): an agent of the lite kind, which answers
// checks and never sends any. Packets and time in, packets out.
//
// A check counts only if it is signed with the session's password. Nothing else is answered, or changes
// anything. The session's media goes to the selected path: of the pairs that the page has nominated and still
// checks, the one of highest priority. Firefox nominates UDP and then TCP, so the last one does not win.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/ice_stun.h"
#include "server/media/media_path.h"

namespace parley {

struct IceCredentials {
  std::string ufrag;
  std::string password;
};

// New ones, which nobody can guess.
IceCredentials MakeIceCredentials();

class Agent {
 public:
  // `remote_ufrag` is that of the page's description. Consent begins now.
  Agent(IceCredentials own, std::string remote_ufrag, MonotonicTime now);

  // The page restarts ICE. Its old pairs stay in use until a new one is nominated.
  void Restart(IceCredentials own, std::string remote_ufrag);

  // Takes a check that was read from `datagram` and arrived on `path`. Returns the answer, which goes back on
  // the same path; nothing if the check is not signed by the page.
  std::optional<std::string> Receive(std::string_view datagram, const IceCheck& check, const MediaPath& path,
                                     MonotonicTime now);

  // A TCP connection has ended, and its pairs with it.
  void StreamEnded(std::uint64_t stream);

  // Where packets go: before the page has nominated a pair, the best that it has checked. Nothing if there is
  // none.
  [[nodiscard]] std::optional<MediaPath> Selected(MonotonicTime now) const;
  // Whether the page has checked this path. Media from elsewhere is not its own.
  [[nodiscard]] bool Knows(const MediaPath& path) const;
  // The same, and lately.
  [[nodiscard]] bool IsLive(const MediaPath& path, MonotonicTime now) const;
  // When the session ends unless another check comes.
  [[nodiscard]] MonotonicTime ConsentEnds() const;
  [[nodiscard]] const IceCredentials& own() const { return own_; }

 private:
  struct Pair {
    MediaPath path;
    std::uint64_t priority = 0;
    bool nominated = false;
    unsigned generation = 0;  // counts restarts
    MonotonicTime checked;
  };
  [[nodiscard]] const IceCredentials* CredentialsOf(const IceCheck& check) const;
  void Note(const IceCheck& check, const MediaPath& path, unsigned generation, MonotonicTime now);
  [[nodiscard]] bool IsBetter(const Pair& a, const Pair& b, MonotonicTime now) const;

  IceCredentials own_, previous_;
  std::string remote_ufrag_, previous_remote_ufrag_;
  unsigned generation_ = 0;
  std::vector<Pair> pairs_;
  MonotonicTime last_check_;
};

}  // namespace parley
