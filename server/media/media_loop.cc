#include "server/media/media_loop.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

#include "common/base/media_limits.h"
#include "common/net/certificate.h"

namespace parley {
namespace {

// How many batches of datagrams are received before commands and timers have their turn.
constexpr int kBatches = 16;
constexpr unsigned kHostType = 126;  // RFC 8445, section 5.1.2.1
// Every way by UDP is better.
constexpr unsigned kStreamType = 90;

MonotonicTime ReadClock() {
  return std::chrono::steady_clock::now();
}

// Candidates as a=candidate has them. The first address is preferred.
std::vector<std::string> Candidates(const std::vector<std::string>& addresses, std::uint16_t port,
                                    std::uint16_t stream_port) {
  std::vector<std::string> candidates;
  for (const std::string& address : addresses) {
    const auto number = static_cast<unsigned>(candidates.size());
    const unsigned priority = kHostType << 24U | (0xFFFFU - number) << 8U | 0xFFU;
    candidates.push_back(std::to_string(number + 1) + " 1 udp " + std::to_string(priority) + " " + address +
                         " " + std::to_string(port) + " typ host");
  }
  if (stream_port == 0) return candidates;
  for (const std::string& address : addresses) {
    const auto number = static_cast<unsigned>(candidates.size());
    const unsigned priority = kStreamType << 24U | (0xFFFFU - number) << 8U | 0xFFU;
    candidates.push_back(std::to_string(number + 1) + " 1 tcp " + std::to_string(priority) + " " + address +
                         " " + std::to_string(stream_port) + " typ host tcptype passive");
  }
  return candidates;
}

// The certificate proves nothing by itself: pages compare its fingerprint with that in the answer.
std::optional<KeyPair> MakeCertificate() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto authority = MakeAuthority("parley", now);
  return authority ? MakeLeaf(*authority, {"parley"}, now) : std::nullopt;
}

bool MayBeDropped(const MediaCommand& command) {
  return std::holds_alternative<MediaOffer>(command) || std::holds_alternative<MediaWants>(command);
}

}  // namespace

std::unique_ptr<MediaLoop> MediaLoop::Open(const MediaSettings& settings, const Waker& waker,
                                           std::string& error) {
  std::error_code code;
  auto socket = DatagramSocket::Open(settings.endpoint, DatagramSocket::Calls::kBatched, code);
  if (!socket) {
    error = "cannot receive media (UDP) on " + ToString(settings.endpoint) + ": " + code.message();
    return nullptr;
  }
  const auto certificate = MakeCertificate();
  const auto facts = certificate ? ReadCertificate(certificate->certificate) : std::nullopt;
  if (!facts) {
    error = "cannot make a certificate for media";
    return nullptr;
  }
  auto dtls = DtlsContext::Server(certificate->certificate, certificate->key, error);
  if (!dtls) return nullptr;
  const std::uint16_t port = socket->local().port;
  std::unique_ptr<MediaLoop> loop(new MediaLoop(std::move(*socket),
                                                {std::move(dtls), "sha-256 " + WithColons(facts->fingerprint),
                                                 Candidates(settings.addresses, port, settings.stream_port)},
                                                settings, waker));
  if (loop->waker_.error()) {
    error = "cannot start media: " + loop->waker_.error().message();
    return nullptr;
  }
  try {
    loop->thread_ = std::thread([media = loop.get()] { media->Run(); });
  } catch (const std::system_error& failure) {
    error = std::string("cannot start media: ") + failure.what();
    return nullptr;
  }
  return loop;
}

MediaLoop::MediaLoop(DatagramSocket socket, MediaEngine::Settings settings, const MediaSettings& loop,
                     const Waker& waker)
    : socket_(std::move(socket)),
      local_(socket_.local()),
      max_streams_(loop.max_streams),
      server_waker_(waker),
      engine_(std::move(settings), *this),
      streams_(selector_, {[this](const MediaPath& path, std::span<char> packet) {
                             engine_.Receive(path, packet, ReadClock());
                           },
                           [this](std::uint64_t stream) { engine_.StreamEnded(stream); },
                           [this](const MediaPath& path) { return engine_.Knows(path); }}),
      recordings_(loop.recordings) {
}

MediaLoop::~MediaLoop() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  waker_.Wake();
  thread_.join();
}

bool MediaLoop::Give(MediaCommand command) {
  {
    const std::scoped_lock lock(mutex_);
    if (commands_.size() >= limits::kMediaCommands && MayBeDropped(command)) return false;
    commands_.push_back(std::move(command));
  }
  waker_.Wake();
  return true;
}

std::vector<MediaEvent> MediaLoop::Take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(events_, {});
}

