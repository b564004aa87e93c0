// MediaClient plays a page's connection with media: the controlling agent of ICE, as far as an agent of the
// lite kind needs it, the client of DTLS, and SRTP. Datagrams and time in, datagrams out; no socket.
//
// Every packet that it sends has a MediaMark, and is a whole frame if it is of a picture. Every packet that
// it receives is checked against what was negotiated. Bad descriptions throw std::runtime_error.
//
// It has more than 25 functions and 12 members because one object plays the whole connection: ICE, DTLS, SRTP
// and the streams.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/socket_address.h"
#include "common/codec/rtp.h"
#include "common/codec/sdp.h"
#include "common/net/dtls.h"
#include "common/srtp/library_srtp.h"
#include "common/srtp/srtp.h"
#include "tests/bench/media/media_mark.h"

namespace parley::bench {

class MediaClient {
 public:
  struct Lines {
    bool sends = false;  // a voice and a camera
    std::size_t voices = 0, pictures = 0;
    bool redundancy = false;  // of voices (RED)
  };
  struct Packet {
    std::string mid;
    RtpHeader header;
    MediaMark mark;
    std::optional<std::uint16_t> picture;  // its id
  };
  // How many packets were not as they must be. All are 0 unless the server is broken.
  struct Faults {
    std::size_t refused = 0;  // not authentic, or came twice
    std::size_t unknown = 0;  // of no slot, or on another one than the mid says
    std::size_t changed = 0;  // not as they were sent
    [[nodiscard]] std::size_t all() const { return refused + unknown + changed; }
  };

  // `number` is another one for each client, below 65536.
  MediaClient(unsigned number, const Lines& lines);

  [[nodiscard]] std::string Offer() const;
  void TakeAnswer(std::string_view sdp);
  // For a server that offers, and sends on all sections of its offer.
  std::string AnswerTo(std::string_view sdp);

  // Descriptions name this candidate of the client, as `192.0.2.1 9000`. A server of the lite kind needs
  // none.
  void UseCandidate(std::string candidate) { candidate_ = std::move(candidate); }
  // Where datagrams go: the server's first candidate for UDP in IPv4.
  [[nodiscard]] const SocketAddress& remote() const { return remote_; }
  // The packet of media, if it is one and right.
  std::optional<Packet> Receive(std::string_view datagram, MonotonicTime now);
  // Checks and handshakes go on; call it every 50 ms or so.
  void Tick(MonotonicTime now);
  std::vector<std::string> TakeOutgoing();

  // `size` is that of the payload. `level` as in RFC 6464. Only when connected.
  void SendVoice(std::size_t size, std::uint8_t level, MonotonicTime now);
  void SendCamera(std::size_t size, MonotonicTime now);
  // Reports of what was sent (RFC 3550): at this time, the streams had these timestamps.
  void SendReports(MonotonicTime now);
  // Encrypts and sends this packet, whatever it is.
  void SendRtp(std::string packet);
  void SendRtcp(std::string compound);
  // A report that each voice has lost that share of its packets, of 256.
  void ReportLoss(std::uint8_t fraction);
  // A signed check, whoever sends it then.
  [[nodiscard]] std::string Check() const;

  [[nodiscard]] unsigned number() const { return number_; }
  [[nodiscard]] const Lines& lines() const { return lines_; }
  [[nodiscard]] bool connected() const { return receiver_ != nullptr; }
  [[nodiscard]] const Faults& faults() const { return faults_; }
  [[nodiscard]] std::uint32_t voices_sent() const { return voice_.number; }
  [[nodiscard]] std::uint32_t cameras_sent() const { return camera_.number; }

 private:
  struct Stream {
    std::uint32_t ssrc = 0, timestamp = 0, number = 0;
    std::uint16_t sequence = 0;
    // When the first packet was sent, and its timestamp.
    std::optional<std::pair<MonotonicTime, std::uint32_t>> begun = {};
  };
  struct Source {
    std::string mid;
    std::uint8_t payload_type = 0;
    std::uint8_t mid_extension = 0;  // its id
    bool is_audio = false;
    std::optional<std::uint8_t> redundancy_type = {};
  };
  using Protect = std::optional<std::size_t> (SrtpSender::*)(std::span<char>, std::size_t);
  void Send(std::string packet, Protect protect);
  static std::uint32_t TimestampOf(Stream& stream, std::uint32_t clock, MonotonicTime now);
  void Connect(const SdpDescription& remote);
  [[nodiscard]] std::string Transport(std::string_view setup) const;
  void ReceiveStun(std::string_view datagram);
  std::optional<Packet> ReceiveMedia(std::string_view datagram);
  std::optional<Packet> Examine(const RtpPacket& rtp);
  void ReceiveRtcp(std::string_view compound);

  unsigned number_;
  Lines lines_;
  std::string ufrag_, password_, remote_ufrag_, remote_password_, candidate_;
  SocketAddress remote_;
  std::map<std::uint32_t, Source> sources_;  // by SSRC: what the server sends
  std::unique_ptr<DtlsSession> dtls_;
  std::unique_ptr<SrtpSender> sender_;
  std::unique_ptr<SrtpReceiver> receiver_;
  std::optional<MonotonicTime> next_check_;
  bool checked_ = false;     // the server has answered
  bool controlled_ = false;  // the server controls ICE
  Stream voice_, camera_;
  bool key_frame_wanted_ = true;
  std::vector<std::string> out_;
  Faults faults_;
};

}  // namespace parley::bench
