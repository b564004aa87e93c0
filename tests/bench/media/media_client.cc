#include "tests/bench/media/media_client.h"

#include <arpa/inet.h>

#include <array>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <variant>

#include "common/codec/ice_stun.h"
#include "common/codec/red.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtcp_feedback.h"
#include "common/codec/vp8.h"
#include "common/net/certificate.h"

namespace parley::bench {
namespace {

constexpr std::uint8_t kOpus = 111, kVp8 = 96;
constexpr std::string_view kRedLines = "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";
constexpr std::uint8_t kLevelId = 1, kMidId = 4;
constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
constexpr std::string_view kVoiceMid = "0", kCameraMid = "1";
constexpr std::string_view kTransaction = "transaction!";
constexpr std::chrono::milliseconds kCheckAgain{100};
constexpr std::chrono::milliseconds kConsent{2500};
constexpr std::uint32_t kVoiceClock = 48000, kCameraClock = 90000;

struct Certificate {
  std::shared_ptr<DtlsContext> context;
  std::string fingerprint;
};

// One for all clients: making one takes longer than a handshake.
const Certificate& SharedCertificate() {
  static const Certificate made = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto authority = MakeAuthority("load", now);
    const auto leaf = authority ? MakeLeaf(*authority, {"page"}, now) : std::nullopt;
    if (!leaf) throw std::runtime_error("no certificate can be made");
    std::string error;
    auto context = DtlsContext::Client(leaf->certificate, leaf->key, error);
    if (!context) throw std::runtime_error(error);
    return Certificate{std::move(context),
                       "sha-256 " + WithColons(ReadCertificate(leaf->certificate)->fingerprint)};
  }();
  return made;
}

std::string SectionText(bool audio, bool redundancy, std::string_view mid, std::string_view direction) {
  std::string text = !audio       ? "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
                     : redundancy ? "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n"
                                  : "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
  text.append("c=IN IP4 0.0.0.0\r\na=mid:").append(mid).append("\r\na=").append(direction);
  text +=
      "\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
      "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n";
  text +=
      audio
          ? "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:111 opus/48000/2\r\n"
          : "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n"
            "a=fmtp:97 apt=96\r\n";
  if (audio && redundancy) text += kRedLines;
  return text;
}

// The address of `1 1 udp 2130706431 192.0.2.1 9000 typ host`, if it is one of UDP in IPv4.
std::optional<SocketAddress> AddressOf(std::string_view candidate) {
  std::istringstream words{std::string(candidate)};
  std::string foundation, protocol, address;
  unsigned component = 0, priority = 0, port = 0;
  words >> foundation >> component >> protocol >> priority >> address >> port;
  SocketAddress result;
  const bool is_udp = protocol == "udp" || protocol == "UDP";
  if (!words || !is_udp || ::inet_pton(AF_INET, address.c_str(), result.ip.data()) != 1) return std::nullopt;
  result.port = static_cast<std::uint16_t>(port);
  return result;
}

SdpDescription ReadOrThrow(std::string_view sdp) {
  auto read = ReadSdp(sdp);
  if (const auto* problem = std::get_if<SdpProblem>(&read)) throw std::runtime_error(problem->text);
  return std::get<SdpDescription>(std::move(read));
}

}  // namespace

MediaClient::MediaClient(unsigned number, const Lines& lines)
    : number_(number),
      lines_(lines),
      ufrag_("load" + std::to_string(number)),
      password_("theSecretOfALoadClient" + std::to_string(number)),
      dtls_(std::make_unique<DtlsSession>(SharedCertificate().context)) {
  voice_.ssrc = 0x10000 + 2 * number;
  camera_.ssrc = 0x10001 + 2 * number;
}

// --- Descriptions ---

std::string MediaClient::Transport(std::string_view setup) const {
  std::string text = "a=ice-ufrag:" + ufrag_ + "\r\na=ice-pwd:" + password_;
  text.append("\r\na=fingerprint:").append(SharedCertificate().fingerprint).append("\r\na=setup:");
  text.append(setup).append("\r\n");
  if (candidate_.empty()) return text;
  return text.append("a=candidate:1 1 udp 2130706431 ").append(candidate_).append(" typ host\r\n");
}

