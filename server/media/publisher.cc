#include "server/media/publisher.h"

#include <algorithm>
#include <span>

#include "common/base/media_limits.h"
#include "common/codec/red.h"
#include "common/codec/rtcp_feedback.h"

namespace parley {
namespace {

constexpr std::uint8_t kLevelMask = 0x7F;   // the other bit says whether it is speech
constexpr std::size_t kOriginalNumber = 2;  // bytes at the start of a repair (RFC 4588)

// Packets that one request names. Each takes four bytes at most, and they fit into a datagram with its head.
constexpr std::size_t kNackedAtOnce = 200;

// RFC 6386, section 9.1: behind the tag of 3 bytes a start code, the width, and the height in 14 bits.
std::optional<unsigned> LinesOfKeyFrame(std::string_view frame) {
  constexpr std::string_view kStartCode = "\x9D\x01\x2A";
  if (frame.size() < 10 || frame.substr(3, 3) != kStartCode) return std::nullopt;
  return static_cast<unsigned>(static_cast<std::uint8_t>(frame[8])) |
         (static_cast<unsigned>(static_cast<std::uint8_t>(frame[9])) & 0x3FU) << 8U;
}

bool IsAudio(MediaKind kind) {
  return kind == MediaKind::kVoice || kind == MediaKind::kSound;
}

// A power of two, with room for the frames that are repeated and the newest.
constexpr std::size_t kVoicePackets = 4;
static_assert(limits::kRepeatedFrames < kVoicePackets);

// Whether all blocks are of that type. Others cannot be played.
bool IsRedOf(std::string_view payload, std::uint8_t type) {
  RedReader reader(payload);
  auto step = reader.Next();
  while (step.status == RedReader::Status::kBlock && step.block.payload_type == type) step = reader.Next();
  return step.status == RedReader::Status::kEnd;
}

// The packet has a payload.
void NoteTime(PublishedStream& stream, const PublishedPacket& packet, MonotonicTime now) {
  const std::uint32_t timestamp = packet.rtp.header.timestamp;
  if (packet.is_newest && (!stream.last || stream.timestamp != timestamp)) {
    std::rotate(stream.frames.begin(), stream.frames.begin() + 1, stream.frames.end());
    stream.frames.back() = now;
    stream.timestamp = timestamp;
  }
  stream.last = now;
  if (packet.is_newest) stream.stopped = false;
}

}  // namespace

PublishedStream::PublishedStream(MediaStream own_id, MediaKind own_kind, KeptBytes& all_kept)
    : id(own_id),
      kind(own_kind),
      missing(IsAudio(own_kind) ? Duration(0) : limits::kNackDelay),
      reception(IsAudio(own_kind) ? kAudioClock : kPictureClock),
      kept(IsAudio(own_kind) ? kVoicePackets : limits::kResendPackets, all_kept) {
}

void PublishedStream::Keep(const PublishedPacket& packet) {
  const bool can_repeat = is_audio() ? !packet.redundant : packet.vp8.has_value();
  if (can_repeat) kept.Keep(packet.rtp.header.sequence, packet.bytes);
}

bool PublishedStream::IsLive(MonotonicTime now) const {
  return last && !stopped && now - *last <= limits::kStreamLive;
}

void Publisher::SetLines(const std::vector<MediaLine>& lines) {
  lines_.clear();
  mid_id_ = 0;
  for (const MediaLine& line : lines) {
    if (mid_id_ == 0) mid_id_ = line.extensions.mid;
    if (line.use == MediaLine::Use::kReceived && line.kind) lines_.push_back(line);
  }
  // Sources that are known stay so: a page names the line of a source only in its first packets.
  for (auto& [ssrc, source] : sources_) source.line = LineOf(source.stream->kind);
  std::erase_if(sources_, [](const auto& entry) { return entry.second.line == nullptr; });
  std::erase_if(streams_, [this](const auto& stream) { return LineOf(stream->kind) == nullptr; });
  for (const MediaLine& line : lines_) {
    if (!line.rids.empty()) continue;
    for (const SdpSource& source : line.sources) {
      Bind(source.ssrc, line, 0, false);
      if (source.repair) Bind(*source.repair, line, 0, true);
    }
  }
}

const MediaLine* Publisher::LineOf(MediaKind kind) const {
  const auto line = std::find_if(lines_.begin(), lines_.end(),
                                 [kind](const MediaLine& known) { return known.kind == kind; });
  return line == lines_.end() ? nullptr : &*line;
}

const MediaLine* Publisher::LineWith(std::string_view mid) const {
  const auto line =
      std::find_if(lines_.begin(), lines_.end(), [mid](const MediaLine& known) { return known.mid == mid; });
  return line == lines_.end() ? nullptr : &*line;
}

PublishedStream& Publisher::StreamOf(const MediaLine& line, std::size_t layer) {
  const auto known = std::find_if(streams_.begin(), streams_.end(), [&](const auto& stream) {
    return stream->kind == *line.kind && stream->layer == layer;
  });
  if (known != streams_.end()) return **known;
  auto& stream =
      streams_.emplace_back(std::make_unique<PublishedStream>(numbers_.NextStream(), *line.kind, kept_));
  stream->layer = layer;
  if (layer < line.rids.size()) stream->rid = line.rids[layer];
  return *stream;
}

Publisher::Source* Publisher::Bind(std::uint32_t ssrc, const MediaLine& line, std::size_t layer,
                                   bool repairs) {
  if (sources_.size() >= limits::kMediaSources && !sources_.contains(ssrc)) {
    sources_.erase(std::min_element(sources_.begin(), sources_.end(), [](const auto& a, const auto& b) {
      return a.second.used < b.second.used;
    }));
  }
  Source& source = sources_[ssrc];
  source = {&StreamOf(line, layer), repairs, &line, ++uses_};
  return &source;
}

// Which stream a packet belongs to; null if that cannot be told.
Publisher::Source* Publisher::Identify(const RtpPacket& rtp) {
  const auto known = sources_.find(rtp.header.ssrc);
  if (known != sources_.end()) {
    known->second.used = ++uses_;
    return &known->second;
  }
  const auto mid = FindExtension(rtp, mid_id_);
  const MediaLine* const line = mid ? LineWith(*mid) : nullptr;
  if (line == nullptr) return nullptr;
  const bool repairs = line->repair_type == rtp.header.payload_type;
  if (line->rids.empty()) return Bind(rtp.header.ssrc, *line, 0, repairs);
  const auto rid = FindExtension(rtp, repairs ? line->extensions.repaired_rid : line->extensions.rid);
  if (!rid) return nullptr;
  const auto layer = std::find(line->rids.begin(), line->rids.end(), *rid);
  if (layer == line->rids.end()) return nullptr;
  return Bind(rtp.header.ssrc, *line, static_cast<std::size_t>(layer - line->rids.begin()), repairs);
}

std::optional<RtpPacket> Publisher::Repair(const Source& source, const RtpPacket& rtp) {
  // Without a payload it only probes.
  if (rtp.payload.size() <= kOriginalNumber || source.stream->ssrc == 0) return std::nullopt;
  RtpHeader header = rtp.header;
  header.ssrc = source.stream->ssrc;
  header.payload_type = source.line->payload_type;
  header.sequence = static_cast<std::uint16_t>(static_cast<std::uint8_t>(rtp.payload[0]) << 8U |
                                               static_cast<std::uint8_t>(rtp.payload[1]));
  repaired_.clear();
  AppendRtp(repaired_, header, {}, rtp.payload.substr(kOriginalNumber));
  return ReadRtp(repaired_);
}

std::optional<PublishedPacket> Publisher::Receive(std::string_view bytes, const RtpPacket& rtp,
                                                  MonotonicTime now) {
  const Source* const source = Identify(rtp);
  if (source == nullptr) {
    ++counters_.ignored;
    return std::nullopt;
  }
  if (!source->repairs) return Take(*source, bytes, rtp, now);
  const auto repaired = Repair(*source, rtp);
  if (!repaired) return std::nullopt;
  return Take(*source, repaired_, *repaired, now);
}

bool Publisher::Restart(PublishedStream& stream, MonotonicTime now) {
  if (stream.restarted && now - *stream.restarted < limits::kStreamRestartPeriod) {
    ++counters_.ignored;
    return false;
  }
  stream.restarted = now;
  stream.id = numbers_.NextStream();
  stream.missing.Restart();
  stream.reception.Restart();
  stream.kept.Clear();
  stream.hidden.reset();
  return true;
}

std::optional<PublishedPacket> Publisher::Take(const Source& source, std::string_view bytes,
                                               const RtpPacket& rtp, MonotonicTime now) {
  PublishedStream& stream = *source.stream;
  const MediaLine& line = *source.line;
  const bool redundant = line.redundancy_type == rtp.header.payload_type;
  if (rtp.header.payload_type != line.payload_type && !redundant) return std::nullopt;
  PublishedPacket packet;
  packet.stream = &stream;
  packet.rtp = rtp;
  packet.bytes = bytes;
  packet.redundant = redundant;
  packet.is_new = stream.ssrc == 0;
  if (stream.ssrc != rtp.header.ssrc && stream.ssrc != 0) {
    if (!Restart(stream, now)) return std::nullopt;
    packet.is_new = true;
  }
  stream.ssrc = rtp.header.ssrc;
  const auto arrival = stream.missing.Receive(rtp.header.sequence, source.repairs, now);
  if (arrival == MissingPackets::Arrival::kLate) {
    stream.reception.Receive(rtp.header, now);
    return std::nullopt;
  }
  if (arrival == MissingPackets::Arrival::kRepeated) {
    ++counters_.ignored;
    return std::nullopt;
  }
  if (arrival == MissingPackets::Arrival::kRestarted) {
    if (!Restart(stream, now)) return std::nullopt;
    stream.missing.Receive(rtp.header.sequence, false, now);
    packet.is_new = true;
  }
  packet.is_newest = !source.repairs && arrival != MissingPackets::Arrival::kRecovered;
  stream.reception.Receive(rtp.header, now);
  if (stream.is_audio()) {
    if (redundant && !rtp.payload.empty() && !IsRedOf(rtp.payload, line.payload_type)) return std::nullopt;
    const auto level = FindExtension(rtp, line.extensions.level);
    if (level && !level->empty()) packet.level = static_cast<std::uint8_t>((*level)[0]) & kLevelMask;
  } else if (!rtp.payload.empty()) {
    packet.vp8 = ReadVp8(rtp.payload);
    if (!packet.vp8) return std::nullopt;
    stream.rates.Count(packet.vp8->temporal_layer, rtp.payload.size() + kPacketOverhead);
    if (packet.vp8->key_frame) {
      stream.key_frames.Arrived();
      if (const auto lines = LinesOfKeyFrame(rtp.payload.substr(packet.vp8->size))) stream.lines = *lines;
    }
  }
  if (!rtp.payload.empty()) {
    // A stream that was silent for long is as good as new to those who may see it.
    packet.is_new = packet.is_new || !stream.IsLive(now);
    NoteTime(stream, packet, now);
  }
  return packet;
}

const std::vector<PublishedPacket>& Publisher::Mend(const PublishedPacket& packet) {
  mended_.clear();
  if (!packet.redundant || packet.stream->missing.empty()) return mended_;
  RedReader reader(packet.rtp.payload);
  // The older blocks are those of the packets directly before this one.
  for (std::size_t back = reader.older(); back > 0; --back) {
    const RedBlock block = reader.Next().block;
    if (back > limits::kMendedPackets) continue;
    const auto sequence = static_cast<std::uint16_t>(packet.rtp.header.sequence - back);
    if (block.data.empty() || !packet.stream->missing.Fill(sequence)) continue;
    PublishedPacket& mended = mended_.emplace_back(packet);
    mended.redundant = false;
    mended.mended = true;
    mended.bytes = {};
    mended.is_newest = false;
    mended.rtp.header.marker = false;
    mended.rtp.header.sequence = sequence;
    mended.rtp.header.timestamp -= block.age;
    mended.rtp.payload = block.data;
  }
  return mended_;
}

void Publisher::Receive(const SenderReport& report, MonotonicTime now) {
  for (auto& stream : streams_) {
    if (stream->ssrc == report.ssrc) stream->reception.Report(report, now);
  }
}

void Publisher::MeasureRates(MonotonicTime now) {
  for (auto& stream : streams_) {
    if (!stream->is_audio()) stream->rates.Measure(now);
  }
}

void Publisher::ReleaseIdle(MonotonicTime now) {
  for (auto& stream : streams_) {
    if (!stream->last || now - *stream->last > limits::kStreamLive) stream->kept.Clear();
  }
}

bool Publisher::RepeatsItself(const PublishedStream& stream) const {
  return stream.is_audio() && LineOf(stream.kind)->redundancy_type.has_value();
}

void Publisher::AskForMissing(RtcpDatagrams& out, std::uint32_t sender, Duration round_trip,
                              MonotonicTime now) {
  for (auto& stream : streams_) {
    if (stream->missing.empty() || RepeatsItself(*stream)) continue;
    const std::uint64_t before = stream->missing.given_up();
    const auto due = stream->missing.Due(round_trip, now);
    counters_.lost += stream->missing.given_up() - before;
    if (due.empty()) continue;
    counters_.asked_again += due.size();
    for (std::span<const std::uint16_t> rest = due; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kNackedAtOnce));
      std::string nack;
      AppendNack(nack, sender, stream->ssrc, some);
      out.Add(nack);
      rest = rest.subspan(some.size());
    }
  }
}

