// The recording of a call: the part of MediaRoom that keeps what it forwards.

#include <algorithm>
#include <utility>

#include "server/media/media_room.h"

namespace parley {

void MediaRoom::Record(RecordingInfo info, MonotonicTime now) {
  EndRecording(now);
  recorder_.emplace(std::move(info), now);
  TickRecording(now);
}

void MediaRoom::EndRecording(MonotonicTime now) {
  if (!recorder_) return;
  recorder_->Finish(now);
  for (RecordedItem& item : recorder_->TakeItems()) context_.sink.Keep(std::move(item));
  recorder_.reset();
}

void MediaRoom::RecordPacket(const CallMember& from, const PublishedPacket& packet, MonotonicTime now) {
  if (!recorder_) return;
  recorder_->Receive({from.id, from.name, from.author}, packet, now);
  for (RecordedItem& item : recorder_->TakeItems()) context_.sink.Keep(std::move(item));
}

void MediaRoom::TickRecording(MonotonicTime now) {
  for (const auto& member : members_) {
    if (!member->connected) continue;
    for (const MediaKind kind : {MediaKind::kCamera, MediaKind::kScreen}) {
      PublishedStream* best = nullptr;
      for (PublishedStream* const stream : member->session->publisher().Find(kind)) {
        const bool is_better = best == nullptr || stream->layer > best->layer;
        if (is_better && stream->IsLive(now)) best = stream;
      }
      if (best != nullptr && member->kinds.Has(kind) && recorder_->Prefer(member->id, kind, best->id)) {
        member->session->WantKeyFrame(*best, now);
      }
    }
  }
  recorder_->Tick(now);
  for (RecordedItem& item : recorder_->TakeItems()) context_.sink.Keep(std::move(item));
}

}  // namespace parley
