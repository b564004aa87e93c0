// The packets of a call: the part of MediaRoom that forwards them, and that answers the feedback of pages.

#include <algorithm>

#include "common/base/media_limits.h"
#include "common/codec/transport_feedback.h"
#include "server/media/media_room.h"

namespace parley {
namespace {

// The level of a voice whose page does not tell it: it speaks whenever it sends.
constexpr std::uint8_t kUnknownLevel = 40;

// The transport-wide number of a packet, if it has one.
std::optional<std::uint16_t> TransportNumber(const MediaSession& session, const RtpPacket& rtp) {
  for (const MediaLine& line : session.negotiated().lines) {
    if (line.extensions.transport == 0) continue;
    const auto value = FindExtension(rtp, line.extensions.transport);
    if (!value || value->size() != 2) return std::nullopt;
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>((*value)[0]) << 8U |
                                      static_cast<std::uint8_t>((*value)[1]));
  }
  return std::nullopt;
}

// Whether the others may get this packet. `allowed`: they may get what is sent now.
bool MayPass(const PublishedPacket& packet, bool allowed) {
  PublishedStream& stream = *packet.stream;
  const std::uint16_t sequence = packet.rtp.header.sequence;
  if (!allowed) stream.is_hidden = true;
  if (stream.is_hidden) {
    if (!allowed || !packet.is_newest) return false;
    stream.is_hidden = false;
    stream.hidden = static_cast<std::uint16_t>(sequence - 1);
  }
  if (!stream.hidden) return true;
  const std::int16_t ahead = SequenceDistance(*stream.hidden, sequence);
  if (ahead > limits::kLatestPacket) stream.hidden.reset();
  return ahead > 0;
}

// The packets that a page asks for, as far as they may be looked for now.
std::optional<Nack> NackOf(ResendBudget& budget, const RtcpPacket& packet, MonotonicTime now) {
  auto nack = budget.MayLook(now) ? ReadNack(packet) : std::nullopt;
  if (nack) nack->sequences.resize(budget.Look(nack->sequences.size(), now));
  return nack;
}

// What a page reports of arrivals, as far as it may be read now.
std::optional<TransportFeedback> FeedbackOf(DownlinkEstimate& downlink, const RtcpPacket& packet,
                                            MonotonicTime now) {
  if (!IsTransportFeedback(packet) || !downlink.MayReceive(now)) return std::nullopt;
  return ReadTransportFeedback(packet);
}

}  // namespace

void MediaRoom::ReceiveRtp(CallMember& member, std::string_view bytes, MonotonicTime now) {
  const auto rtp = ReadRtp(bytes);
  if (!rtp) return;
  if (const auto number = TransportNumber(*member.session, *rtp)) member.session->Arrived(*number, now);
  const auto packet = member.session->publisher().Receive(bytes, *rtp, now);
  if (!packet) return;
  const PublishedStream& stream = *packet->stream;
  if (stream.is_audio() && !stream.missing.empty() && !member.session->publisher().RepeatsItself(stream)) {
    member.session->AskForMissing(now);
  }
  const MediaSource source{member.id, packet->stream->kind};
  if (!MayPass(*packet, member.kinds.Has(source.kind))) return;
  packet->stream->Keep(*packet);
  if (source.kind == MediaKind::kVoice && !packet->rtp.payload.empty()) {
    loudness_.Hear(member.id, packet->level.value_or(kUnknownLevel), now);
  }
  if (packet->is_new) {
    if (source.kind == MediaKind::kSound) MarkUnassigned();
    ChooseStreams(source, false, now);
  }
  for (const PublishedPacket& mended : member.session->publisher().Mend(*packet)) {
    if (!MayPass(mended, true)) continue;
    Forward(member, source, mended, now);
    RecordPacket(member, mended, now);
  }
  Forward(member, source, *packet, now);
  RecordPacket(member, *packet, now);
  // Only now is it known whether this packet was the key frame that slots wait for.
  if (packet->is_new) ChooseStreams(source, true, now);
}

void MediaRoom::Forward(const CallMember& from, const MediaSource& source, const PublishedPacket& packet,
                        MonotonicTime now) {
  for (auto& other : members_) {
    // A page that is not connected yet would miss what its slots believe to have sent.
    if (!other->connected || other.get() == &from) continue;
    MediaSession& session = *other->session;
    session.subscriber().Forward(
        source, packet, now, [&](std::string& out) { session.SendRtp(out, now); },
        [&](std::string_view datagram) { session.Repeat(datagram, now); });
  }
}

void MediaRoom::Learn(CallMember& member, const std::vector<ReportBlock>& blocks, MonotonicTime now) {
  member.session->Learn(blocks, now);
  Subscriber& subscriber = member.session->subscriber();
  for (const ReportBlock& block : blocks) {
    const Subscriber::Line* const line = subscriber.Find(block.ssrc);
    if (line == nullptr) continue;
    if (!line->line.is_audio) {
      member.layers.Report(block.fraction_lost, now);
      continue;
    }
    subscriber.ReportLoss(block.fraction_lost, now);
    PublishedStream* const stream = StreamOf(*line);
    if (stream != nullptr && !line->line.redundancy_type) stream->heard.Report(block.fraction_lost, now);
  }
}

void MediaRoom::ReceiveRtcp(CallMember& member, std::string_view compound, MonotonicTime now) {
  RtcpReader reader(compound);
  for (auto step = reader.Next(); step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
    const RtcpPacket& packet = step.packet;
    if (const auto report = ReadSenderReport(packet)) {
      member.session->publisher().Receive(*report, now);
      Learn(member, report->blocks, now);
    } else if (const auto received = ReadReceiverReport(packet)) {
      Learn(member, received->blocks, now);
    } else if (const auto feedback = FeedbackOf(member.session->subscriber().downlink(), packet, now)) {
      member.session->subscriber().downlink().Receive(*feedback, now);
    } else if (const auto remb = ReadRemb(packet)) {
      member.session->subscriber().downlink().Bound(remb->bits_per_second, now);
      member.layers.Estimate(remb->bits_per_second, member.picture_rate, now);
    } else if (const auto nack = NackOf(member.session->subscriber().resends(), packet, now)) {
      Resend(member, *nack, now);
    } else if (const auto loss = ReadPictureLoss(packet)) {
      WantKeyFrame(member, loss->media, now);
    } else if (const auto request = ReadFullIntraRequest(packet)) {
      for (const auto& entry : request->entries) WantKeyFrame(member, entry.ssrc, now);
    }
  }
}

void MediaRoom::Resend(CallMember& member, const Nack& nack, MonotonicTime now) {
  MediaSession& session = *member.session;
  Subscriber::Line* const line = session.subscriber().Find(nack.media);
  const PublishedStream* const stream = line != nullptr ? StreamOf(*line) : nullptr;
  if (stream == nullptr) return;
  context_.counters.sent_again +=
      session.subscriber().Resend(*line, *stream, nack.sequences, session.round_trip(), now,
                                  [&](std::string& packet) { session.SendRtp(packet, now); });
}

void MediaRoom::WantKeyFrame(CallMember& member, std::uint32_t ssrc, MonotonicTime now) {
  const Subscriber::Line* const line = member.session->subscriber().Find(ssrc);
  const auto id = line != nullptr ? line->slot.source() : std::nullopt;
  CallMember* const other = id && line->source ? Find(line->source->member) : nullptr;
  if (other == nullptr || !other->session) return;
  PublishedStream* const stream = other->session->publisher().Find(*id);
  if (stream != nullptr && !stream->is_audio()) other->session->WantKeyFrame(*stream, now);
}

}  // namespace parley
