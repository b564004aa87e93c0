#include "server/media/subscriber.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/media_limits.h"
#include "common/codec/red.h"
#include "common/srtp/srtp.h"
#include "server/media/reception.h"

namespace parley {
namespace {

Slot::Start StartOf(const MediaLine& line, const std::function<std::uint32_t()>& random) {
  Slot::Start start;
  start.ssrc = line.ssrc;
  start.payload_type = line.payload_type;
  start.clock_rate = line.is_audio ? kAudioClock : kPictureClock;
  start.sequence = static_cast<std::uint16_t>(random() & 0x7FFFU);
  start.timestamp = random();
  start.picture_id = static_cast<std::uint16_t>(random() & 0x7FFFU);
  start.base_picture = static_cast<std::uint8_t>(random() & 0xFFU);
  return start;
}

// abs-send-time: seconds with 6 bits before the point and 18 behind it.
std::array<char, 3> SendTime(MonotonicTime now) {
  const std::uint64_t time = NtpOf(now) >> 14U;
  return {static_cast<char>(time >> 16U & 0xFFU), static_cast<char>(time >> 8U & 0xFFU),
          static_cast<char>(time & 0xFFU)};
}

// What the header of a packet of a voice takes with its extensions, and those of RED, at most.
constexpr std::size_t kVoiceHead = 64;
// The frames of a packet that repeats earlier ones. Encrypted it is no longer than other datagrams of ours.
constexpr std::size_t kLongestRed = limits::kSentDatagramBytes - kSrtpRoom - kVoiceHead;

// Whether the packet so many before this one came while the others were not allowed to get the stream.
bool IsHidden(const PublishedPacket& packet, std::size_t back) {
  const auto& hidden = packet.stream->hidden;
  const auto sequence = static_cast<std::uint16_t>(packet.rtp.header.sequence - back);
  return hidden && SequenceDistance(*hidden, sequence) <= 0;
}

// The frames directly before a packet of a voice that is not RED, the oldest first: so many, if there is
// room.
class EarlierFrames {
 public:
  EarlierFrames(const PublishedPacket& packet, std::size_t count) {
    const RtpHeader& header = packet.rtp.header;
    std::size_t bytes = packet.rtp.payload.size();
    for (std::size_t back = 1; back <= count && !IsHidden(packet, back); ++back) {
      const auto kept = packet.stream->kept.Find(static_cast<std::uint16_t>(header.sequence - back));
      const auto rtp = kept ? ReadRtp(*kept) : std::nullopt;
      if (!rtp || rtp->payload.empty() || rtp->payload.size() > limits::kRepeatedFrameBytes) continue;
      const std::uint32_t age = header.timestamp - rtp->header.timestamp;
      bytes += rtp->payload.size();
      if (age > kRedAge || bytes > kLongestRed) break;
      blocks_[count_++] = {0, age, rtp->payload};
    }
    std::reverse(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(count_));
  }
  [[nodiscard]] std::span<const RedBlock> blocks() const { return std::span(blocks_).first(count_); }

 private:
  std::array<RedBlock, limits::kRepeatedFrames> blocks_;
  std::size_t count_ = 0;
};

}  // namespace

void Subscriber::SetLines(const std::vector<MediaLine>& lines) {
  std::vector<Line> before = std::exchange(lines_, {});
  for (const MediaLine& line : lines) {
    if (line.use != MediaLine::Use::kSlot) continue;
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const Line& old) { return old.line.ssrc == line.ssrc; });
    if (known == before.end()) {
      lines_.push_back(
          {line, Slot(StartOf(line, random_)), {}, 0, {}, static_cast<std::uint16_t>(random_() & 0x7FFFU)});
    } else {
      known->line = line;
      lines_.push_back(std::move(*known));
    }
  }
}

Subscriber::Line* Subscriber::Find(std::uint32_t ssrc) {
  const auto found =
      std::find_if(lines_.begin(), lines_.end(), [ssrc](const Line& line) { return line.line.ssrc == ssrc; });
  return found == lines_.end() ? nullptr : &*found;
}

