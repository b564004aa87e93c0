// Orders of several servers over one store in memory, which treats them as badly as a network may: by lot it
// loses requests and answers, does a request twice and late, ends or silences what a server follows, repeats
// what it brought, and changes leaders. The same seed gives the same play.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "server/cluster/ordering.h"

namespace parley::cluster {

class MemoryStore;

class MemoryOrder : public Ordering {
 public:
  MemoryOrder(MemoryStore& store, OrderStart start);
  ~MemoryOrder() override;
  // Passes requests to the store, and brings what it has for this server by now.
  void Turn(MonotonicTime now);

 private:
  MemoryStore& store_;
  std::uint64_t id_;
  Incarnation self_;
};

class MemoryStore {
 public:
  // Without a seed nothing goes wrong, and each answer comes in the next turn.
  MemoryStore() : random_(0), kind_(true) {}
  explicit MemoryStore(unsigned long seed) : random_(seed), kind_(false) {}

  // From now on nothing goes wrong, so that a play can end.
  void BecomeKind() { kind_ = true; }
  void Compact(Revision revision) { compacted_ = revision; }
  // As a store that was set back to an older copy: everything behind that revision is gone.
  void CutAfter(Revision revision);
  // Another program, or another server's hand.
  void Put(const Incarnation& writer, std::string value);
  std::vector<StoredBatch>& batches() { return batches_; }
  [[nodiscard]] std::size_t tried_again() const { return tried_again_; }

 private:
  friend class MemoryOrder;
  struct Answering {
    std::uint64_t ticket;
    MonotonicTime at;
    StoreAnswer answer;
  };
  struct Coming {  // a request on its way; `answered`: its answer finds the way back
    std::uint64_t order;
    Incarnation self;
    StoreRequest request;
    MonotonicTime at;
    bool answered;
  };
  struct Following {
    std::uint64_t ticket;
    Revision next;
    bool silent;
  };
  struct Line {  // to one server
    std::vector<Answering> answers;
    std::optional<Following> following;
  };

  [[nodiscard]] bool Lot(unsigned percent) { return !kind_ && random_() % 100 < percent; }
  [[nodiscard]] Duration Delay();
  void Take(std::uint64_t order, const Incarnation& self, const StoreRequest& request, MonotonicTime now);
  void CarryOut(MonotonicTime now);
  StoreAnswer Do(const Coming& coming);
  StoreAnswer DoWrite(const Coming& coming);
  std::vector<StoredBatch> Bring(Line& line);

  std::mt19937_64 random_;
  bool kind_;
  std::uint64_t next_order_ = 1;
  Revision revision_ = 1;
  Revision compacted_ = 0;
  std::vector<StoredBatch> batches_;  // by revision
  std::map<Incarnation, StoredBatch> newest_;
  std::deque<Coming> coming_;
  std::map<std::uint64_t, Line> lines_;
  MonotonicTime leaderless_until_ = {};
  std::size_t tried_again_ = 0;
};

}  // namespace parley::cluster