std::string MediaClient::Offer() const {
  std::string bundle, sections;
  std::size_t mid = 0;
  const auto add = [&](bool audio, bool sends, const Stream* stream) {
    const std::string name = std::to_string(mid++);
    bundle += " " + name;
    sections +=
        SectionText(audio, lines_.redundancy, name, sends ? "sendonly" : "recvonly") + Transport("active");
    if (stream != nullptr) sections += "a=ssrc:" + std::to_string(stream->ssrc) + " cname:load\r\n";
  };
  if (lines_.sends) add(true, true, &voice_);
  if (lines_.sends) add(false, true, &camera_);
  for (std::size_t i = 0; i < lines_.voices; ++i) add(true, false, nullptr);
  for (std::size_t i = 0; i < lines_.pictures; ++i) add(false, false, nullptr);
  return "v=0\r\no=- " + std::to_string(number_ + 1) +
         " 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE" + bundle + "\r\n" + sections;
}

void MediaClient::Connect(const SdpDescription& remote) {
  if (remote.sections.empty()) throw std::runtime_error("the server's description is empty");
  for (const SdpSection& section : remote.sections) {
    const SdpTransport transport = TransportOf(remote, section);
    if (!transport.ice_ufrag.empty()) {
      remote_ufrag_ = transport.ice_ufrag;
      remote_password_ = transport.ice_pwd;
    }
    for (const std::string_view candidate : section.candidates) {
      const auto address = AddressOf(candidate);
      if (address && remote_.port == 0) remote_ = *address;
    }
    if (section.direction != SdpDirection::kSendOnly || section.sources.empty()) continue;
    const bool is_audio = section.kind == "audio";
    const SdpCodec* const codec = FindCodec(section, is_audio ? "opus" : "VP8");
    if (codec == nullptr) throw std::runtime_error("a section has no codec of ours");
    std::uint8_t mid_extension = 0;
    for (const SdpExtension& extension : section.extensions) {
      if (extension.uri == kMidUri) mid_extension = extension.id;
    }
    Source& source = sources_[section.sources.front().ssrc];
    source = {std::string(section.mid), codec->payload_type, mid_extension, is_audio};
    const SdpCodec* const red = FindCodec(section, "red");
    if (red != nullptr) source.redundancy_type = red->payload_type;
  }
}

void MediaClient::TakeAnswer(std::string_view sdp) {
  Connect(ReadOrThrow(sdp));
}

std::string MediaClient::AnswerTo(std::string_view sdp) {
  const SdpDescription offer = ReadOrThrow(sdp);
  controlled_ = true;  // the side that offers controls ICE
  Connect(offer);
  std::string bundle, sections;
  for (const SdpSection& section : offer.sections) {
    const bool audio = section.kind == "audio";
    const SdpCodec* const codec = FindCodec(section, audio ? "opus" : "VP8");
    if (codec == nullptr) throw std::runtime_error("a section has no codec of ours");
    const std::string type = std::to_string(codec->payload_type);
    bundle.append(" ").append(section.mid);
    sections += audio ? "m=audio 9 UDP/TLS/RTP/SAVPF " : "m=video 9 UDP/TLS/RTP/SAVPF ";
    sections.append(type).append("\r\nc=IN IP4 0.0.0.0\r\na=mid:").append(section.mid);
    sections.append("\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:").append(type);
    sections.append(audio ? " opus/48000/2\r\n" : " VP8/90000\r\n");
    for (const SdpExtension& extension : section.extensions) {
      if (extension.uri == kMidUri)
        sections += "a=extmap:" + std::to_string(extension.id) + " " + std::string(kMidUri) + "\r\n";
    }
    sections += Transport("active");
  }
  return "v=0\r\no=- " + std::to_string(number_ + 1) +
         " 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE" + bundle + "\r\n" + sections;
}

// --- The connection ---

std::string MediaClient::Check() const {
  IceCheck check;
  check.transaction = kTransaction;
  check.to_ufrag = remote_ufrag_;
  check.from_ufrag = ufrag_;
  check.priority = 1845501695;
  check.nominates = !controlled_;
  check.role = controlled_ ? IceCheck::Role::kControlled : IceCheck::Role::kControlling;
  check.tie_breaker = number_;
  return IceCheckRequest(check, remote_password_);
}

