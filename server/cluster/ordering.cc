#include "server/cluster/ordering.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "common/base/cluster_limits.h"
#include "server/cluster/batch_text.h"

namespace parley::cluster {

namespace {
using Kind = StoreRequest::Kind;
using Outcome = StoreAnswer::Outcome;
using Reason = Stop::Reason;
}  // namespace

Ordering::Ordering(OrderStart start)
    : self_(std::move(start.self)),
      applied_(start.chain.applied),
      start_(std::move(start.chain)),
      verified_(applied_.revision == 0),
      counts_all_(applied_.revision == 0),
      received_(applied_.revision) {
}

void Ordering::Write(std::string commands) {
  assert(CanWrite() && commands.size() <= limits::kClusterBatchBytes);
  writing_ = Writing{++counter_, WriteBatch(applied_, commands)};
}

std::optional<OrderedBatch> Ordering::Take() {
  if (stopped_ || queue_.empty()) return std::nullopt;
  OrderedBatch batch = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= batch.batch.commands.size();
  return batch;
}

void Ordering::Applied(const Position& position) {
  applied_ = position;
  if (writing_ && writing_->came != 0 && writing_->came <= position.revision) writing_.reset();
}

bool Ordering::HasRoom() const {
  return queued_bytes_ < limits::kClusterQueueBytes && queue_.size() < limits::kClusterQueue;
}

StoreRequest Ordering::Ask(std::optional<Asked>& slot, Kind kind, MonotonicTime until) {
  slot = Asked{++last_ticket_, site_, until, std::max(received_, newest_)};
  return {kind, slot->ticket, slot->site};
}

std::optional<StoreRequest> Ordering::NextRequest(MonotonicTime now) {
  if (stopped_ || now < not_before_) return std::nullopt;
  const MonotonicTime until = now + limits::kClusterAnswer;
  if (!verified_) {
    if (verify_) return std::nullopt;
    StoreRequest request = Ask(verify_, Kind::kVerify, until);
    request.revision = start_.applied.revision;
    return request;
  }
  if (!follow_) {
    StoreRequest request = Ask(follow_, Kind::kFollow, MonotonicTime::max());
    request.revision = received_ + 1;
    progress_ = now;
    return request;
  }
  if (!check_ && now >= check_at_) return Ask(check_, Kind::kNewest, until);
  if (writing_ && !writing_->answered && !write_) {
    StoreRequest request = Ask(write_, Kind::kWrite, until);
    request.counter = writing_->counter;
    request.value = writing_->value;
    return request;
  }
  return std::nullopt;
}

bool Ordering::Waits(std::uint64_t ticket) const {
  const auto is = [ticket](const std::optional<Asked>& asked) { return asked && asked->ticket == ticket; };
  return !stopped_ && (is(verify_) || is(check_) || is(write_) || is(follow_));
}

void Ordering::Answer(std::uint64_t ticket, const StoreAnswer& answer, MonotonicTime now) {
  if (!Waits(ticket)) return;
  const auto take = [ticket](std::optional<Asked>& slot) {
    return slot && slot->ticket == ticket ? std::exchange(slot, std::nullopt) : std::nullopt;
  };
  std::optional<Asked> asked;
  if ((asked = take(verify_))) {
    Verified(answer);
  } else if ((asked = take(check_))) {
    ToldNewest(*asked, answer, now);
  } else if ((asked = take(write_))) {
    ToldWrite(answer, now);
  } else if ((asked = take(follow_))) {
    FollowEnded(answer);
  }
  if (answer.outcome == Outcome::kFailed) {
    Failed(asked->site, now);
  } else {
    failures_ = 0;
  }
}

void Ordering::Verified(const StoreAnswer& answer) {
  const Position& applied = start_.applied;
  switch (answer.outcome) {
    case Outcome::kFailed:
    case Outcome::kTaken:
      return;
    case Outcome::kCompacted:
      End(Reason::kAwayTooLong, "");
      return;
    case Outcome::kFuture:
      End(Reason::kShorter, "");
      return;
    case Outcome::kDone:
      break;
  }
  const std::optional<StoredBatch>& found = answer.found;
  const auto text = found ? ReadBatch(found->value) : std::nullopt;
  if (!text || !found->writer || found->revision != applied.revision ||
      HashAfter(start_.before, {found->revision,
                                {*found->writer, found->counter, text->applied,
                                 std::string(text->commands)}}) != applied.hash) {
    End(Reason::kOtherOrder, "");
    return;
  }
  verified_ = true;
}

void Ordering::ToldNewest(const Asked& asked, const StoreAnswer& answer, MonotonicTime now) {
  check_at_ = now + limits::kClusterCheck;
  reachable_ = answer.outcome == Outcome::kDone;
  if (!reachable_) return;
  const Revision newest = answer.found ? answer.found->revision : 0;
  if (newest < asked.floor) {
    End(Reason::kShorter, "");
    return;
  }
  LearnNewest(newest, now);
}

void Ordering::LearnNewest(Revision revision, MonotonicTime now) {
  if (newest_ <= received_) progress_ = now;
  newest_ = std::max(newest_, revision);
}

void Ordering::ToldWrite(const StoreAnswer& answer, MonotonicTime now) {
  if (!writing_) return;
  const std::optional<StoredBatch>& found = answer.found;
  switch (answer.outcome) {
    case Outcome::kDone:
      writing_->answered = true;
      break;
    case Outcome::kTaken:
      if (found && found->counter == writing_->counter && found->value == writing_->value) {
        writing_->answered = true;  // an earlier try succeeded
      } else if (!found || found->counter < writing_->counter) {
        End(Reason::kShorter, "");
        return;
      } else {
        End(Reason::kNameInUse, "");
        return;
      }
      break;
    case Outcome::kFailed:
    case Outcome::kCompacted:
    case Outcome::kFuture:
      return;  // the next try asks whether this one succeeded
  }
  if (found) LearnNewest(found->revision, now);
}

void Ordering::FollowEnded(const StoreAnswer& answer) {
  if (answer.outcome == Outcome::kCompacted) End(Reason::kAwayTooLong, "");
}

void Ordering::Failed(std::size_t site, MonotonicTime now) {
  if (site != site_) return;  // that one was given up already
  ++site_;
  if (follow_ && follow_->site == site) follow_.reset();
  const auto pause = limits::kClusterPause * (1 << std::min(failures_, 4));
  not_before_ = now + std::min<Duration>(pause, limits::kClusterLongestPause);
  ++failures_;
}

void Ordering::Arrived(std::uint64_t ticket, std::vector<StoredBatch> batches, MonotonicTime now) {
  if (!follow_ || follow_->ticket != ticket) return;
  for (StoredBatch& batch : batches) {
    if (stopped_) return;
    if (batch.revision <= received_) continue;
    progress_ = now;
    if (!Accept(std::move(batch))) return;
  }
}

bool Ordering::Accept(StoredBatch batch) {
  const auto text = batch.writer ? ReadBatch(batch.value) : std::nullopt;
  if (!text || text->applied.revision >= batch.revision) {
    End(Reason::kNotUnderstood, " at revision " + std::to_string(batch.revision));
    return false;
  }
  if (!CountUp(batch)) {
    End(Reason::kHole,
        " of the server '" + batch.writer->server + "' before revision " + std::to_string(batch.revision));
    return false;
  }
  if (*batch.writer == self_) {
    if (!writing_ || writing_->counter != batch.counter || writing_->value != batch.value) {
      End(Reason::kNameInUse, "");
      return false;
    }
    writing_->answered = true;
    writing_->came = batch.revision;
    write_.reset();  // or its answer, which may be late, would be taken for the answer to the next batch
  }
  received_ = batch.revision;
  queued_bytes_ += text->commands.size();
  queue_.push_back(
      {batch.revision, {*batch.writer, batch.counter, text->applied, std::string(text->commands)}});
  return true;
}

bool Ordering::CountUp(const StoredBatch& batch) {
  const auto known = counters_.find(*batch.writer);
  if (known != counters_.end()) return batch.counter == ++known->second;
  if (counts_all_ && batch.counter != 1) return false;
  if (counters_.size() == limits::kClusterCounters) {
    counters_.erase(counters_.begin());
    counts_all_ = false;
  }
  counters_.emplace(*batch.writer, batch.counter);
  return true;
}

MonotonicTime Ordering::FollowLostAt() const {
  const bool behind = follow_ && newest_ > received_ && HasRoom();
  return behind ? progress_ + limits::kClusterSilence : MonotonicTime::max();
}

void Ordering::Tick(MonotonicTime now) {
  if (stopped_) return;
  if (!HasRoom()) progress_ = now;  // it is the owner who is behind
  for (const std::optional<Asked>* slot : {&verify_, &check_, &write_}) {
    if (*slot && now >= (*slot)->until) Answer((*slot)->ticket, {Outcome::kFailed}, now);
  }
  if (now >= FollowLostAt()) Answer(follow_->ticket, {Outcome::kFailed}, now);
}

std::optional<MonotonicTime> Ordering::NextDeadline() const {
  if (stopped_) return std::nullopt;
  MonotonicTime next = FollowLostAt();
  for (const std::optional<Asked>* slot : {&verify_, &check_, &write_}) {
    if (*slot) next = std::min(next, (*slot)->until);
  }
  MonotonicTime ask = MonotonicTime::max();
  if (!verified_) {
    if (!verify_) ask = not_before_;
  } else {
    if (!follow_) ask = not_before_;
    if (!check_) ask = std::min(ask, std::max(check_at_, not_before_));
    if (writing_ && !writing_->answered && !write_) ask = std::min(ask, not_before_);
  }
  next = std::min(next, ask);
  return next == MonotonicTime::max() ? std::nullopt : std::optional(next);
}

void Ordering::End(Reason reason, std::string text) {
  switch (reason) {
    case Reason::kAwayTooLong:
      text =
          "this server was away too long: the order no longer has all batches that it missed. Replace "
          "its data with a copy of a running server's.";
      break;
    case Reason::kShorter:
      text = "the order lacks batches that it had before. Restore the store, or all servers from one copy.";
      break;
    case Reason::kOtherOrder:
      text =
          "what this server applied last is not in this order. Check the name of the cluster and the "
          "store's addresses, or replace this server's data with a copy of a running server's.";
      break;
    case Reason::kHole:
      text = "the order lacks a batch" + text + ". Restore the store, or all servers from one copy.";
      break;
    case Reason::kNameInUse:
      text = "another server writes under the name '" + self_.server + "'. Give each server its own name.";
      break;
    case Reason::kNotUnderstood:
      text = "the order has an entry that this version does not understand" + text +
             ". Update this server, and let nothing else write to the store under its prefix.";
      break;
  }
  stopped_ = Stop{reason, std::move(text)};
}

}  // namespace parley::cluster