void Publisher::AskForKeyFrames(RtcpDatagrams& out, std::uint32_t sender, MonotonicTime now) {
  for (auto& stream : streams_) {
    if (!stream->IsLive(now) || !stream->key_frames.Tick(now)) continue;
    ++counters_.key_frames_asked;
    std::string request;
    AppendPictureLoss(request, {sender, stream->ssrc});
    out.Add(request);
  }
}

std::vector<ReportBlock> Publisher::Report(MonotonicTime now) {
  std::vector<ReportBlock> blocks;
  for (auto& stream : streams_) {
    if (!stream->IsLive(now)) continue;
    auto block = stream->reception.Take(stream->ssrc, now);
    if (!block) continue;
    // Opus repeats itself by the loss that its sender is told, and listeners need it as much as we do. The
    // number of lost packets stays our own: senders estimate their line by that.
    if (stream->is_audio()) {
      block->fraction_lost =
          std::max(block->fraction_lost, std::min(stream->heard.Worst(now), limits::kToldLoss));
    }
    blocks.push_back(*block);
  }
  return blocks;
}

bool Publisher::HasStopped(const PublishedStream& stream, MonotonicTime now) const {
  if (stream.is_audio() || !stream.IsLive(now) || now - *stream.last < limits::kLayerSilence) return false;
  return std::ranges::any_of(streams_, [&](const auto& other) {
    return other->kind == stream.kind && other->frames.front() > *stream.last;
  });
}

std::vector<MediaKind> Publisher::FindStopped(MonotonicTime now) {
  std::vector<MediaKind> kinds;
  for (auto& stream : streams_) {
    if (!HasStopped(*stream, now)) continue;
    stream->stopped = true;
    kinds.push_back(stream->kind);
  }
  return kinds;
}

PublishedStream* Publisher::Find(MediaStream id) {
  for (auto& stream : streams_) {
    if (stream->id == id) return stream.get();
  }
  return nullptr;
}

std::vector<PublishedStream*> Publisher::Find(MediaKind kind) {
  std::vector<PublishedStream*> found;
  for (auto& stream : streams_) {
    if (stream->kind == kind && stream->ssrc != 0) found.push_back(stream.get());
  }
  return found;
}

std::uint32_t Publisher::AnySource() const {
  for (const auto& stream : streams_) {
    if (stream->ssrc != 0) return stream->ssrc;
  }
  return 0;
}

}  // namespace parley
