#include "server/media/loudness.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

// A voice is as loud as its latest syllables: it rises at once, and falls by a tenth with each packet of 20
// ms.
constexpr double kFall = 0.1;

}  // namespace

void Loudness::Hear(MediaMember member, std::uint8_t level, MonotonicTime now) {
  Heard& heard = heard_[member];
  heard.level = level < heard.level ? level : heard.level + kFall * (level - heard.level);
  if (level > limits::kSpeakingLevel) return;
  if (!heard.speaking || now - heard.last > limits::kSpeechPause) heard.since = now;
  heard.speaking = true;
  heard.last = now;
}

void Loudness::Remove(MediaMember member) {
  heard_.erase(member);
  std::erase_if(speaking_, [member](const Voice& voice) { return voice.member == member; });
}

const std::vector<Loudness::Voice>& Loudness::Decide(MonotonicTime now) {
  speaking_.clear();
  for (auto& [member, heard] : heard_) {
    if (heard.speaking && now - heard.last > limits::kSpeechPause) {
      heard.speaking = false;
      heard.level = 127;
    }
    if (!heard.speaking) continue;
    speaking_.push_back({member, static_cast<std::uint8_t>(heard.level), heard.since, heard.last});
  }
  std::sort(speaking_.begin(), speaking_.end(), [](const Voice& a, const Voice& b) {
    return a.level != b.level ? a.level < b.level : a.member < b.member;
  });
  return speaking_;
}

const Loudness::Voice* Loudness::Find(MediaMember member) const {
  const auto found = std::find_if(speaking_.begin(), speaking_.end(),
                                  [member](const Voice& voice) { return voice.member == member; });
  return found == speaking_.end() ? nullptr : &*found;
}

}  // namespace parley
