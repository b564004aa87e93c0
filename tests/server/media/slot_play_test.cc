// Plays sources that are switched, lose packets, reorder them and probe, and checks what a slot makes of
// them.
//
//   PARLEY_SEED=N    the play of that seed alone

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "server/media/slot.h"
#include "tests/support/seeds.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr unsigned long kSeeds = 300;

// A packet on its way from a page.
struct Sent {
  MonotonicTime arrives;
  MediaStream source{};
  RtpHeader header;
  Vp8Descriptor vp8;
  bool has_payload = true;
  std::uint64_t frame = 0;  // counts the frames of all sources
  std::uint64_t needs = 0;  // the frame that must be shown before it; 0: none
};

// One layer of a picture.
struct Source {
  MediaStream id{};
  std::uint16_t sequence = 0, picture_id = 0;
  std::uint32_t timestamp = 0;
  std::uint8_t base_picture = 0;
  std::size_t step = 0;                   // of the pattern of temporal layers
  std::array<std::uint64_t, 3> newest{};  // frame of each temporal layer
};

// One of the patterns of libwebrtc: the temporal layers, and which frames need the lowest layer only.
constexpr std::array<std::uint8_t, 8> kPattern = {0, 2, 1, 2, 0, 2, 1, 2};
constexpr std::array<bool, 8> kSync = {false, true, true, false, false, false, false, false};

