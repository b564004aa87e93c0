#include "tests/bench/load_run.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <asio/connect.hpp>
#include <stdexcept>
#include <thread>
#include <utility>

namespace parley::bench {
namespace {

// Nothing came for so long: nothing will.
constexpr std::chrono::seconds kGivingUp{30};
// After it Parley takes a silent peer for a raw one.
constexpr std::chrono::milliseconds kSilence{1500};
// Until those who are idle are so for their server, too.
constexpr std::chrono::milliseconds kSettling{1500};

}  // namespace

LoadRun::LoadRun(const Workload& workload, const Dialect& dialect, std::uint16_t port,
                 std::shared_ptr<TlsContext> tls)
    : workload_(workload),
      dialect_(dialect),
      port_(port),
      tls_(std::move(tls)),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      speakers_(workload.wake ? workload.members : workload.senders),
      senders_(speakers_) {
}

// --- Coming in ---

void LoadRun::Connect() {
  for (std::size_t i = 0; i < workload_.members; ++i) Add(i, true);
  for (std::size_t i = 0; i < workload_.idle; ++i) Add(workload_.members + i, false);
  while (Unready() > 0) Turn(-1);
  if (workload_.idle > 0) PassTime(kSettling);
  if (!dialect_.ready().empty()) return;
  PassTime(kSilence);
}

void LoadRun::PassTime(Clock::duration time) {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) Turn(10);
}

void LoadRun::Add(std::size_t index, bool member) {
  asio::ip::tcp::socket socket(SocketContext());
  socket.connect({asio::ip::address_v4::loopback(), port_});
  Stream stream(std::move(socket));
  Channel channel = tls_ ? Channel(std::move(stream), std::make_unique<TlsSession>(tls_, "localhost"))
                         : Channel(std::move(stream));
  peers_.push_back(std::make_unique<LoadPeer>(std::move(channel), dialect_, index, speakers_));
  LoadPeer& peer = *peers_.back();
  const auto descriptor = static_cast<std::size_t>(peer.descriptor());
  by_descriptor_.resize(std::max(by_descriptor_.size(), descriptor + 1));
  by_descriptor_[descriptor] = index;
  wants_write_.push_back(false);
  peer.Queue(dialect_.Greeting(index, member ? "load" : "idle"));
  Watch(peer, !peer.Flush(), true);
  if (index % 64 == 63) Turn(0);  // reads what came: the server's patience has a bound
}

std::size_t LoadRun::Unready() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(peers_, [](const auto& peer) { return !peer->ready(); }));
}

void LoadRun::Watch(LoadPeer& peer, bool writable, bool fresh) {
  const std::size_t index = by_descriptor_[static_cast<std::size_t>(peer.descriptor())];
  if (!fresh && wants_write_[index] == writable) return;
  wants_write_[index] = writable;
  epoll_event event{};
  event.events = EPOLLIN | (writable ? EPOLLOUT : 0U);
  event.data.u64 = index;
  ::epoll_ctl(poll_.get(), fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, peer.descriptor(), &event);
}

// --- The load ---

void LoadRun::Run() {
  const std::uint64_t hearers = workload_.members - (dialect_.echo() ? 0 : 1);
  const std::uint64_t wanted = hearers * (workload_.messages + speakers_ - workload_.senders);
  began_ = Clock::now();
  auto last_progress = began_;
  for (std::uint64_t before = 0; deliveries_ < wanted; before = deliveries_) {
    SendDue();
    // Sending at a rate, it never sleeps: a timer would wake it too late.
    Turn(workload_.rate > 0 ? 0 : 1000);
    if (deliveries_ != before) {
      last_progress = now_;
    } else if (now_ - last_progress > kGivingUp) {
      throw std::runtime_error(std::to_string(wanted - deliveries_) + " deliveries did not come");
    }
  }
}

void LoadRun::SendDue() {
  now_ = Clock::now();
  if (workload_.rate > 0) {
    const std::chrono::duration<double> passed = now_ - began_;
    const auto due = std::min<std::uint64_t>(workload_.messages,
                                             static_cast<std::uint64_t>(passed.count() * workload_.rate) + 1);
    for (; sent_ < due; ++sent_) SendOne(sent_ % workload_.senders);
    WakeDue(passed.count());
  } else {
    for (std::size_t i = 0; i < workload_.senders; ++i) {
      for (; sent_ < workload_.messages && senders_[i].sent - senders_[i].heard < workload_.window; ++sent_) {
        SendOne(i);
      }
    }
  }
  for (std::size_t i = 0; i < senders_.size(); ++i) Watch(*peers_[i], !peers_[i]->Flush(), false);
}

// Evenly over the time of all messages, after a second in which all of them have become quiet.
void LoadRun::WakeDue(double seconds) {
  const std::size_t wakers = speakers_ - workload_.senders;
  const double pause =
      (static_cast<double>(workload_.messages) / workload_.rate - 1) / static_cast<double>(wakers + 1);
  while (woken_ < wakers && seconds > 1 + static_cast<double>(woken_) * pause) {
    SendOne(workload_.senders + woken_++);
  }
}

void LoadRun::SendOne(std::size_t index) {
  Sender& sender = senders_[index];
  ++sender.sent;
  sender.sent_at.push_back(now_);
  peers_[index]->Queue(dialect_.Message("load", MarkedText({index, sender.sent}, workload_.bytes)));
}

void LoadRun::Turn(int milliseconds) {
  std::array<epoll_event, 512> events{};
  const int count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
  now_ = Clock::now();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    const std::size_t index = event.data.u64;
    LoadPeer& peer = *peers_[index];
    if ((event.events & EPOLLOUT) != 0) Watch(peer, !peer.Flush(), false);
    if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) == 0) continue;
    peer.Read(buffer_, [&](Mark mark) { Take(index, mark); });
  }
}

void LoadRun::Take(std::size_t member, Mark mark) {
  ++deliveries_;
  Sender& sender = senders_[mark.sender];
  if (member == Neighbour(mark.sender)) ++sender.heard;
  const auto passed = now_ - sender.sent_at[mark.number - 1];
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
  (mark.sender < workload_.senders ? latency_ : wake_latency_)
      .Add(static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 0)));
}

}  // namespace parley::bench
