// MediaSession is the connection of one page with media: its ICE agent, its encryption, and what was
// negotiated. What the page sends and receives is in its Publisher and its Subscriber.
//
// It sends nothing before the page has proved itself by a signed check.
//
// It has more than 25 functions and 12 members: those of each layer of the connection, and of each deadline.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/rtcp.h"
#include "common/net/dtls.h"
#include "server/media/agent.h"
#include "server/media/media_counters.h"
#include "server/media/media_sink.h"
#include "server/media/negotiation.h"
#include "server/media/publisher.h"
#include "server/media/subscriber.h"
#include "server/media/transport.h"
#include "server/media/transport_arrivals.h"

namespace parley {

// What all sessions share. It outlives them.
struct MediaContext {
  std::shared_ptr<DtlsContext> dtls;
  std::string fingerprint;              // of its certificate: `sha-256 AB:CD…`
  std::vector<std::string> candidates;  // as a=candidate has them
  MediaSink& sink;
  std::function<std::uint32_t()> random;  // sources, and where the numbers of streams begin
  MediaNumbers numbers = {};
  MediaCounters counters = {};
  KeptBytes kept = KeptBytes();  // by all streams, to be sent again
  bool unassigned = false;       // a room has slots that are to be assigned
};

class MediaSession {
 public:
  MediaSession(MediaContext& context, const Negotiated& negotiated, MonotonicTime now);

  // Whether the offer is one of the page's connection that this session belongs to, and not of a new one.
  [[nodiscard]] bool IsFor(const Negotiated& negotiated) const;
  // Whether the offer has the ICE credentials of this session's page, which nobody else knows.
  [[nodiscard]] bool HasCredentialsOf(const Negotiated& negotiated) const;
  // Takes an offer for which IsFor holds, and returns the answer.
  std::string Accept(const SdpDescription& offer, Negotiated negotiated);
  // What was negotiated last.
  [[nodiscard]] const Negotiated& negotiated() const { return negotiated_; }

  // Whether the check, which may come from anybody, is the page's. Answers it if so.
  bool ReceiveCheck(std::string_view datagram, const IceCheck& check, const MediaPath& path,
                    MonotonicTime now);
  void ReceiveDtls(std::string_view datagram, const MediaPath& path, MonotonicTime now);
  // The decrypted packet, in place; nothing if it is not authentic, or came before.
  std::optional<std::string_view> Decrypt(std::span<char> datagram);

  // Encrypts and sends what `packet` contains. Afterwards it is what was sent; empty if nothing was.
  void SendRtp(std::string& packet, MonotonicTime now);
  // Sends what SendRtp sent before. Not on TCP, which loses nothing.
  void Repeat(std::string_view datagram, MonotonicTime now);
  void SendRtcp(std::string& compound, MonotonicTime now);
  // Requests and reports that are due. `find` is that of Subscriber::AddReports.
  void Tick(const std::function<const PublishedStream*(const Subscriber::Line&)>& find, MonotonicTime now);
  // Probes whether the page's connection carries more, if it is time. `wanted`: see DownlinkProbe::Tick.
  void Probe(std::uint64_t wanted, MonotonicTime now);
  // Asks the page for packets that are missing by now, unless it looked for them a moment ago. Tick asks,
  // too.
  void AskForMissing(MonotonicTime now);
  // A packet with this transport-wide number has arrived.
  void Arrived(std::uint16_t number, MonotonicTime now) { arrivals_.Receive(number, now); }
  // What a report of the page says of our streams.
  void Learn(const std::vector<ReportBlock>& blocks, MonotonicTime now);
  // Asks the page for a key frame, unless it was asked a moment ago.
  void WantKeyFrame(PublishedStream& stream, MonotonicTime now);
  void Close(MonotonicTime now);

  [[nodiscard]] Agent& agent() { return agent_; }
  [[nodiscard]] const Transport& transport() const { return transport_; }
  [[nodiscard]] Publisher& publisher() { return publisher_; }
  [[nodiscard]] Subscriber& subscriber() { return subscriber_; }
  [[nodiscard]] Duration round_trip() const { return round_trip_; }

 private:
  void AskNow(MonotonicTime now);
  void SendDtls(MonotonicTime now);
  void Send(std::string_view bytes, MonotonicTime now);
  void SendTo(const MediaPath& path, std::string_view bytes);
  void Ask(const MediaPath& path, std::size_t longest, MonotonicTime now);

  MediaContext& context_;
  Negotiated negotiated_;
  Agent agent_;
  Transport transport_;
  std::optional<MediaPath> handshake_path_;  // of our part of the handshake
  bool handshake_moved_ = false;             // it went to several paths
  Publisher publisher_;
  Subscriber subscriber_;
  TransportArrivals arrivals_;
  Duration round_trip_;
  std::uint64_t number_, version_ = 0;  // of the answers
  std::uint32_t ssrc_;                  // of our feedback
  MonotonicTime next_ask_, next_feedback_, next_report_;
};

}  // namespace parley
