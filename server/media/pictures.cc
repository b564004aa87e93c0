// The part of MediaRoom that decides which pictures of a call each member gets, and which layers of each.

#include <algorithm>
#include <utility>

#include "common/base/media_limits.h"
#include "server/media/media_room.h"
#include "server/media/picture_shares.h"

namespace parley {
namespace {

// A layer suffices if it has this share of the lines that the page shows: a picture that is stretched a
// little saves three quarters of its bytes.
constexpr unsigned kEnoughPercent = 75;

// The lines of a layer; before its first key frame, those of a camera with 720 lines.
unsigned LinesOf(const PublishedStream& stream) {
  return stream.lines != 0 ? stream.lines : 180U << stream.layer;
}

// The lowest layer up to `highest` that has enough lines for `height`; if there is none, the nearest one.
PublishedStream* BestLayer(const std::vector<PublishedStream*>& layers, unsigned height, std::size_t highest,
                           MonotonicTime now) {
  PublishedStream* best = nullptr;
  const auto is_enough = [height](const PublishedStream& stream) {
    return LinesOf(stream) * 100 >= height * kEnoughPercent;
  };
  for (PublishedStream* const stream : layers) {
    if (!stream->IsLive(now)) continue;
    const bool fits = best == nullptr || stream->layer <= highest;
    const bool better =
        best == nullptr || (stream->layer > best->layer ? fits && !is_enough(*best)
                                                        : best->layer > highest || is_enough(*stream));
    if (better) best = stream;
  }
  return best;
}

// The bits per second that a layer is assumed to have before they are measured.
constexpr std::array<std::uint64_t, kSpatialLayers> kGuesses = {150'000, 500'000, 1'500'000};
// The part of the estimate, in percent, that pictures and sounds may take. The rest is for retransmissions.
constexpr std::uint64_t kUsedPercent = 95;
// All temporal layers. There may be more than kTemporalLayers.
constexpr std::size_t kAllTemporal = 7;

}  // namespace

void MediaRoom::AssignPictures(CallMember& member, MonotonicTime now) {
  std::vector<Subscriber::Line*> lines;
  for (Subscriber::Line& line : member.session->subscriber().lines()) {
    if (!line.line.is_audio) lines.push_back(&line);
  }
  std::vector<MediaSource> sources;
  const auto add = [&](const MediaSource& source) {
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) sources.push_back(source);
  };
  bool awaits = false;  // somebody who is not connected
  for (const MediaWant& want : member.wants) {
    if (want.kind != MediaKind::kCamera && want.kind != MediaKind::kScreen) continue;
    const CallMember* const other = Find(want.member);
    if (other == nullptr || other == &member || !other->kinds.Has(want.kind)) continue;
    if (other->session) {
      add({other->id, want.kind});
    } else {
      awaits = true;
    }
  }
  // A member who is not connected may be a lost one who has returned. The picture of a lost member stays on
  // its slot.
  for (const Subscriber::Line* const line : lines) {
    const CallMember* const other = awaits && line->source ? Find(line->source->member) : nullptr;
    if (other != nullptr && other->lost && other->kinds.Has(line->source->kind)) add(*line->source);
  }
  if (sources.size() > lines.size()) sources.resize(lines.size());
  const auto shares = ShareOutTo(member, sources, now);
  std::vector<MediaSource> sent;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (shares[i]) sent.push_back(sources[i]);
  }
  Fill(lines, std::move(sent));
  for (Subscriber::Line* const line : lines) {
    const auto source = std::find(sources.begin(), sources.end(), line->source);
    if (source != sources.end()) line->share = *shares[static_cast<std::size_t>(source - sources.begin())];
    ChooseStream(member, *line, true, now);
  }
}

// The rates of those layers of a source that are useful at the height that the member wants.
PictureNeed MediaRoom::NeedOf(CallMember& member, const MediaSource& source, MonotonicTime now) {
  PictureNeed need;
  for (const Subscriber::Line& line : member.session->subscriber().lines()) {
    if (line.source == source) need.now = line.share;
  }
  CallMember* const other = Find(source.member);
  if (other == nullptr || !other->session) return need;
  unsigned height = 0;
  for (const MediaWant& want : member.wants) {
    if (want.member == other->seat.member && want.kind == source.kind) height = want.height;
  }
  const auto streams = other->session->publisher().Find(source.kind);
  const PublishedStream* const best = BestLayer(streams, height, kSpatialLayers - 1, now);
  for (const PublishedStream* const stream : streams) {
    if (best == nullptr || stream->layer > best->layer || !stream->IsLive(now)) continue;
    auto& rates = need.rates.at(stream->layer);
    for (std::size_t temporal = 0; temporal < kTemporalLayers; ++temporal)
      rates.at(temporal) = stream->rates.UpTo(temporal);
    if (rates.back() == 0) rates.back() = kGuesses.at(stream->layer);
  }
  return need;
}

