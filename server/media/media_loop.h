// MediaLoop runs the media engine on a thread of its own, with its own select() loop and one UDP socket for
// all calls. So chat never waits for packets, nor packets for chat.
//
// All calls are made on the server's thread; none but the destructor blocks. Two bounded queues and a Waker
// in each direction join the threads.
//
// It has more than 12 members because both sides of the two threads are here: the queues, and what only the
// media thread uses.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/media_limits.h"
#include "common/io/selector.h"
#include "common/io/waker.h"
#include "common/net/datagrams.h"
#include "common/net/stream.h"
#include "server/media/media_counters.h"
#include "server/media/media_engine.h"
#include "server/media/media_sink.h"
#include "server/media/media_streams.h"
#include "server/model/media_link.h"

namespace parley {

struct MediaSettings {
  Endpoint endpoint;                   // where UDP is bound; port 0 takes a free one
  std::vector<std::string> addresses;  // IP addresses that pages are told, the best first
  std::uint16_t stream_port = 0;       // of the door that hands TCP connections over; 0: there is none
  std::size_t max_streams = limits::kMediaStreams;  // of these connections; each takes a descriptor
  RecordingSink* recordings = nullptr;              // null: no call is recorded; else it outlives the loop
};

class MediaLoop : public MediaLink, private MediaSink {
 public:
  // Binds the socket and starts the thread. `waker` is woken when there are events, and outlives this object.
  // On failure null, and `error` says why.
  static std::unique_ptr<MediaLoop> Open(const MediaSettings& settings, const Waker& waker,
                                         std::string& error);
  // Closes all connections of pages and ends the thread.
  ~MediaLoop() override;

  bool Give(MediaCommand command) override;
  std::vector<MediaEvent> Take() override;
  // Takes a TCP connection whose first byte is that of a framed packet. Closes it at once if there are
  // `max_streams`.
  void Adopt(Stream stream);

  // Where UDP is bound, with the port that was taken.
  [[nodiscard]] Endpoint local() const { return local_; }
  // At most a second old.
  [[nodiscard]] MediaCounters counters() const;

 private:
  MediaLoop(DatagramSocket socket, MediaEngine::Settings settings, const MediaSettings& loop,
            const Waker& waker);
  void Run();
  void Turn();
  void TakeStreams(MonotonicTime now);
  void CountStreams();
  void HandleCommands(MonotonicTime now);
  void ReceiveDatagrams(MonotonicTime now);
  void PublishCounters(MonotonicTime now);
  void Send(const MediaPath& path, std::string_view bytes) override;
  void Tell(MediaEvent event) override;
  void Keep(RecordedItem&& item) override { recorded_.push_back(std::move(item)); }
  void HandOverRecorded(MonotonicTime now);

  DatagramSocket socket_;
  const Endpoint local_;
  const std::size_t max_streams_;
  const Waker& server_waker_;
  Waker waker_;
  Selector selector_;
  MediaEngine engine_;
  MediaStreams streams_;
  std::vector<MediaEvent> told_;  // in this turn
  RecordingSink* const recordings_;
  std::vector<RecordedItem> recorded_;  // in this turn
  Duration busy_{0};
  MonotonicTime next_counters_;

  mutable std::mutex mutex_;
  std::vector<MediaCommand> commands_;
  std::vector<MediaEvent> events_;
  std::vector<Stream> adopted_;
  std::size_t open_streams_ = 0;  // that were taken from `adopted_`, at least
  MediaCounters counters_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace parley
