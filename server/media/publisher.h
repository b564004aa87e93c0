// Publisher is what one page sends: it tells the streams of the page apart, and knows what is missing of
// them. Decrypted packets and time in, feedback for the page out.
//
// A stream is found by its source (SSRC). A new source is known by the extensions of its packets, which name
// the line and the layer; a page that sends none names the source in its description.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/media_limits.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtp.h"
#include "common/codec/vp8.h"
#include "server/media/key_frame_requests.h"
#include "server/media/layer_rates.h"
#include "server/media/media_counters.h"
#include "server/media/media_ids.h"
#include "server/media/missing_packets.h"
#include "server/media/negotiation.h"
#include "server/media/packet_ring.h"
#include "server/media/recent_loss.h"
#include "server/media/reception.h"
#include "server/media/rtcp_datagrams.h"

namespace parley {

struct PublishedPacket;

// A voice, or a layer of a picture. It has more than 12 members because it is the record of all that is known
// of one stream.
struct PublishedStream {
  PublishedStream(MediaStream own_id, MediaKind own_kind, KeptBytes& all_kept);

  MediaStream id;  // another one each time that the stream's numbers begin anew
  MediaKind kind;
  std::string rid;        // empty: there is one layer
  std::size_t layer = 0;  // the lowest is 0
  unsigned lines = 0;     // of a picture, by its latest key frame; 0: not known
  std::uint32_t ssrc = 0;
  std::optional<MonotonicTime> last;  // when the last packet with a payload came
  // When the latest frames began, the oldest first; of a picture.
  std::array<MonotonicTime, limits::kFramesOfOtherLayers> frames{};
  std::uint32_t timestamp = 0;  // of the latest frame
  bool stopped = false;         // the page goes on with other layers only
  std::optional<MonotonicTime> restarted;
  // The others were not allowed to get the stream, and nothing new has come since they are.
  bool is_hidden = false;
  // Packets up to this number are from the time when it was hidden. They are never forwarded, even if they
  // come late, or were lost and are repaired.
  std::optional<std::uint16_t> hidden;
  MissingPackets missing;  // of a voice they are asked for at once: it is played soon
  Reception reception;
  KeyFrameRequests key_frames;
  PacketRing kept;   // of pictures, and the latest of a voice without RED: as far as others may get it
  LayerRates rates;  // of pictures
  RecentLoss heard;  // of a voice: what listeners without RED lose

  [[nodiscard]] bool is_audio() const { return kind == MediaKind::kVoice || kind == MediaKind::kSound; }
  [[nodiscard]] bool IsLive(MonotonicTime now) const;
  // The packet, which the others may get, may be sent again.
  void Keep(const PublishedPacket& packet);
};

// A packet to forward. The views live until the next packet.
struct PublishedPacket {
  PublishedStream* stream = nullptr;
  RtpPacket rtp;
  std::string_view bytes;             // all of it; empty if it was mended
  std::optional<Vp8Descriptor> vp8;   // of a picture's packet that has a payload
  std::optional<std::uint8_t> level;  // of a voice
  bool redundant = false;             // the payload is RED
  bool mended = false;                // of a later packet's redundancy; those who get that do without
  bool is_newest = false;             // no repair, and ahead of all before it
  bool is_new = false;                // the stream has a new id: slots that show it must be switched
};

class Publisher {
 public:
  Publisher(MediaNumbers& numbers, MediaCounters& counters, KeptBytes& kept)
      : numbers_(numbers), counters_(counters), kept_(limits::kKeptBytesOfPage, &kept) {}

  // The page has offered, the first time or again. Streams of lines that go on are kept.
  void SetLines(const std::vector<MediaLine>& lines);

  // Takes a decrypted packet; `rtp` was read from `bytes`. Nothing if it is not to be forwarded.
  std::optional<PublishedPacket> Receive(std::string_view bytes, const RtpPacket& rtp, MonotonicTime now);
  void Receive(const SenderReport& report, MonotonicTime now);
  // The packets that are missing before `packet`, made of its redundancy, the oldest first: at most
  // limits::kMendedPackets. They live as long as `packet`.
  const std::vector<PublishedPacket>& Mend(const PublishedPacket& packet);

  // Measures the rates of pictures. Call it every limits::kLayerPeriod.
  void MeasureRates(MonotonicTime now);
  // Streams that are not sent any more keep nothing. Call it once a second or so.
  void ReleaseIdle(MonotonicTime now);
  // Adds requests for packets that are missing.
  void AskForMissing(RtcpDatagrams& out, std::uint32_t sender, Duration round_trip, MonotonicTime now);
  // Adds requests for key frames that were wanted and did not come.
  void AskForKeyFrames(RtcpDatagrams& out, std::uint32_t sender, MonotonicTime now);
  // Whether it is a voice with RED: a lost packet comes with the next ones, sooner than it could be sent
  // again.
  [[nodiscard]] bool RepeatsItself(const PublishedStream& stream) const;
  // The page's streams as a report sees them.
  std::vector<ReportBlock> Report(MonotonicTime now);

  // The kinds of pictures of which a layer has stopped since the last call.
  std::vector<MediaKind> FindStopped(MonotonicTime now);

  [[nodiscard]] PublishedStream* Find(MediaStream id);
  // The layers of a picture, or a voice; empty before the first packet.
  [[nodiscard]] std::vector<PublishedStream*> Find(MediaKind kind);
  // Any source of the page, for feedback about all of them; 0: there is none yet.
  [[nodiscard]] std::uint32_t AnySource() const;

 private:
  // What a source is: a stream, or the repairs of one.
  struct Source {
    PublishedStream* stream = nullptr;
    bool repairs = false;
    const MediaLine* line = nullptr;
    std::uint64_t used = 0;  // when it sent or was named last, in packets and names
  };
  Source* Identify(const RtpPacket& rtp);
  Source* Bind(std::uint32_t ssrc, const MediaLine& line, std::size_t layer, bool repairs);
  PublishedStream& StreamOf(const MediaLine& line, std::size_t layer);
  [[nodiscard]] const MediaLine* LineOf(MediaKind kind) const;
  [[nodiscard]] const MediaLine* LineWith(std::string_view mid) const;
  // The packet that a repair repeats. It is in `repaired_`.
  std::optional<RtpPacket> Repair(const Source& source, const RtpPacket& rtp);
  std::optional<PublishedPacket> Take(const Source& source, std::string_view bytes, const RtpPacket& rtp,
                                      MonotonicTime now);
  // The stream begins anew. False if it did so a moment ago: then nothing has changed.
  bool Restart(PublishedStream& stream, MonotonicTime now);
  [[nodiscard]] bool HasStopped(const PublishedStream& stream, MonotonicTime now) const;

  MediaNumbers& numbers_;
  MediaCounters& counters_;
  KeptBytes kept_;
  std::vector<MediaLine> lines_;  // those on which the page sends
  std::uint8_t mid_id_ = 0;       // of the extension: the same on all lines of a bundle
  std::vector<std::unique_ptr<PublishedStream>> streams_;
  // At most limits::kMediaSources. The one that was used longest ago is dropped.
  std::unordered_map<std::uint32_t, Source> sources_;
  std::uint64_t uses_ = 0;
  std::string repaired_;
  std::vector<PublishedPacket> mended_;
};

}  // namespace parley