void Subscriber::Show(Line& line, std::optional<MediaSource> source) {
  if (line.source == source) return;
  line.source = source;
  line.height = 0;
  line.rid.clear();
  line.slot.Empty();
  line.repeated.clear();
}

void Subscriber::Forward(const MediaSource& source, const PublishedPacket& packet, MonotonicTime now,
                         const Send& send, const Repeat& repeat) {
  for (Line& line : lines_) {
    if (line.source == source) ForwardTo(line, packet, now, send, repeat);
  }
}

void Subscriber::ForwardTo(Line& line, const PublishedPacket& packet, MonotonicTime now, const Send& send,
                           const Repeat& repeat) {
  if (packet.mended && line.line.redundancy_type) return;
  const Slot::Packet in{packet.rtp.header, packet.vp8 ? &*packet.vp8 : nullptr, !packet.rtp.payload.empty()};
  const auto out = line.slot.Forward(packet.stream->id, in, now);
  if (!out) return;
  Write(line, out->header, packet, *out, std::nullopt, now);
  ++line.packets;
  line.bytes += static_cast<std::uint32_t>(packet.rtp.payload.size());
  budget_.Sent(packet_.size(), now);
  if (!line.repeated.empty()) repeat(line.repeated);
  send(packet_);
  line.repeated.clear();
  const bool repeats = line.line.is_audio && !line.line.redundancy_type;
  if (repeats && loss_.Worst(now) >= limits::kRepeatLoss) line.repeated = packet_;
}

void Subscriber::WriteVoice(const MediaLine& line, RtpHeader& header, const PublishedPacket& packet,
                            MonotonicTime now) {
  const std::string_view payload = packet.rtp.payload;
  // Of what was said while it was not allowed, older blocks tell nothing either.
  if (packet.redundant && (!line.redundancy_type || IsHidden(packet, RedReader(payload).older()))) {
    const auto newest = NewestRedBlock(payload);
    if (newest) payload_ += newest->data;
    return;
  }
  if (!line.redundancy_type) {
    payload_ += payload;
    return;
  }
  if (packet.redundant) {
    header.payload_type = *line.redundancy_type;
    payload_ += payload;
    return RewriteRed(payload_, line.payload_type);
  }
  const std::uint8_t loss = loss_.Worst(now);
  const std::size_t count = loss < limits::kRepeatLoss         ? 0
                            : loss < limits::kDoubleRepeatLoss ? 1
                                                               : limits::kRepeatedFrames;
  const EarlierFrames earlier(packet, count);
  if (earlier.blocks().empty()) {
    payload_ += payload;
    return;
  }
  header.payload_type = *line.redundancy_type;
  AppendRed(payload_, line.payload_type, earlier.blocks(), payload);
}

void Subscriber::Write(const Line& line, RtpHeader header, const PublishedPacket& packet,
                       const Slot::Rewritten& out, std::optional<std::uint16_t> repeats, MonotonicTime now) {
  payload_.clear();
  if (repeats) {
    payload_ += static_cast<char>(*repeats >> 8U);
    payload_ += static_cast<char>(*repeats & 0xFFU);
  }
  const std::size_t begin = payload_.size();
  if (line.line.is_audio) {
    WriteVoice(line.line, header, packet, now);
  } else {
    payload_ += packet.rtp.payload;
  }
  if (packet.vp8) {
    RewriteVp8(std::span<char>(payload_).subspan(begin), *packet.vp8, out.picture_id, out.base_picture);
  }

  packet_.clear();
  Append(line.line, header, packet.level, now);
}

