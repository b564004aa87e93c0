#include "server/media/media_session.h"

#include <algorithm>
#include <utility>

#include "common/base/media_limits.h"
#include "common/codec/rtcp_feedback.h"
#include "common/codec/transport_feedback.h"
#include "server/media/rtcp_datagrams.h"

namespace parley {
namespace {

constexpr double kRoundTripSmoothing = 0.125;

}  // namespace

MediaSession::MediaSession(MediaContext& context, const Negotiated& negotiated, MonotonicTime now)
    : context_(context),
      negotiated_(negotiated),
      agent_(MakeIceCredentials(), {negotiated.remote_ufrag, negotiated.remote_password}, now),
      transport_(context.dtls, negotiated.remote_fingerprint),
      publisher_(context.numbers, context.counters, context.kept),
      subscriber_(context.random),
      round_trip_(limits::kFirstRoundTrip),
      number_(context.random()),
      ssrc_(context.random()),
      next_ask_(now),
      next_feedback_(now),
      next_report_(now) {
}

// A page may use one certificate for several connections. After an ICE restart the session is the same.
bool MediaSession::IsFor(const Negotiated& negotiated) const {
  return negotiated.remote_fingerprint == negotiated_.remote_fingerprint &&
         (negotiated.remote_session == negotiated_.remote_session ||
          negotiated.remote_ufrag == negotiated_.remote_ufrag);
}

bool MediaSession::HasCredentialsOf(const Negotiated& negotiated) const {
  return negotiated.remote_fingerprint == negotiated_.remote_fingerprint &&
         negotiated.remote_ufrag == negotiated_.remote_ufrag &&
         negotiated.remote_password == negotiated_.remote_password;
}

std::string MediaSession::Accept(const SdpDescription& offer, Negotiated negotiated) {
  if (negotiated.remote_ufrag != negotiated_.remote_ufrag) {
    agent_.Restart(MakeIceCredentials(), {negotiated.remote_ufrag, negotiated.remote_password});
  }
  negotiated_ = std::move(negotiated);
  publisher_.SetLines(negotiated_.lines);
  subscriber_.SetLines(negotiated_.lines);
  return WriteAnswer(offer, negotiated_,
                     {agent_.own(), context_.fingerprint, context_.candidates, number_, ++version_,
                      std::string(kMediaName)});
}

bool MediaSession::ReceiveCheck(std::string_view datagram, const IceCheck& check, const MediaPath& path,
                                MonotonicTime now) {
  const auto answer = agent_.Receive(datagram, check, path, now);
  if (!answer) return false;
  // An answer that is larger than its question could be used against others.
  if (answer->size() <= datagram.size()) SendTo(path, *answer);
  Ask(path, datagram.size(), now);
  return agent_.Knows(path);
}

// Nor may our own check be larger than `longest`, which is what came on that path.
void MediaSession::Ask(const MediaPath& path, std::size_t longest, MonotonicTime now) {
  const auto check = agent_.Ask(path, now);
  if (check && check->size() <= longest) SendTo(path, *check);
}

void MediaSession::ReceiveDtls(std::string_view datagram, const MediaPath& path, MonotonicTime now) {
  const Transport::State before = transport_.state();
  transport_.Receive(datagram, now);
  SendDtls(now);
  if (before == Transport::State::kConnected || transport_.state() != Transport::State::kConnected) return;
  // Only a page that got our part of the handshake can complete it.
  if (handshake_path_ == path && !handshake_moved_) agent_.Prove(path);
  agent_.RequireProof();
  Ask(path, datagram.size(), now);
}

std::optional<std::string_view> MediaSession::Decrypt(std::span<char> datagram) {
  SrtpReceiver* const receiver = transport_.receiver();
  if (receiver == nullptr) return std::nullopt;
  const std::string_view bytes(datagram.data(), datagram.size());
  const auto size = IsRtcp(bytes) ? receiver->UnprotectRtcp(datagram) : receiver->Unprotect(datagram);
  if (!size) return std::nullopt;
  return bytes.substr(0, *size);
}

void MediaSession::Send(std::string_view bytes, MonotonicTime now) {
  // A packet may have come with nearly that length, and has become longer: its slot has other extensions.
  if (bytes.size() > limits::kDatagramBytes) {
    ++context_.counters.ignored;
    return;
  }
  if (const auto path = agent_.Selected(now)) SendTo(*path, bytes);
}

void MediaSession::SendTo(const MediaPath& path, std::string_view bytes) {
  ++context_.counters.packets_out;
  context_.counters.bytes_out += bytes.size();
  context_.sink.Send(path, bytes);
}

void MediaSession::Repeat(std::string_view datagram, MonotonicTime now) {
  const auto path = agent_.Selected(now);
  if (path && path->stream == 0) Send(datagram, now);
}

void MediaSession::SendDtls(MonotonicTime now) {
  const auto outgoing = transport_.TakeOutgoing();
  if (outgoing.empty()) return;
  const auto path = agent_.Selected(now);
  handshake_moved_ = handshake_moved_ || (handshake_path_ && handshake_path_ != path);
  handshake_path_ = path;
  for (const std::string& datagram : outgoing) Send(datagram, now);
}

void MediaSession::SendRtp(std::string& packet, MonotonicTime now) {
  SrtpSender* const sender = transport_.sender();
  if (sender == nullptr) return packet.clear();
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpRoom);
  packet.resize(sender->Protect(packet, size).value_or(0));
  if (!packet.empty()) Send(packet, now);
}