void MediaClient::Tick(MonotonicTime now) {
  if (!next_check_ || now >= *next_check_) {
    next_check_ = now + (checked_ ? Duration(kConsent) : Duration(kCheckAgain));
    out_.push_back(Check());
  }
  if (checked_ && !connected()) dtls_->Retransmit();
}

std::vector<std::string> MediaClient::TakeOutgoing() {
  for (std::string& datagram : dtls_->TakeOutgoing()) out_.push_back(std::move(datagram));
  return std::exchange(out_, {});
}

void MediaClient::ReceiveStun(std::string_view datagram) {
  if (const auto reply = ReadIceReply(datagram, kTransaction, remote_password_)) {
    if (!reply->success || checked_) return;
    checked_ = true;
    dtls_->Start();
    return;
  }
  // An agent of the full kind has checks of its own.
  const auto check = ReadIceCheck(datagram);
  if (check && IsSignedWith(datagram, *check, password_)) {
    out_.push_back(IceAnswer(check->transaction, remote_, password_));
  }
}

std::optional<MediaClient::Packet> MediaClient::Receive(std::string_view datagram, MonotonicTime now) {
  if (datagram.empty()) return std::nullopt;
  const auto first = static_cast<std::uint8_t>(datagram.front());
  if (first < 4) {
    ReceiveStun(datagram);
    if (checked_ && next_check_ && *next_check_ < now + kConsent / 2) next_check_ = now + kConsent;
    return std::nullopt;
  }
  if (first >= 128) return ReceiveMedia(datagram);
  if (dtls_->Receive(datagram) != DtlsSession::Status::kConnected || connected()) return std::nullopt;
  const auto keys = dtls_->Keys();
  if (!keys) throw std::runtime_error("the server has no SRTP profile of ours");
  sender_ = MakeSrtpSender(keys->profile, keys->client);
  receiver_ = SrtpReceiver::Make(keys->profile, keys->server);
  return std::nullopt;
}

std::optional<MediaClient::Packet> MediaClient::ReceiveMedia(std::string_view datagram) {
  // Media may overtake the end of the handshake.
  if (!connected()) return std::nullopt;
  std::string packet(datagram);
  const bool is_rtcp = IsRtcp(packet);
  const auto size = is_rtcp ? receiver_->UnprotectRtcp(packet) : receiver_->Unprotect(packet);
  if (!size) {
    ++faults_.refused;
    return std::nullopt;
  }
  packet.resize(*size);
  if (is_rtcp) {
    ReceiveRtcp(packet);
    return std::nullopt;
  }
  const auto rtp = ReadRtp(packet);
  if (!rtp) {
    ++faults_.changed;
    return std::nullopt;
  }
  return Examine(*rtp);
}

std::optional<MediaClient::Packet> MediaClient::Examine(const RtpPacket& rtp) {
  const auto source = sources_.find(rtp.header.ssrc);
  const auto mid = source == sources_.end() ? std::nullopt : FindExtension(rtp, source->second.mid_extension);
  const std::uint8_t type = rtp.header.payload_type;
  const bool redundant = mid && type == source->second.redundancy_type;
  if (!mid || *mid != source->second.mid || (type != source->second.payload_type && !redundant)) {
    ++faults_.unknown;
    return std::nullopt;
  }
  std::optional<MediaMark> mark;
  std::optional<std::uint16_t> picture;
  if (redundant) {
    if (const auto newest = NewestRedBlock(rtp.payload)) mark = ReadMediaMark(newest->data);
  } else if (source->second.is_audio) {
    mark = ReadMediaMark(rtp.payload);
  } else if (const auto vp8 = ReadVp8(rtp.payload); vp8 && rtp.payload.size() > vp8->size) {
    mark = ReadMediaMark(rtp.payload.substr(vp8->size + 1));
    picture = vp8->picture_id;
  }
  if (!mark || mark->is_picture == source->second.is_audio) {
    ++faults_.changed;
    return std::nullopt;
  }
  return Packet{source->second.mid, rtp.header, *mark, picture};
}

void MediaClient::ReceiveRtcp(std::string_view compound) {
  RtcpReader reader(compound);
  for (auto step = reader.Next(); step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
    if (ReadPictureLoss(step.packet) || ReadFullIntraRequest(step.packet)) key_frame_wanted_ = true;
  }
}

