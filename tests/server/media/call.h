// Call plays one room with a MediaEngine and some pages, and carries datagrams between them. The network may
// lose, repeat and reorder media by a lot.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/media_limits.h"
#include "server/media/media_engine.h"
#include "server/media/media_sink.h"
#include "tests/server/media/page.h"

namespace parley {

class Call : private MediaSink {
 public:
  // In percent, for media in each direction. `corrupted`: one byte is another one.
  struct Network {
    unsigned lost = 0, repeated = 0, late = 0, corrupted = 0;
  };

  // The same seed gives the same losses, sources and numbers.
  explicit Call(unsigned seed = 1, std::size_t max_sessions = limits::kMediaSessions);

  // A page of the member `m<number>` joins and connects.
  Page& Join(unsigned number, const MediaKinds& kinds, std::size_t voices = 4, std::size_t pictures = 4);
  // Offers at the seat of that member, and takes the answer.
  void Offer(Page& page, const std::string& member);
  // Checks the path and makes the handshake.
  void Connect(Page& page);
  // In a turn of their own. Each member that joins has another connection to the server.
  void Give(std::vector<MediaCommand> commands);
  void Give(const MediaCommand& command) { Give(std::vector<MediaCommand>{command}); }
  // All that is under way arrives.
  void Carry();
  // Time passes in steps of 10 ms; everything arrives in each.
  void Pass(std::chrono::milliseconds time);
  // A page sends nothing more, and nothing reaches it.
  void Unplug(Page& page);

  // The latest slots of that member: mid to member and kind.
  std::map<std::string, std::pair<std::string, MediaKind>> Slots(const std::string& member) const;
  // Events of one type, in order.
  template <typename T>
  std::vector<T> All() const {
    std::vector<T> found;
    for (const MediaEvent& event : events) {
      if (const T* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }

  static MediaSeat Seat(const std::string& member) { return {"room", member}; }

  MonotonicTime now{std::chrono::seconds(1000)};
  Network network;
  MediaEngine engine;
  std::vector<MediaEvent> events;
  std::vector<RecordedItem> recorded;
  std::map<unsigned, std::unique_ptr<Page>> pages;
  // Datagrams that the engine sent to nobody who is known.
  std::vector<std::pair<MediaPath, std::string>> strays;
  // Called with each datagram that the engine gets, and each that it sends.
  std::function<void(const MediaPath&, std::string_view)> on_received, on_sent;
  // Called with each media datagram for a page. True: it keeps the datagram, to deliver it later.
  std::function<bool(Page&, const std::string&)> takes;

 private:
  void Send(const MediaPath& path, std::string_view bytes) override;
  void Tell(MediaEvent event) override { events.push_back(std::move(event)); }
  void Keep(RecordedItem&& item) override { recorded.push_back(std::move(item)); }
  // How often the datagram arrives now; it may be put off to the next turn.
  unsigned Copies(bool& is_late, std::string_view datagram);
  void Corrupt(std::string& datagram);

  std::mt19937 random_;
  std::uint64_t peers_ = 0;
  std::deque<std::pair<MediaPath, std::string>> to_pages_, to_engine_;
  std::vector<std::pair<MediaPath, std::string>> late_to_pages_, late_to_engine_;
};

}  // namespace parley
