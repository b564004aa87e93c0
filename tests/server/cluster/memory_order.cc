#include "tests/server/cluster/memory_order.h"

#include <algorithm>

namespace parley::cluster {

using std::chrono::milliseconds;

MemoryOrder::MemoryOrder(MemoryStore& store, OrderStart start)
    : Ordering(start), store_(store), id_(store.next_order_++), self_(std::move(start.self)) {
  store_.lines_[id_];  // answers find their way from now on
}

MemoryOrder::~MemoryOrder() {
  store_.lines_.erase(id_);  // what is on its way to the store still arrives there
}

void MemoryOrder::Turn(MonotonicTime now) {
  Tick(now);
  while (const auto request = NextRequest(now)) store_.Take(id_, self_, *request, now);
  store_.CarryOut(now);
  auto& line = store_.lines_[id_];
  for (std::size_t i = 0; i < line.answers.size();) {
    if (line.answers[i].at > now) {
      ++i;
      continue;
    }
    const auto answer = std::move(line.answers[i]);
    line.answers.erase(line.answers.begin() + static_cast<std::ptrdiff_t>(i));
    Answer(answer.ticket, answer.answer, now);
  }
  if (!line.following || !Waits(line.following->ticket) || !HasRoom()) return;
  const std::uint64_t ticket = line.following->ticket;
  if (line.following->next <= store_.compacted_) {
    Answer(ticket, {StoreAnswer::Outcome::kCompacted}, now);
  } else if (store_.Lot(2)) {
    line.following.reset();
    Answer(ticket, {StoreAnswer::Outcome::kFailed}, now);
  } else {
    Arrived(ticket, store_.Bring(line), now);
  }
}

void MemoryStore::CutAfter(Revision revision) {
  std::erase_if(batches_, [revision](const StoredBatch& batch) { return batch.revision > revision; });
  newest_.clear();
  for (const StoredBatch& batch : batches_) newest_[*batch.writer] = batch;
  revision_ = revision;
}

void MemoryStore::Put(const Incarnation& writer, std::string value) {
  StoredBatch& newest = newest_[writer];
  newest = {++revision_, newest.counter + 1, writer, std::move(value)};
  batches_.push_back(newest);
}

Duration MemoryStore::Delay() {
  if (kind_) return Duration::zero();
  return milliseconds(Lot(5) ? random_() % 5'000 : random_() % 100);
}

void MemoryStore::Take(std::uint64_t order, const Incarnation& self, const StoreRequest& request,
                       MonotonicTime now) {
  if (request.kind == StoreRequest::Kind::kFollow) {
    lines_[order].following = Following{request.ticket, request.revision, Lot(5)};
    return;
  }
  if (Lot(10)) return;  // lost on its way
  coming_.push_back({order, self, request, now + Delay(), !Lot(10)});
  if (Lot(10)) coming_.push_back({order, self, request, now + Delay(), false});  // and again, later
}

void MemoryStore::CarryOut(MonotonicTime now) {
  if (Lot(1)) leaderless_until_ = now + milliseconds(random_() % 3'000);
  for (std::size_t i = 0; i < coming_.size();) {
    if (coming_[i].at > now) {
      ++i;
      continue;
    }
    const Coming coming = std::move(coming_[i]);
    coming_.erase(coming_.begin() + static_cast<std::ptrdiff_t>(i));
    // While a leader is chosen, nothing is answered. What was asked just before may have been done.
    const bool leaderless = !kind_ && now < leaderless_until_;
    StoreAnswer answer{StoreAnswer::Outcome::kFailed};
    if (!leaderless || Lot(30)) answer = Do(coming);
    if (leaderless) answer = {StoreAnswer::Outcome::kFailed};
    const auto line = lines_.find(coming.order);
    if (coming.answered && line != lines_.end()) {
      line->second.answers.push_back({coming.request.ticket, now + Delay(), std::move(answer)});
    }
  }
}

StoreAnswer MemoryStore::Do(const Coming& coming) {
  const StoreRequest& request = coming.request;
  if (request.kind == StoreRequest::Kind::kWrite) return DoWrite(coming);
  const bool verify = request.kind == StoreRequest::Kind::kVerify;
  if (verify && request.revision < compacted_) return {StoreAnswer::Outcome::kCompacted};
  if (verify && request.revision > revision_) return {StoreAnswer::Outcome::kFuture};
  for (auto batch = batches_.rbegin(); batch != batches_.rend(); ++batch) {
    if (!verify || batch->revision <= request.revision) return {StoreAnswer::Outcome::kDone, *batch};
  }
  return {StoreAnswer::Outcome::kDone};
}

StoreAnswer MemoryStore::DoWrite(const Coming& coming) {
  const auto known = newest_.find(coming.self);
  const std::uint64_t version = known == newest_.end() ? 0 : known->second.counter;
  if (version != coming.request.counter - 1) {
    ++tried_again_;
    return {StoreAnswer::Outcome::kTaken,
            known == newest_.end() ? std::nullopt : std::optional(known->second)};
  }
  Put(coming.self, coming.request.value);
  if (Lot(20)) revision_ += random_() % 5;  // others use the store, too
  return {StoreAnswer::Outcome::kDone, batches_.back()};
}

std::vector<StoredBatch> MemoryStore::Bring(Line& line) {
  if (!kind_ && line.following->silent) return {};
  std::vector<StoredBatch> brought;
  Revision& next = line.following->next;
  if (Lot(30)) return brought;  // servers hear of things at different times
  const Revision from = Lot(10) && next > 5 ? next - 5 : next;
  const std::size_t most = kind_ ? batches_.size() : random_() % 5;
  for (const StoredBatch& batch : batches_) {
    if (batch.revision < from || brought.size() == most) continue;
    brought.push_back(batch);
    next = std::max(next, batch.revision + 1);
  }
  return brought;
}

}  // namespace parley::cluster
