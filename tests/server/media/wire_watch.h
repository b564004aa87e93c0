// WireWatch looks at every datagram that the engine sends, as somebody on the network would: the headers of
// media are not encrypted. It knows what a slot promises, and who has proved an address.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "server/media/media_path.h"

namespace parley {

class WireWatch {
 public:
  // The engine gets this datagram.
  void Received(const MediaPath& path, std::string_view datagram);
  // A page has proved that the path is its own; or it has left.
  void Prove(const MediaPath& path) { proved_.insert(KeyOf(path)); }
  void Forget(const MediaPath& path) { proved_.erase(KeyOf(path)); }
  // The engine sends this one.
  void Sent(const MediaPath& path, std::string_view datagram);

  // The first thing that was wrong; empty if nothing was.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Key = std::string;
  struct Packet {
    std::uint32_t timestamp = 0;
    std::size_t hash = 0;  // of the datagram
  };
  using Stream = std::map<std::uint64_t, Packet>;  // by sequence number with its rounds; the newest ones
  static Key KeyOf(const MediaPath& path);
  void CheckMedia(const Key& key, std::string_view datagram);
  void Blame(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }

  std::set<Key> proved_;
  std::map<Key, std::size_t> asked_;  // the size of a check that is not answered yet
  std::map<std::pair<Key, std::uint32_t>, Stream> streams_;
  std::string problem_;
};

}  // namespace parley
