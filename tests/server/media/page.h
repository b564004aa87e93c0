// Page plays a browser that takes part in a call through the server: it writes an offer, checks its path,
// makes the handshake, and sends and receives encrypted packets. Datagrams in and out, no socket.
//
// It has more than 25 functions because each thing that a test makes a browser do is one. It has more than 12
// members because one object plays the whole connection: ICE, DTLS, SRTP and the streams.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/codec/rtcp.h"
#include "common/codec/rtp.h"
#include "common/codec/sdp.h"
#include "common/net/certificate.h"
#include "common/net/dtls.h"
#include "common/srtp/library_srtp.h"
#include "common/srtp/srtp.h"
#include "server/media/media_path.h"
#include "server/model/media_messages.h"

namespace parley {

inline constexpr MediaKinds kAll{true, true, true, true};

// A certificate for all servers, and one for each page that a test makes: making one takes long.
const KeyPair& ServerCertificate();
const KeyPair& PageCertificate(unsigned number);
std::string FingerprintOf(const KeyPair& pair);

// How each frame of a layer begins: a descriptor, and the start of a key frame.
inline constexpr std::string_view kLayerHead{"\x10\x10\x00\x00\x9D\x01\x2A", 7};

class Page {
 public:
  struct Heard {
    std::string mid;
    RtpHeader header;
    std::string payload;
    bool repeats = false;  // as a repair: the payload begins with the number of the packet
    std::optional<std::uint16_t> number = {};  // the transport-wide one
  };
  // A frame of one layer of the camera, with temporal layers.
  struct Frame {
    char rid = 'q';
    std::size_t bytes = 0;
    bool key_frame = false;
    std::uint8_t temporal = 0;
    bool sync = false;
    std::uint16_t picture = 0;
    std::uint8_t base = 0;
    unsigned lines = 0;
  };

  // Pages have different numbers. `voices` and `pictures` are its slots.
  Page(unsigned number, std::size_t voices, std::size_t pictures);

  // The same text until the credentials change.
  [[nodiscard]] std::string Offer() const;
  void TakeAnswer(const std::string& sdp);
  // Other ICE credentials from now on.
  void Restart();
  // From the next offer on: it is one of another connection.
  void UseSession(unsigned session) { session_ = session; }
  // It is behind another port from now on.
  void Move(std::uint16_t port) { path_.remote.port = port; }
  // Whether the page answers the server's own checks, as it does at first.
  void IgnoreChecks() { answers_checks_ = false; }
  void AnswerChecks() { answers_checks_ = true; }

  // What the page wants to send, since the last call.
  std::vector<std::string> TakeOutgoing();
  void Receive(std::string_view datagram);

  void Check(bool nominate = true);
  void StartHandshake();
  void SendVoice(const std::string& text, std::uint8_t level);
  // Its path is a connection on TCP with that number. Before its first check.
  void UseStream(std::uint64_t stream) { path_.stream = stream; }
  // From the next offer on, voices may carry RED.
  void UseRedundancy() { redundancy_ = true; }
  // `older` begins with the oldest.
  void SendRedundantVoice(const std::vector<std::string>& older, const std::string& text, std::uint8_t level);
  // From the next offer on, the camera has three layers.
  void UseLayers() { layers_ = true; }
  // A key frame of that layer, with its lines.
  void SendLayer(char rid, std::uint8_t lines);
  // Sends a frame in as many packets as it needs. All bytes but the first few are the name of the layer.
  void SendFrame(const Frame& frame);
  // A packet of a camera that is a whole frame.
  void SendCamera(const std::string& text, bool key_frame);
  // The same datagram once more.
  void RepeatVoice(std::uint16_t sequence) { out_.push_back(sent_voices_.at(sequence)); }
  // The same packet as a repair.
  void RepairCamera(std::uint16_t sequence);
  void SendRtcp(std::string compound);
  void Close();

  [[nodiscard]] MediaPath path() const { return path_; }
  [[nodiscard]] std::uint32_t voice_source() const { return voice_.ssrc; }
  [[nodiscard]] std::uint32_t camera_source() const { return camera_.ssrc; }
  // The server has a certificate of its own, other than ServerCertificate.
  void TrustAnyServer() { trusts_any_ = true; }
  [[nodiscard]] bool has_ended() const { return dtls_->status() == DtlsSession::Status::kEnd; }
  [[nodiscard]] bool connected() const { return receiver_ != nullptr; }
  [[nodiscard]] const std::vector<std::string>& answers() const { return answers_; }  // to checks
  [[nodiscard]] std::uint16_t camera_sequence() const { return camera_.sequence; }    // of the next packet
  [[nodiscard]] const std::map<std::string, std::uint32_t>& slots() const { return slots_; }  // SSRC by mid
  [[nodiscard]] bool has_answer() const { return !remote_ufrag_.empty(); }
  // A check that is signed, for tests that change it.
  [[nodiscard]] std::string MakeCheck(bool nominate = true) const;

  std::vector<Heard> heard;
  std::vector<std::string> rtcp;  // compounds that came
  std::size_t repeated = 0;       // media that came again as it was
  std::size_t checks = 0;         // that came from the server

 private:
  struct Sending {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
  };
  void SendRtp(const Sending& sending, std::uint8_t type, std::string_view mid, std::optional<char> level,
               std::string_view payload);
  void Encrypt(std::string packet);

  unsigned number_;
  std::size_t voices_, pictures_;
  MediaPath path_;
  std::string ufrag_, password_;
  std::string remote_ufrag_, remote_password_;
  std::unique_ptr<DtlsSession> dtls_;
  std::unique_ptr<SrtpSender> sender_;
  std::unique_ptr<SrtpReceiver> receiver_;
  Sending voice_, camera_, repair_;
  unsigned session_ = 1;  // of the o= line
  bool answers_checks_ = true;
  bool trusts_any_ = false;
  bool redundancy_ = false;
  bool layers_ = false;
  std::map<char, Sending> sent_layers_;
  std::uint16_t picture_ = 0;
  std::uint16_t transport_ = 0;
  std::map<std::uint16_t, std::string> sent_voices_;
  std::map<std::uint16_t, std::pair<std::uint32_t, std::string>> sent_camera_;  // timestamp, payload
  std::map<std::string, std::uint32_t> slots_;
  std::vector<std::string> out_, answers_;
};

// The first packet of that kind in what the page got by RTCP.
template <typename Read>
auto FindIn(const Page& page, Read read) -> decltype(read(RtcpPacket{})) {
  for (const std::string& compound : page.rtcp) {
    RtcpReader reader(compound);
    for (auto step = reader.Next(); step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
      if (auto found = read(step.packet)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace parley
