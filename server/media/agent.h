// Agent is the server's side of ICE for one session (RFC 8445): an agent of the lite kind, which answers
// checks. Packets and time in, packets out.
//
// A check counts only if it is signed with the session's password. Nothing else is answered, or changes
// anything. The session's media goes to the selected path. This is the pair of highest priority among those
// that the page has nominated and still checks. It is not the pair that was nominated last, because Firefox
// nominates TCP after UDP.
//
// A page can forge the address of its checks. So after RequireProof, only proved paths are selected: the page
// has shown that it receives what is sent there. On UDP, it proves a path by answering a check of ours, whose
// transaction id nobody else knows. A full agent answers such checks even if they come from a lite agent.

#pragma once

#include <cstddef>
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
  // `remote` are those of the page's description. Consent begins now.
  Agent(IceCredentials own, IceCredentials remote, MonotonicTime now);

  // The page restarts ICE. Its old pairs stay in use until a new one is nominated and may carry media.
  void Restart(IceCredentials own, IceCredentials remote);

  // Takes a check that was read from `datagram` and arrived on `path`. Returns the answer, which goes back on
  // the same path; nothing if the check is not signed by the page.
  std::optional<std::string> Receive(std::string_view datagram, const IceCheck& check, const MediaPath& path,
                                     MonotonicTime now);

  // A check of our own for this path; nothing if there is no need, or if there were limits::kIceAsks in this
  // second.
  std::optional<std::string> Ask(const MediaPath& path, MonotonicTime now);
  // Takes what may be the answer to it. False if it is not.
  bool TakeAnswer(std::string_view datagram, const MediaPath& path);
  // The page gets what is sent on this path.
  void Prove(const MediaPath& path);
  void RequireProof() { requires_proof_ = true; }

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
    bool proved = false;
    std::string transaction = {};  // of our last check
  };
  [[nodiscard]] Pair* Find(const MediaPath& path);
  [[nodiscard]] const IceCredentials* CredentialsOf(const IceCheck& check) const;
  void Note(const IceCheck& check, const MediaPath& path, unsigned generation, MonotonicTime now);
  [[nodiscard]] bool MayCarryMedia(const Pair& pair) const { return pair.proved || !requires_proof_; }
  void EndRestart();
  [[nodiscard]] bool IsBetter(const Pair& a, const Pair& b, MonotonicTime now) const;

  IceCredentials own_, previous_;
  IceCredentials remote_, previous_remote_;
  unsigned generation_ = 0;
  std::vector<Pair> pairs_;
  MonotonicTime last_check_;
  bool requires_proof_ = false;
  MonotonicTime asks_since_;
  std::size_t asks_ = 0;  // since then, within a second
};

}  // namespace parley