void Subscriber::Append(const MediaLine& line, const RtpHeader& header, std::optional<std::uint8_t> level,
                        MonotonicTime now) {
  const ExtensionIds& ids = line.extensions;
  const char loudness = static_cast<char>(level.value_or(0));
  const auto time = SendTime(now);
  std::array<char, 2> number;
  std::array<RtpExtension, 4> extensions;
  std::size_t count = 0;
  if (ids.mid != 0) extensions[count++] = {ids.mid, line.mid};
  if (ids.level != 0 && level) extensions[count++] = {ids.level, {&loudness, 1}};
  if (ids.send_time != 0) extensions[count++] = {ids.send_time, {time.data(), time.size()}};
  if (ids.transport != 0) {
    const std::uint16_t next = downlink_.Send(payload_.size(), now);
    number = {static_cast<char>(next >> 8U), static_cast<char>(next & 0xFFU)};
    extensions[count++] = {ids.transport, {number.data(), number.size()}};
  }
  AppendRtp(packet_, header, std::span(extensions).first(count), payload_);
}

std::size_t Subscriber::Probe(std::uint64_t wanted, MonotonicTime now, const Send& send) {
  // Padding is sent as repairs: they have their own sequence numbers, so it leaves no hole in the media.
  const auto line = std::find_if(lines_.begin(), lines_.end(), [](const Line& known) {
    return known.line.repair_type && known.line.extensions.transport != 0 && known.packets != 0;
  });
  std::size_t bytes = probe_.Tick(downlink_, line == lines_.end() ? 0 : wanted, now);
  if (line == lines_.end()) return 0;
  constexpr std::uint8_t kPadding = 255;
  std::size_t packets = 0;
  for (std::size_t sent = downlink_.sent(); bytes > 0; ++packets) {
    RtpHeader header;
    header.ssrc = line->line.repair_ssrc;
    header.payload_type = *line->line.repair_type;
    header.sequence = line->next_repair++;
    // Padding counts like a payload, because it takes as much on the network.
    payload_.assign(kPadding, '\0');
    packet_.clear();
    Append(line->line, header, std::nullopt, now);
    packet_.resize(packet_.size() - kPadding);
    AppendRtpPadding(packet_, kPadding);
    send(packet_);
    const std::size_t more = downlink_.sent() - sent;
    bytes -= std::min(bytes, more);
    sent += more;
  }
  return packets;
}

std::size_t Subscriber::Resend(Line& line, const PublishedStream& stream,
                               const std::vector<std::uint16_t>& sequences, Duration round_trip,
                               MonotonicTime now, const Send& send) {
  if (!line.line.repair_type) return 0;
  std::size_t sent = 0;
  for (const std::uint16_t sequence : sequences) {
    const auto origin = line.slot.OriginOf(sequence);
    if (!origin || origin->source != stream.id) continue;
    const auto bytes = stream.kept.Find(origin->sequence);
    const auto rtp = bytes ? ReadRtp(*bytes) : std::nullopt;
    if (!rtp) continue;
    PublishedPacket packet;
    packet.rtp = *rtp;
    packet.vp8 = ReadVp8(rtp->payload);
    const auto out = line.slot.Again(stream.id, {rtp->header, packet.vp8 ? &*packet.vp8 : nullptr, true});
    if (!out) continue;
    const std::uint64_t key = std::uint64_t{line.line.ssrc} << 16U | sequence;
    if (!budget_.Allow(key, bytes->size(), round_trip, now)) continue;
    RtpHeader header = out->header;
    header.ssrc = line.line.repair_ssrc;
    header.payload_type = *line.line.repair_type;
    header.sequence = line.next_repair++;
    Write(line, header, packet, *out, sequence, now);
    send(packet_);
    ++sent;
  }
  return sent;
}

void Subscriber::AddReports(RtcpDatagrams& out,
                            const std::function<const PublishedStream*(const Line&)>& find,
                            MonotonicTime now) const {
  for (const Line& line : lines_) {
    if (line.packets == 0) continue;
    const PublishedStream* const stream = find(line);
    const auto timestamp = stream != nullptr ? stream->reception.TimestampAt(now) : std::nullopt;
    if (!timestamp) continue;
    std::string report;
    AppendSenderReport(report, {line.line.ssrc,
                                NtpOf(now),
                                *timestamp + line.slot.timestamp_offset(),
                                line.packets,
                                line.bytes,
                                {}});
    AppendSourceName(report, line.line.ssrc, kMediaName);
    out.Add(report);
  }
}

}  // namespace parley
