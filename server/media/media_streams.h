// MediaStreams are the TCP connections of pages whose networks block UDP. Packets are framed (RFC 4571), and
// each connection is a path of its own. The TLS door hands them over.
//
// Media that a connection does not take in time is dropped, as a network would drop it. Used by media's
// thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/io/selector.h"
#include "common/net/stream.h"
#include "server/media/media_path.h"

namespace parley {

class MediaStreams {
 public:
  struct Handlers {
    std::function<void(const MediaPath&, std::span<char> packet)> receive;
    std::function<void(std::uint64_t stream)> ended;
    std::function<bool(const MediaPath&)> is_proved;  // by a check of its page
  };
  // `selector` outlives this object.
  MediaStreams(Selector& selector, Handlers handlers) : selector_(selector), handlers_(std::move(handlers)) {}
  ~MediaStreams();
  MediaStreams(const MediaStreams&) = delete;
  MediaStreams& operator=(const MediaStreams&) = delete;

  // A new connection; closed at once if there are too many, in all or from its address. It is closed, too, if
  // its first packet is no binding request of STUN.
  void Add(Stream stream, MonotonicTime now);
  // What the selector reported. Other descriptors are ignored.
  void Serve(const Selector::Ready& ready);
  // `path` is one that was given to `receive`.
  void Send(const MediaPath& path, std::string_view packet);
  // Writes what was sent.
  void Flush();
  // Closes connections whose pages have not proved themselves in time, or have left. Call it once a second or
  // so.
  void Sweep(MonotonicTime now);

  [[nodiscard]] std::size_t size() const { return connections_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Connection {
    Stream stream;
    MediaPath path;
    MonotonicTime since;
    std::string in, out;
    bool is_ice = false;  // by its first bytes
    bool waits = false;   // for the socket to take more
    bool broken = false;  // to be closed
  };
  void Read(Connection& connection);
  void Write(Connection& connection);
  void CloseBroken();

  Selector& selector_;
  Handlers handlers_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Connection> connections_;  // by the number of the path
  std::map<int, std::uint64_t> by_descriptor_;
  std::uint64_t dropped_ = 0;
};

}  // namespace parley