std::vector<std::optional<PictureShare>> MediaRoom::ShareOutTo(CallMember& member,
                                                               const std::vector<MediaSource>& sources,
                                                               MonotonicTime now) {
  member.shared = now;
  member.wanted_rate = 0;
  const DownlinkEstimate& downlink = member.session->subscriber().downlink();
  if (!downlink.IsKnown(now)) {
    return std::vector<std::optional<PictureShare>>(sources.size(), PictureShare{member.layers.Highest(now)});
  }
  std::vector<PictureNeed> needs;
  needs.reserve(sources.size());
  for (const MediaSource& source : sources) needs.push_back(NeedOf(member, source, now));
  const std::uint64_t used = downlink.bits_per_second(now) * kUsedPercent / 100;
  const std::uint64_t budget = used - std::min(used, member.sound_rate);
  PictureShares shares = ShareOut(needs, budget, downlink.MayRaise(now));
  // A picture that sends nothing yet may begin before the next choice, with a layer that fits.
  const std::uint64_t left = budget - std::min(budget, shares.taken);
  for (std::size_t i = 0; i < needs.size(); ++i) {
    if (needs[i].rates != PictureNeed().rates) continue;
    std::size_t layer = kSpatialLayers - 1;
    while (layer > 0 && kGuesses.at(layer) > left) --layer;
    shares.shares[i] = PictureShare{layer};
  }
  // Includes the bandwidth that a better picture must leave free.
  if (shares.taken < shares.wanted) {
    constexpr std::uint64_t kRoomPercent = 90;
    member.wanted_rate = (shares.wanted * 100 / kRoomPercent + member.sound_rate) * 100 / kUsedPercent;
  }
  return std::move(shares.shares);
}

void MediaRoom::ChooseStream(CallMember& member, Subscriber::Line& line, bool asks, MonotonicTime now) {
  if (!line.source) return;
  CallMember* const other = Find(line.source->member);
  if (other == nullptr || !other->session) return;
  for (const MediaWant& want : member.wants) {
    if (want.member == other->seat.member && want.kind == line.source->kind) line.height = want.height;
  }
  Publisher& publisher = other->session->publisher();
  PublishedStream* const stream =
      BestLayer(publisher.Find(line.source->kind), line.height, line.share.layer, now);
  if (stream == nullptr) return;
  line.rid = stream->rid;
  line.slot.SwitchTo(stream->id, !stream->is_audio());
  if (!stream->is_audio()) LimitTemporal(line, *stream, publisher);
  if (asks && member.connected && line.slot.awaited() && !stream->is_audio())
    other->session->WantKeyFrame(*stream, now);
}

// Until the key frame of a smaller layer comes, only the lowest temporal layer of the larger one is sent.
void MediaRoom::LimitTemporal(Subscriber::Line& line, const PublishedStream& chosen, Publisher& publisher) {
  constexpr std::size_t kTop = kTemporalLayers - 1;
  std::size_t temporal = line.share.temporal == kTop ? kAllTemporal : line.share.temporal;
  if (chosen.layer != line.share.layer) temporal = chosen.layer < line.share.layer ? kAllTemporal : 0;
  const auto id = line.slot.awaited() ? line.slot.source() : std::nullopt;
  const PublishedStream* const present = id ? publisher.Find(*id) : nullptr;
  if (present == nullptr) return line.slot.LimitTemporal(temporal, temporal);
  line.slot.LimitTemporal(present->layer > chosen.layer ? 0 : kAllTemporal, temporal);
}

void MediaRoom::ChooseStreams(const MediaSource& source, bool asks, MonotonicTime now) {
  for (auto& member : members_) {
    if (!member->session) continue;
    bool is_other = false;
    for (Subscriber::Line& line : member->session->subscriber().lines()) {
      if (line.source != source) continue;
      const std::string before = line.rid;
      ChooseStream(*member, line, asks, now);
      is_other |= line.rid != before;
    }
    if (is_other) TellSlots(*member);
  }
}

// Called every limits::kLayerPeriod.
void MediaRoom::Measure(CallMember& member, MonotonicTime now) {
  member.session->publisher().MeasureRates(now);
  std::uint64_t pictures = 0;
  std::uint64_t sounds = 0;
  for (const Subscriber::Line& line : member.session->subscriber().lines()) {
    if (!line.line.is_audio) {
      pictures += line.bytes;
    } else if (line.line.extensions.transport != 0) {
      sounds += line.bytes + std::uint64_t{kPacketOverhead} * line.packets;
    }
  }
  constexpr std::uint64_t kPeriodsPerSecond = std::chrono::seconds(1) / limits::kLayerPeriod;
  const auto rate = [](std::uint64_t bytes, std::uint64_t& before) {
    const std::uint64_t more = bytes >= before ? bytes - before : 0;
    before = bytes;
    return more * 8 * kPeriodsPerSecond;
  };
  member.picture_rate = rate(pictures, member.picture_bytes);
  member.sound_rate = rate(sounds, member.sound_bytes);
}

}  // namespace parley
