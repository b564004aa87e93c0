// Subscriber is what one page receives: its slots, and how a packet of another page becomes a packet of a
// slot. Packets in, packets for encryption out.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/rtcp.h"
#include "server/media/downlink_estimate.h"
#include "server/media/downlink_probe.h"
#include "server/media/media_ids.h"
#include "server/media/negotiation.h"
#include "server/media/picture_shares.h"
#include "server/media/publisher.h"
#include "server/media/recent_loss.h"
#include "server/media/resend_budget.h"
#include "server/media/rtcp_datagrams.h"
#include "server/media/slot.h"

namespace parley {

// What a slot shows: one kind of media of one member.
struct MediaSource {
  MediaMember member{};
  MediaKind kind = MediaKind::kVoice;

  bool operator==(const MediaSource&) const = default;
};

class Subscriber {
 public:
  // `random` outlives this object.
  explicit Subscriber(const std::function<std::uint32_t()>& random) : random_(random) {}

  // A slot of the page, with what stands behind it.
  struct Line {
    MediaLine line;
    Slot slot;
    std::optional<MediaSource> source;
    unsigned height = 0;                   // of the picture, as it was wanted last
    std::string rid;                       // of the layer that is shown or awaited
    std::uint16_t next_repair = 0;         // the sequence number of the next repair
    std::uint32_t packets = 0, bytes = 0;  // that were forwarded, for reports
    std::string repeated = {};             // the datagram that goes again with the next one
    PictureShare share = {};               // of a picture: the highest layers that are sent
  };
  // Encrypts and sends a packet of a slot, which is the datagram afterwards.
  using Send = std::function<void(std::string& packet)>;
  // Sends the same datagram again.
  using Repeat = std::function<void(std::string_view datagram)>;

  // The page has offered, the first time or again. Slots whose lines go on keep what they show.
  void SetLines(const std::vector<MediaLine>& lines);
  [[nodiscard]] std::vector<Line>& lines() { return lines_; }
  // The slot with that source (SSRC); null if there is none.
  [[nodiscard]] Line* Find(std::uint32_t ssrc);

  // The slot shows something else from now on, or nothing.
  static void Show(Line& line, std::optional<MediaSource> source);

  // Forwards a packet of `source` to each slot that shows it.
  void Forward(const MediaSource& source, const PublishedPacket& packet, MonotonicTime now, const Send& send,
               const Repeat& repeat);
  // The page has lost that share of a voice, of 256. Voices then repeat earlier frames: within a packet if
  // the page knows RED, and by sending each datagram twice if not.
  void ReportLoss(std::uint8_t fraction, MonotonicTime now) { loss_.Report(fraction, now); }
  // The estimated bandwidth of the page's connection.
  [[nodiscard]] DownlinkEstimate& downlink() { return downlink_; }
  // Sends padding, if it is time to probe whether the connection carries more. `wanted`: see
  // DownlinkProbe::Tick. Returns the number of packets.
  std::size_t Probe(std::uint64_t wanted, MonotonicTime now, const Send& send);
  // What limits the page's requests for packets.
  [[nodiscard]] ResendBudget& resends() { return budget_; }
  // The page misses packets of the slot, which shows `stream`: sends those again that are kept, as repairs.
  // Returns how many.
  std::size_t Resend(Line& line, const PublishedStream& stream, const std::vector<std::uint16_t>& sequences,
                     Duration round_trip, MonotonicTime now, const Send& send);

  // Adds sender reports of the slots in use. `find` gives the stream behind a slot, or null.
  void AddReports(RtcpDatagrams& out, const std::function<const PublishedStream*(const Line&)>& find,
                  MonotonicTime now) const;

 private:
  // Appends the packet for this slot to `packet_`, which is empty. `repeats`: as a repair of this number.
  void Write(const Line& line, RtpHeader header, const PublishedPacket& packet, const Slot::Rewritten& out,
             std::optional<std::uint16_t> repeats, MonotonicTime now);
  // Appends the packet's payload for this slot to `payload_`, and chooses its type.
  void WriteVoice(const MediaLine& line, RtpHeader& header, const PublishedPacket& packet, MonotonicTime now);
  // Appends a packet with `payload_` to `packet_`, which is empty.
  void Append(const MediaLine& line, const RtpHeader& header, std::optional<std::uint8_t> level,
              MonotonicTime now);
  void ForwardTo(Line& line, const PublishedPacket& packet, MonotonicTime now, const Send& send,
                 const Repeat& repeat);

  const std::function<std::uint32_t()>& random_;
  std::vector<Line> lines_;
  DownlinkEstimate downlink_;
  DownlinkProbe probe_;
  ResendBudget budget_;
  RecentLoss loss_;               // of voices
  std::string packet_, payload_;  // kept so that their memory is
};

}  // namespace parley