void MediaSession::SendRtcp(std::string& compound, MonotonicTime now) {
  SrtpSender* const sender = transport_.sender();
  if (sender == nullptr || compound.empty()) return;
  const std::size_t size = compound.size();
  compound.resize(size + kSrtpRoom);
  const auto encrypted = sender->ProtectRtcp(compound, size);
  if (encrypted) Send(std::string_view(compound).substr(0, *encrypted), now);
}

void MediaSession::AskForMissing(MonotonicTime now) {
  if (now < next_ask_) return;
  next_ask_ = now + limits::kNackDelay / 2;  // also if nothing is due: to look for it costs time, too
  AskNow(now);
}

void MediaSession::AskNow(MonotonicTime now) {
  RtcpDatagrams asked;
  publisher_.AskForMissing(asked, ssrc_, round_trip_, now);
  for (std::string& datagram : asked.Take()) SendRtcp(datagram, now);
}

void MediaSession::Tick(const std::function<const PublishedStream*(const Subscriber::Line&)>& find,
                        MonotonicTime now) {
  if (transport_.Due() && *transport_.Due() <= now) transport_.Tick(now);
  SendDtls(now);
  if (transport_.sender() == nullptr) return;
  AskNow(now);
  RtcpDatagrams asked;
  publisher_.AskForKeyFrames(asked, ssrc_, now);
  for (std::string& datagram : asked.Take()) SendRtcp(datagram, now);
  std::string rtcp;
  if (now >= next_feedback_) {
    next_feedback_ = now + limits::kFeedbackPeriod;
    for (const TransportFeedback& feedback : arrivals_.Take(ssrc_, publisher_.AnySource())) {
      rtcp.clear();
      AppendTransportFeedback(rtcp, feedback);
      SendRtcp(rtcp, now);
    }
  }
  if (now < next_report_) return;
  next_report_ = now + limits::kReportPeriod;
  publisher_.ReleaseIdle(now);
  rtcp.clear();
  AppendReceiverReport(rtcp, {ssrc_, publisher_.Report(now)});
  AppendSourceName(rtcp, ssrc_, kMediaName);
  SendRtcp(rtcp, now);
  RtcpDatagrams reports;
  subscriber_.AddReports(reports, find, now);
  for (std::string& datagram : reports.Take()) SendRtcp(datagram, now);
}

void MediaSession::Probe(std::uint64_t wanted, MonotonicTime now) {
  context_.counters.padding +=
      subscriber_.Probe(wanted, now, [&](std::string& packet) { SendRtp(packet, now); });
}

void MediaSession::Learn(const std::vector<ReportBlock>& blocks, MonotonicTime now) {
  for (const ReportBlock& block : blocks) {
    if (block.last_report == 0 || subscriber_.Find(block.ssrc) == nullptr) continue;
    // Negative if the page's clock is odd.
    const auto units =
        static_cast<std::int32_t>(ShortNtpOf(now) - block.last_report - block.since_last_report);
    if (units < 0 || units > 10 * 65536) continue;
    const auto measured =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(units / 65536.0));
    const double change = kRoundTripSmoothing * static_cast<double>((measured - round_trip_).count());
    round_trip_ += Duration(static_cast<std::int64_t>(change));
  }
}

void MediaSession::WantKeyFrame(PublishedStream& stream, MonotonicTime now) {
  if (!stream.key_frames.Want(now)) return;
  ++context_.counters.key_frames_asked;
  std::string rtcp;
  AppendPictureLoss(rtcp, {ssrc_, stream.ssrc});
  SendRtcp(rtcp, now);
}

void MediaSession::Close(MonotonicTime now) {
  transport_.Close();
  SendDtls(now);
}

}  // namespace parley