// --- Sending ---

void MediaClient::SendVoice(std::size_t size, std::uint8_t level, MonotonicTime now) {
  const MediaMark mark{number_, false, voice_.number++, now};
  const char loudness = static_cast<char>(level);
  const std::array<RtpExtension, 2> extensions = {{{kMidId, kVoiceMid}, {kLevelId, {&loudness, 1}}}};
  std::string packet;
  AppendRtp(packet, {false, kOpus, voice_.sequence++, TimestampOf(voice_, kVoiceClock, now), voice_.ssrc},
            extensions, WriteMediaMark(mark, std::max(size, kMediaMarkBytes)));
  SendRtp(std::move(packet));
}

void MediaClient::SendCamera(std::size_t size, MonotonicTime now) {
  const MediaMark mark{number_, true, camera_.number++, now};
  // RFC 7741: the start of a frame, with a picture id of 15 bits and TL0PICIDX; then the frame's first byte.
  std::string payload = {static_cast<char>(0x90),
                         static_cast<char>(0xC0),
                         static_cast<char>(0x80U | (mark.number >> 8U & 0x7FU)),
                         static_cast<char>(mark.number & 0xFFU),
                         static_cast<char>(mark.number & 0xFFU),
                         static_cast<char>(key_frame_wanted_ ? 0x10 : 0x11)};
  key_frame_wanted_ = false;
  payload += WriteMediaMark(mark, std::max(size, payload.size() + kMediaMarkBytes) - payload.size());
  const std::array<RtpExtension, 1> extensions = {{{kMidId, kCameraMid}}};
  std::string packet;
  AppendRtp(packet, {true, kVp8, camera_.sequence++, TimestampOf(camera_, kCameraClock, now), camera_.ssrc},
            extensions, payload);
  SendRtp(std::move(packet));
}

std::uint32_t MediaClient::TimestampOf(Stream& stream, std::uint32_t clock, MonotonicTime now) {
  if (!stream.begun) stream.begun = {now, stream.timestamp};
  const auto [time, timestamp] = *stream.begun;
  const auto ticks = (now - time).count() * clock / 1'000'000'000;
  const std::uint32_t next = timestamp + static_cast<std::uint32_t>(ticks);
  // Each packet has another one, also if a busy machine sends several at once.
  const bool is_later = static_cast<std::int32_t>(next - stream.timestamp) > 0;
  return stream.timestamp = is_later ? next : stream.timestamp + 1;
}

void MediaClient::SendReports(MonotonicTime now) {
  const auto since = now.time_since_epoch().count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  const auto seconds = static_cast<std::uint64_t>(since / kSecond);
  const auto fraction = (static_cast<std::uint64_t>(since % kSecond) << 32U) / kSecond;
  std::string compound;
  for (const auto& [stream, clock] : {std::pair(&voice_, kVoiceClock), std::pair(&camera_, kCameraClock)}) {
    if (!stream->begun) continue;
    SenderReport report;
    report.ssrc = stream->ssrc;
    report.ntp = seconds << 32U | fraction;
    const auto [time, timestamp] = *stream->begun;
    report.timestamp = timestamp + static_cast<std::uint32_t>((now - time).count() * clock / kSecond);
    AppendSenderReport(compound, report);
  }
  if (!compound.empty()) SendRtcp(std::move(compound));
}

void MediaClient::SendRtp(std::string packet) {
  Send(std::move(packet), &SrtpSender::Protect);
}

void MediaClient::SendRtcp(std::string compound) {
  Send(std::move(compound), &SrtpSender::ProtectRtcp);
}

void MediaClient::Send(std::string packet, Protect protect) {
  if (!connected()) return;
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpRoom);
  const auto encrypted = (sender_.get()->*protect)(packet, size);
  if (!encrypted) return;
  packet.resize(*encrypted);
  out_.push_back(std::move(packet));
}

void MediaClient::ReportLoss(std::uint8_t fraction) {
  ReceiverReport report;
  for (const auto& [ssrc, source] : sources_) {
    if (source.is_audio) report.blocks.push_back({ssrc, fraction, 0, 0, 0, 0, 0});
  }
  std::string rtcp;
  AppendReceiverReport(rtcp, report);
  SendRtcp(std::move(rtcp));
}

}  // namespace parley::bench