class Play {
 public:
  explicit Play(unsigned long seed)
      : random_(static_cast<std::mt19937::result_type>(seed)),
        loses_(seed % 3 != 0),
        temporal_(seed % 2 != 0),
        slot_({9, 96, 90000, static_cast<std::uint16_t>(Roll(30'000)), Any(),
               static_cast<std::uint16_t>(Roll(30'000)), static_cast<std::uint8_t>(Any())}) {
    for (std::uint64_t i = 1; i <= 3; ++i) {
      sources_.push_back({MediaStream{i}, static_cast<std::uint16_t>(Any()),
                          static_cast<std::uint16_t>(Any() & 0x7FFFU), Any(),
                          static_cast<std::uint8_t>(Any())});
    }
  }

  void Run() {
    for (int step = 0; step < 2'000; ++step) {
      now_ += milliseconds(33);
      if (Roll(40) == 0) slot_.SwitchTo(sources_[Roll(3)].id, true);
      if (Roll(400) == 0) slot_.Empty();
      if (temporal_ && Roll(20) == 0) slot_.LimitTemporal(Roll(3), Roll(3));
      for (Source& source : sources_) SendFrame(source);
      Arrive();
    }
    CheckOrder();
  }

 private:
  struct Out {
    Slot::Rewritten rewritten;
    Sent sent;
  };

  std::uint32_t Any() { return static_cast<std::uint32_t>(random_()); }
  std::size_t Roll(std::size_t sides) { return random_() % sides; }

  void SendFrame(Source& source) {
    const bool key_frame = Roll(15) == 0;
    source.picture_id = static_cast<std::uint16_t>((source.picture_id + 1) & 0x7FFFU);
    source.step = temporal_ && !key_frame ? (source.step + 1) % kPattern.size() : 0;
    const std::uint8_t layer = kPattern.at(source.step);
    const bool sync = kSync.at(source.step);
    if (layer == 0) source.base_picture = static_cast<std::uint8_t>(source.base_picture + 1);
    source.timestamp += 2970;
    ++frames_;
    const auto& newest = source.newest;
    const std::uint64_t needs = key_frame            ? 0
                                : layer == 0 || sync ? newest[0]
                                : layer == 1         ? newest[1]
                                                     : std::max(newest[1], newest[2]);
    if (key_frame) source.newest.fill(frames_);
    source.newest.at(layer) = frames_;
    const std::size_t packets = 1 + Roll(4);
    for (std::size_t i = 0; i < packets; ++i) {
      Vp8Descriptor vp8;
      vp8.starts_frame = i == 0;
      vp8.key_frame = key_frame && i == 0;
      vp8.picture_id = source.picture_id;
      vp8.base_picture = source.base_picture;
      vp8.temporal_layer = layer;
      vp8.layer_sync = sync;
      Put({Delay(),
           source.id,
           {i + 1 == packets, 120, source.sequence++, source.timestamp, 1},
           vp8,
           true,
           frames_,
           needs});
    }
    if (Roll(4) == 0)
      Put({Delay(), source.id, {false, 120, source.sequence++, source.timestamp, 1}, {}, false, 0, 0});
  }

  MonotonicTime Delay() { return now_ + (loses_ ? milliseconds(Roll(60)) : milliseconds(0)); }
  void Put(Sent sent) {
    if (loses_ && Roll(20) == 0) return;
    on_the_way_.push_back(std::move(sent));
  }

  void Arrive() {
    std::stable_sort(on_the_way_.begin(), on_the_way_.end(),
                     [](const Sent& a, const Sent& b) { return a.arrives < b.arrives; });
    auto sent = on_the_way_.begin();
    for (; sent != on_the_way_.end() && sent->arrives <= now_; ++sent) Forward(*sent);
    on_the_way_.erase(on_the_way_.begin(), sent);
  }

  void Forward(const Sent& sent) {
    const auto before = slot_.source();
    const Slot::Packet packet{sent.header, sent.has_payload ? &sent.vp8 : nullptr, sent.has_payload};
    const auto out = slot_.Forward(sent.source, packet, now_);
    if (!out) return;
    ASSERT_TRUE(sent.has_payload);
    ASSERT_TRUE(before == slot_.source() || sent.vp8.key_frame);
    ASSERT_EQ(out->header.ssrc, 9U);
    ASSERT_EQ(out->header.marker, sent.header.marker);
    // The number is of this packet alone, and leads back to it.
    const std::uint16_t number = out->header.sequence;
    const auto origin = slot_.OriginOf(number);
    ASSERT_TRUE(origin);
    ASSERT_EQ(origin->source, sent.source);
    ASSERT_EQ(origin->sequence, sent.header.sequence);
    ASSERT_EQ(slot_.Again(sent.source, packet)->header, out->header);
    const std::uint64_t extended =
        outs_.empty() ? 65536 + number
                      : outs_.rbegin()->first +
                            static_cast<std::uint64_t>(static_cast<std::int64_t>(SequenceDistance(
                                static_cast<std::uint16_t>(outs_.rbegin()->first & 0xFFFFU), number)));
    ASSERT_TRUE(outs_.emplace(extended, Out{*out, sent}).second) << "a number was given twice: " << extended;
  }

  // In the order of their numbers, packets have times and pictures that only grow, and each picture its own.
  void CheckOrder() {
    const Out* last = nullptr;
    std::uint64_t last_number = 0;
    std::set<std::uint64_t> shown = {0};
    for (const auto& [number, out] : outs_) {
      if (last != nullptr) {
        ASSERT_TRUE(loses_ || number == last_number + 1);
        const auto time =
            static_cast<std::int32_t>(out.rewritten.header.timestamp - last->rewritten.header.timestamp);
        const auto pictures = (out.rewritten.picture_id - last->rewritten.picture_id) & 0x7FFF;
        const auto bases =
            static_cast<std::uint8_t>(out.rewritten.base_picture - last->rewritten.base_picture);
        if (out.sent.frame == last->sent.frame) {
          ASSERT_EQ(time, 0);
          ASSERT_EQ(pictures, 0);
        } else {
          ASSERT_GT(time, 0);
          ASSERT_GT(pictures, 0);
          ASSERT_LT(pictures, 100);
          ASSERT_TRUE(temporal_ ? bases <= pictures : bases == pictures);
          ASSERT_TRUE(loses_ || pictures == 1) << "a hole in the pictures";
          ASSERT_TRUE(loses_ || shown.contains(out.sent.needs)) << "a frame without what it needs";
          shown.insert(out.sent.frame);
        }
        if (out.sent.source == last->sent.source && out.sent.frame == last->sent.frame) {
          ASSERT_EQ(number - last_number,
                    static_cast<std::uint16_t>(out.sent.header.sequence - last->sent.header.sequence));
        }
      }
      if (last == nullptr) shown.insert(out.sent.frame);
      last = &out;
      last_number = number;
    }
    ASSERT_GT(outs_.size(), 100U);
  }

  std::mt19937 random_;
  bool loses_, temporal_;
  Slot slot_;
  std::vector<Source> sources_;
  std::vector<Sent> on_the_way_;
  std::map<std::uint64_t, Out> outs_;  // by their numbers, extended
  std::uint64_t frames_ = 0;
  MonotonicTime now_{std::chrono::seconds(100)};
};

TEST(SlotPlay, LossReorderingAndSwitchesStillGiveOneStream) {
  const auto seeds = test::SeedsToPlay(kSeeds);
  for (unsigned long seed = seeds.first; seed < seeds.end; ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    Play(seed).Run();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace parley
