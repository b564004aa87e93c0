#include "tests/server/media/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>

#include "common/base/media_limits.h"
#include "common/codec/ice_stun.h"
#include "common/codec/red.h"

namespace parley {
namespace {

constexpr std::uint8_t kOpus = 111, kVp8 = 96, kRepair = 97, kRed = 63;
constexpr std::uint8_t kLevelId = 1, kTransportId = 3, kMidId = 4, kRidId = 10;

const KeyPair& Authority() {
  static const KeyPair made =
      *MakeAuthority("parley", std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  return made;
}

KeyPair Make(const std::string& name) {
  return *MakeLeaf(Authority(), {name},
                   std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::string Section(bool audio, unsigned mid, const std::string& direction, bool redundancy) {
  std::string text = audio && redundancy ? "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n"
                     : audio             ? "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
                                         : "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n";
  text += "c=IN IP4 0.0.0.0\r\na=mid:" + std::to_string(mid) + "\r\na=" + direction + "\r\na=rtcp-mux\r\n";
  text += "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
  text +=
      "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
      "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n";
  if (audio) {
    text += "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:111 opus/48000/2\r\n";
    if (redundancy) text += "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";
  } else {
    text += "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
  }
  return text;
}

}  // namespace

const KeyPair& ServerCertificate() {
  static const KeyPair made = Make("server");
  return made;
}

const KeyPair& PageCertificate(unsigned number) {
  static std::map<unsigned, KeyPair> made;
  const auto known = made.find(number);
  return known != made.end() ? known->second : made.emplace(number, Make("page")).first->second;
}

std::string FingerprintOf(const KeyPair& pair) {
  return "sha-256 " + WithColons(ReadCertificate(pair.certificate)->fingerprint);
}

Page::Page(unsigned number, std::size_t voices, std::size_t pictures)
    : number_(number), voices_(voices), pictures_(pictures) {
  path_.remote.ip = {192, 0, 2, static_cast<unsigned char>(number)};
  path_.remote.port = static_cast<std::uint16_t>(40000 + number);
  path_.local.ip = {198, 51, 100, 1};
  voice_ = {1000 * number + 1, static_cast<std::uint16_t>(number * 7919 % 0x8000), number};
  camera_ = {1000 * number + 2, static_cast<std::uint16_t>(number * 6007 % 0x8000), number};
  repair_ = {1000 * number + 3, 0, 0};
  ufrag_ = "page" + std::to_string(number);
  password_ = "passwordOfThePage" + ufrag_ + "LongEnough";
  std::string error;
  const KeyPair& certificate = PageCertificate(number);
  dtls_ = std::make_unique<DtlsSession>(DtlsContext::Client(certificate.certificate, certificate.key, error));
  EXPECT_EQ(error, "");
}

void Page::Restart() {
  ufrag_ += "x";
  password_ += "x";
}

std::string Page::Offer() const {
  const std::size_t lines = 4 + voices_ + pictures_;
  std::string text =
      "v=0\r\no=- " + std::to_string(session_) + " 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE";
  for (std::size_t mid = 0; mid < lines; ++mid) text += " " + std::to_string(mid);
  text += "\r\na=ice-ufrag:" + ufrag_ + "\r\na=ice-pwd:" + password_ +
          "\r\na=fingerprint:" + FingerprintOf(PageCertificate(number_)) + "\r\na=setup:actpass\r\n";
  unsigned mid = 0;
  for (const bool audio : {true, false, false, true}) {
    text += Section(audio, mid, "sendonly", redundancy_);
    if (layers_ && mid == 1) {
      text +=
          "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=rid:q send\r\na=rid:h send\r\n"
          "a=rid:f send\r\na=simulcast:send q;h;f\r\n";
    }
    ++mid;
  }
  for (std::size_t i = 0; i < voices_; ++i) text += Section(true, mid++, "recvonly", redundancy_);
  for (std::size_t i = 0; i < pictures_; ++i) text += Section(false, mid++, "recvonly", redundancy_);
  return text;
}

void Page::TakeAnswer(const std::string& sdp) {
  const auto read = ReadSdp(sdp);
  ASSERT_TRUE(std::holds_alternative<SdpDescription>(read)) << sdp;
  const auto& answer = std::get<SdpDescription>(read);
  ASSERT_EQ(answer.sections.size(), 4 + voices_ + pictures_);
  const SdpTransport transport = TransportOf(answer, answer.sections.front());
  remote_ufrag_ = transport.ice_ufrag;
  remote_password_ = transport.ice_pwd;
  EXPECT_TRUE(trusts_any_ || transport.fingerprint == FingerprintOf(ServerCertificate()));
  slots_.clear();
  for (const SdpSection& section : answer.sections) {
    if (!section.sources.empty()) slots_[std::string(section.mid)] = section.sources.front().ssrc;
  }
}

std::vector<std::string> Page::TakeOutgoing() {
  for (std::string& datagram : dtls_->TakeOutgoing()) out_.push_back(std::move(datagram));
  return std::exchange(out_, {});
}

std::string Page::MakeCheck(bool nominate) const {
  IceCheck check;
  check.transaction = "transaction!";
  check.to_ufrag = remote_ufrag_;
  check.from_ufrag = ufrag_;
  check.priority = 1845501695;
  check.nominates = nominate;
  check.role = IceCheck::Role::kControlling;
  check.tie_breaker = number_;
  return IceCheckRequest(check, remote_password_);
}

void Page::Check(bool nominate) {
  out_.push_back(MakeCheck(nominate));
}

void Page::StartHandshake() {
  dtls_->Start();
}

void Page::Receive(std::string_view datagram) {
  ASSERT_FALSE(datagram.empty());
  const auto first = static_cast<std::uint8_t>(datagram.front());
  if (const auto check = ReadIceCheck(datagram)) {
    EXPECT_TRUE(IsSignedWith(datagram, *check, password_));
    ++checks;
    if (answers_checks_) out_.push_back(IceAnswer(check->transaction, path_.remote, password_));
  } else if (first <= 3) {
    answers_.emplace_back(datagram);
  } else if (first < 64) {
    if (dtls_->Receive(datagram) != DtlsSession::Status::kConnected || receiver_) return;
    const SrtpKeys keys = *dtls_->Keys();
    sender_ = MakeSrtpSender(keys.profile, keys.client);
    receiver_ = SrtpReceiver::Make(keys.profile, keys.server);
  } else {
    ASSERT_NE(receiver_, nullptr);
    std::string packet(datagram);
    const bool is_rtcp = IsRtcp(packet);
    const auto size = is_rtcp ? receiver_->UnprotectRtcp(packet) : receiver_->Unprotect(packet);
    if (!size) {
      ++repeated;
      return;
    }
    packet.resize(*size);
    if (is_rtcp) {
      rtcp.push_back(packet);
      return;
    }
    const auto rtp = ReadRtp(packet);
    ASSERT_TRUE(rtp);
    const auto mid = FindExtension(*rtp, kMidId);
    ASSERT_TRUE(mid);
    heard.push_back(
        {std::string(*mid), rtp->header, std::string(rtp->payload), rtp->header.payload_type == kRepair});
    const auto number = FindExtension(*rtp, kTransportId);
    if (number && number->size() == 2) {
      heard.back().number = static_cast<std::uint16_t>(static_cast<std::uint8_t>((*number)[0]) << 8U |
                                                       static_cast<std::uint8_t>((*number)[1]));
    }
  }
}

void Page::Encrypt(std::string packet) {
  ASSERT_NE(sender_, nullptr);
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpRoom);
  const auto encrypted = sender_->Protect(packet, size);
  ASSERT_TRUE(encrypted);
  packet.resize(*encrypted);
  out_.push_back(std::move(packet));
}

void Page::SendRtp(const Sending& sending, std::uint8_t type, std::string_view mid, std::optional<char> level,
                   std::string_view payload) {
  const std::array<char, 2> number = {static_cast<char>(transport_ >> 8U),
                                      static_cast<char>(transport_ & 0xFFU)};
  ++transport_;
  std::vector<RtpExtension> extensions = {{kMidId, mid}, {kTransportId, {number.data(), number.size()}}};
  if (level) extensions.push_back({kLevelId, {&*level, 1}});
  std::string packet;
  AppendRtp(packet, {true, type, sending.sequence, sending.timestamp, sending.ssrc}, extensions, payload);
  Encrypt(std::move(packet));
}

void Page::SendVoice(const std::string& text, std::uint8_t level) {
  SendRtp(voice_, kOpus, "0", static_cast<char>(level), text);
  sent_voices_[voice_.sequence] = out_.back();
  ++voice_.sequence;
  voice_.timestamp += 960;
}

void Page::SendRedundantVoice(const std::vector<std::string>& older, const std::string& text,
                              std::uint8_t level) {
  std::vector<RedBlock> blocks;
  for (std::size_t i = 0; i < older.size(); ++i) {
    const auto age = static_cast<std::uint32_t>(960 * (older.size() - i));
    blocks.push_back({0, std::min(age, kRedAge), older[i]});
  }
  std::string payload;
  AppendRed(payload, kOpus, blocks, text);
  SendRtp(voice_, kRed, "0", static_cast<char>(level), payload);
  ++voice_.sequence;
  voice_.timestamp += 960;
}

void Page::SendLayer(char rid, std::uint8_t lines) {
  Sending& sending = sent_layers_[rid];
  sending.ssrc = 1000 * number_ + 100 + static_cast<unsigned char>(rid);
  std::string payload(kLayerHead);
  payload += {'\x80', '\x02', static_cast<char>(lines), '\0', rid};
  std::string packet;
  const std::vector<RtpExtension> extensions = {{kMidId, "1"}, {kRidId, {&rid, 1}}};
  AppendRtp(packet, {true, kVp8, sending.sequence++, sending.timestamp += 3000, sending.ssrc}, extensions,
            payload);
  Encrypt(std::move(packet));
}

void Page::SendFrame(const Frame& frame) {
  constexpr std::size_t kInPacket = 1000;
  Sending& sending = sent_layers_[frame.rid];
  sending.ssrc = 1000 * number_ + 100 + static_cast<unsigned char>(frame.rid);
  sending.timestamp += 3000;
  const std::vector<RtpExtension> extensions = {{kMidId, "1"}, {kRidId, {&frame.rid, 1}}};
  for (std::size_t at = 0; at < frame.bytes; at += kInPacket) {
    std::string payload = {static_cast<char>(at == 0 ? 0x90 : 0x80),
                           static_cast<char>(0xE0),
                           static_cast<char>(0x80U | frame.picture >> 8U),
                           static_cast<char>(frame.picture & 0xFFU),
                           static_cast<char>(frame.base),
                           static_cast<char>(unsigned{frame.temporal} << 6U | (frame.sync ? 0x20U : 0U))};
    if (at == 0) {
      payload +=
          frame.key_frame ? std::string{'\x10', '\0', '\0', '\x9D', '\x01', '\x2A', '\0', '\0'} : "\x11";
      if (frame.key_frame) {
        payload += static_cast<char>(frame.lines & 0xFFU);
        payload += static_cast<char>(frame.lines >> 8U);
      }
    }
    payload.resize(payload.size() + std::min(kInPacket, frame.bytes - at), frame.rid);
    std::string packet;
    AppendRtp(packet,
              {at + kInPacket >= frame.bytes, kVp8, sending.sequence++, sending.timestamp, sending.ssrc},
              extensions, payload);
    Encrypt(std::move(packet));
  }
}

void Page::SendCamera(const std::string& text, bool key_frame) {
  std::string payload = {static_cast<char>(0x90),
                         static_cast<char>(0xC0),
                         static_cast<char>(0x80U | (picture_ >> 8U & 0x7FU)),
                         static_cast<char>(picture_ & 0xFFU),
                         static_cast<char>(picture_ & 0xFFU),
                         static_cast<char>(key_frame ? 0x10 : 0x11)};
  payload += text;
  ++picture_;
  sent_camera_[camera_.sequence] = {camera_.timestamp, payload};
  SendRtp(camera_, kVp8, "1", std::nullopt, payload);
  ++camera_.sequence;
  camera_.timestamp += 3000;
}

void Page::RepairCamera(std::uint16_t sequence) {
  std::string payload = {static_cast<char>(sequence >> 8U), static_cast<char>(sequence & 0xFFU)};
  const auto& [timestamp, original] = sent_camera_.at(sequence);
  payload += original;
  repair_.timestamp = timestamp;
  SendRtp(repair_, kRepair, "1", std::nullopt, payload);
  ++repair_.sequence;
}

void Page::SendRtcp(std::string compound) {
  const std::size_t size = compound.size();
  compound.resize(size + kSrtpRoom);
  const auto encrypted = sender_->ProtectRtcp(compound, size);
  ASSERT_TRUE(encrypted);
  compound.resize(*encrypted);
  out_.push_back(std::move(compound));
}

void Page::Close() {
  dtls_->Close();
}

}  // namespace parley