void MediaLoop::Adopt(Stream stream) {
  {
    const std::scoped_lock lock(mutex_);
    if (open_streams_ + adopted_.size() >= max_streams_) return;
    adopted_.push_back(std::move(stream));
  }
  waker_.Wake();
}

MediaCounters MediaLoop::counters() const {
  const std::scoped_lock lock(mutex_);
  return counters_;
}

// --- On media's thread ---

void MediaLoop::Run() {
  selector_.Watch(waker_.descriptor(), true, false);
  selector_.Watch(socket_.descriptor(), true, false);
  while (true) {
    {
      const std::scoped_lock lock(mutex_);
      if (ending_) break;
    }
    Turn();
  }
  engine_.CloseAll(ReadClock());
  HandOverRecorded(ReadClock());
  socket_.Flush();
  streams_.Flush();
}

void MediaLoop::Turn() {
  std::optional<Duration> timeout;
  if (const auto due = engine_.Due()) timeout = std::max(*due - ReadClock(), Duration(0));
  // Connections that prove nothing are closed also while there is no call.
  if (!timeout && streams_.size() > 0) timeout = std::chrono::seconds(1);
  if (socket_.may_have_more()) timeout = Duration(0);
  const auto ready = selector_.Wait(timeout);
  const MonotonicTime now = ReadClock();
  waker_.Drain();
  // First: what somebody sends who was just muted is not forwarded, on whatever path it comes.
  HandleCommands(now);
  for (const Selector::Ready& one : ready) streams_.Serve(one);
  TakeStreams(now);
  ReceiveDatagrams(now);
  if (const auto due = engine_.Due(); due && *due <= now) engine_.Tick(now);
  engine_.AssignChanged(now);
  socket_.Flush();
  streams_.Flush();
  HandOverRecorded(now);
  busy_ += ReadClock() - now;
  PublishCounters(now);
  CountStreams();
  if (told_.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    std::move(told_.begin(), told_.end(), std::back_inserter(events_));
  }
  told_.clear();
  server_waker_.Wake();
}

void MediaLoop::TakeStreams(MonotonicTime now) {
  std::vector<Stream> adopted;
  {
    const std::scoped_lock lock(mutex_);
    adopted.swap(adopted_);
    open_streams_ += adopted.size();
  }
  for (Stream& stream : adopted) streams_.Add(std::move(stream), now);
}

void MediaLoop::CountStreams() {
  const std::scoped_lock lock(mutex_);
  open_streams_ = streams_.size();
}

void MediaLoop::HandleCommands(MonotonicTime now) {
  std::vector<MediaCommand> commands;
  {
    const std::scoped_lock lock(mutex_);
    commands.swap(commands_);
  }
  for (const MediaCommand& command : commands) engine_.Handle(command, now);
}

void MediaLoop::ReceiveDatagrams(MonotonicTime now) {
  for (int batch = 0; batch < kBatches; ++batch) {
    for (const auto& datagram : socket_.Receive()) {
      engine_.Receive({datagram.path.remote, datagram.path.local, 0}, datagram.bytes, now);
    }
    if (!socket_.may_have_more()) return;
  }
}

void MediaLoop::HandOverRecorded(MonotonicTime now) {
  if (recordings_ == nullptr) {
    recorded_.clear();
    return;
  }
  if (!recorded_.empty()) recordings_->Give(std::exchange(recorded_, {}));
  for (const RecordingStopped& stopped : recordings_->TakeStopped()) engine_.StopRecording(stopped, now);
}

void MediaLoop::PublishCounters(MonotonicTime now) {
  if (now < next_counters_ && engine_.Due()) return;  // nothing changes while nothing is due
  next_counters_ = now + std::chrono::seconds(1);
  streams_.Sweep(now);
  MediaCounters counters = engine_.counters();
  counters.dropped = socket_.dropped() + streams_.dropped();
  counters.busy_seconds = std::chrono::duration<double>(busy_).count();
  const std::scoped_lock lock(mutex_);
  counters_ = counters;
}

void MediaLoop::Send(const MediaPath& path, std::string_view bytes) {
  if (path.stream == 0) {
    socket_.Send({path.remote, path.local}, bytes);
  } else {
    streams_.Send(path, bytes);
  }
}

void MediaLoop::Tell(MediaEvent event) {
  // Levels are told four times a second, and the next ones replace them.
  if (std::holds_alternative<MediaLevels>(event)) {
    const std::scoped_lock lock(mutex_);
    if (events_.size() >= limits::kMediaEvents) return;
  }
  told_.push_back(std::move(event));
}

}  // namespace parley
