#include "tests/bench/media/media_load.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace parley::bench {
namespace {

constexpr std::chrono::seconds kConnecting{20};
constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::milliseconds kUnderWay{300};
constexpr std::chrono::milliseconds kSignalingPeriod{500};

}  // namespace

MediaLoad::MediaLoad(std::string address, MediaSignaling& signaling)
    : address_(std::move(address)), signaling_(signaling), next_tick_(Now()), next_signaling_(Now()) {
}

std::size_t MediaLoad::Join(const MediaClient::Lines& lines, const MediaFlow& flow) {
  std::error_code error;
  auto socket = DatagramSocket::Open({address_, 0}, DatagramSocket::Calls::kBatched, error);
  if (!socket) throw std::runtime_error("no socket on " + address_ + ": " + error.message());
  const std::size_t index = people_.size();
  const auto descriptor = static_cast<std::size_t>(socket->descriptor());
  by_descriptor_.resize(std::max(by_descriptor_.size(), descriptor + 1));
  by_descriptor_[descriptor] = index;
  selector_.Watch(socket->descriptor(), true, false);
  people_.push_back({std::make_unique<MediaClient>(static_cast<unsigned>(index), lines),
                     std::move(*socket),
                     {},
                     flow,
                     Now(),
                     {},
                     {},
                     {},
                     {}});
  MediaClient& client = *people_.back().client;
  client.UseCandidate(address_ + " " + std::to_string(people_.back().socket.local().port));
  signaling_.Join(client);
  Person& person = people_.back();
  person.server.remote = client.remote();
  if (person.server.remote.port == 0) throw std::runtime_error("the server has no candidate for UDP");
  // So that not all send at the same time.
  person.next_packet = Now() + std::chrono::microseconds(index * 1'370 % 20'000);
  return index;
}

void MediaLoad::Connect() {
  next_tick_ = Now();
  const bool connected = Until(kConnecting, [this] {
    return std::ranges::all_of(people_, [](const Person& person) { return person.client->connected(); });
  });
  if (!connected) throw std::runtime_error("no connection in " + std::to_string(kConnecting.count()) + " s");
}

void MediaLoad::Run(Duration time) {
  Until(time, [] { return false; });
}

void MediaLoad::Stop() {
  sending_ = false;
  Run(kUnderWay);
  signaling_.Turn();
}

void MediaLoad::Reset() {
  received_ = 0;
  latency_ = {};
  for (Person& person : people_) person.seen.clear();
}

void MediaLoad::Turn(MonotonicTime end) {
  MonotonicTime due = std::min(end, next_tick_);
  for (Person& person : people_) {
    if (!sending_ || !person.client->lines().sends || !person.client->connected()) continue;
    SendDue(person, Now());
    due = std::min(due, person.next_packet);
  }
  for (const Selector::Ready& ready : selector_.Wait(std::max(due - Now(), Duration(0)))) {
    Read(people_[by_descriptor_[static_cast<std::size_t>(ready.descriptor)]]);
  }
  const MonotonicTime now = Now();
  if (now >= next_tick_) {
    next_tick_ = now + kTick;
    for (Person& person : people_) {
      if (person.server.remote.port == 0) continue;
      person.client->Tick(now);
      Flush(person);
    }
  }
  if (now < next_signaling_) return;
  next_signaling_ = now + kSignalingPeriod;
  signaling_.Turn();
}

void MediaLoad::SendDue(Person& person, MonotonicTime now) {
  if (now < person.next_packet) return;
  // What a busy machine has held back for long is left out.
  person.next_packet = std::max(person.next_packet, now - std::chrono::milliseconds(100)) +
                       std::chrono::nanoseconds(1'000'000'000 / person.flow.rate);
  if (person.flow.voice_bytes > 0) person.client->SendVoice(person.flow.voice_bytes, person.flow.level, now);
  if (person.flow.camera_bytes > 0) person.client->SendCamera(person.flow.camera_bytes, now);
  Flush(person);
}

void MediaLoad::Report() {
  for (Person& person : people_) {
    person.client->SendReports(Now());
    Flush(person);
  }
}

void MediaLoad::Flush(Person& person) {
  for (const std::string& datagram : person.client->TakeOutgoing())
    person.socket.Send(person.server, datagram);
  person.socket.Flush();
}

void MediaLoad::Read(Person& person) {
  bool answers = !person.client->connected();
  for (const auto& datagram : person.socket.Receive()) {
    const MonotonicTime now = Now();
    const auto packet = person.client->Receive({datagram.bytes.data(), datagram.bytes.size()}, now);
    if (packet) Take(person, *packet, now);
    answers = answers || !packet;
  }
  if (answers) Flush(person);
}

void MediaLoad::Take(Person& person, const MediaClient::Packet& packet, MonotonicTime now) {
  person.slots[packet.mid].Take(packet.header, packet.picture);
  const Source source{packet.mark.publisher, packet.mark.is_picture};
  person.shown[packet.mid] = source;
  if (!person.any) {
    person.any = true;
    first_packets_.push_back(std::chrono::duration<double, std::milli>(now - person.joined).count());
  }
  Seen& seen = person.seen.try_emplace(source, Seen{packet.mark.number, 0, {}}).first->second;
  ++seen.count;
  seen.sent = std::max(seen.sent, packet.mark.sent);
  ++received_;
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - packet.mark.sent).count();
  latency_.Add(static_cast<std::uint64_t>(std::max<std::int64_t>(passed, 0)));
}

// --- What happened ---

std::size_t MediaLoad::expected() const {
  std::size_t count = 0;
  for (const Person& person : people_) {
    for (const auto& [source, seen] : person.seen) {
      const MediaClient& publisher = *people_[source.first].client;
      count += (source.second ? publisher.cameras_sent() : publisher.voices_sent()) - seen.first;
    }
  }
  return count;
}

std::size_t MediaLoad::missing() const {
  std::size_t count = 0;
  for (const Person& person : people_) {
    for (const auto& [mid, watch] : person.slots) count += watch.missing();
  }
  return count;
}

// The last column of the system's table of sockets.
std::size_t MediaLoad::dropped_here() const {
  std::map<std::uint16_t, bool> own;
  for (const Person& person : people_) own[person.socket.local().port] = true;
  std::ifstream file("/proc/net/udp");
  std::string line;
  std::size_t count = 0;
  for (std::getline(file, line); std::getline(file, line);) {
    std::istringstream words(line);
    std::string number, local, word, last;
    words >> number >> local;
    while (words >> word) last = word;
    const auto port = std::stoul(local.substr(local.find(':') + 1), nullptr, 16);
    if (own.contains(static_cast<std::uint16_t>(port))) count += std::stoul(last);
  }
  return count;
}

std::string MediaLoad::Problem() const {
  std::ostringstream out;
  for (const Person& person : people_) {
    const MediaClient& client = *person.client;
    const MediaClient::Faults& faults = client.faults();
    if (faults.all() > 0) {
      out << "client " << client.number() << ": " << faults.refused << " packets refused, " << faults.unknown
          << " of no slot, " << faults.changed << " changed; ";
    }
    for (const auto& [mid, watch] : person.slots) {
      if (watch.repeated() + watch.misplaced() > 0) {
        out << "client " << client.number() << ", slot " << mid << ": " << watch.repeated() << " repeated, "
            << watch.misplaced() << " misplaced; ";
      }
    }
    for (const auto& [mid, source] : person.shown) {
      if (!signaling_.MayShow(client, mid, source.first)) {
        out << "client " << client.number() << ", slot " << mid << " shows " << source.first
            << ", and it was told another; ";
      }
    }
  }
  return out.str();
}

bool MediaLoad::Heard(std::size_t listener, std::size_t speaker, MonotonicTime since) const {
  const auto& seen = people_[listener].seen;
  const auto found = seen.find({static_cast<unsigned>(speaker), false});
  return found != seen.end() && found->second.sent >= since;
}

}  // namespace parley::bench
