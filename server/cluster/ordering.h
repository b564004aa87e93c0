// Ordering implements the rules of an Order without a connection: it makes the requests to the store, and
// takes the answers. The store maps keys to values, and gives each change a revision. It is etcd
// (EtcdOrder), or in a test an object in memory.
//
// This is why each batch is in the order only once: the key of an incarnation has a version, which grows by
// one with each put. A write puts its batch only if the version is that of the batch before. So a write can
// be repeated, and the answer to a repeated write says whether an earlier try succeeded.
//
// It has more than 12 members because each of the four kinds of requests has its own state.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "server/cluster/chain.h"
#include "server/cluster/order.h"

namespace parley::cluster {

// A batch as the store has it.
struct StoredBatch {
  Revision revision = 0;
  std::uint64_t counter = 0;               // the version of its key
  std::optional<Incarnation> writer = {};  // nothing: the key is not one of ours
  std::string value = {};                  // empty where only the revision was asked for
};

struct StoreRequest {
  enum class Kind {
    kVerify,  // the newest batch as of `revision`
    kNewest,  // the revision of the newest batch, confirmed by a majority
    kWrite,   // put `value` if the key's version is `counter` - 1, or else say what is there
    kFollow   // all batches from `revision` on, as they come
  };
  Kind kind;
  std::uint64_t ticket;  // answers carry it
  std::size_t site;      // which server of the store to ask, modulo their number
  Revision revision = 0;
  std::uint64_t counter = 0;
  std::string value = {};
};

struct StoreAnswer {
  enum class Outcome {
    kDone,
    kTaken,      // of a write: the version is another one, and `found` is what is there
    kFailed,     // no answer, or none that decides anything
    kCompacted,  // the store has removed what was asked for
    kFuture      // the store has not come so far
  };
  Outcome outcome;
  std::optional<StoredBatch> found = {};
};

struct OrderStart {
  Incarnation self;
  ChainState chain;  // as this server's disk has it
};

class Ordering : public Order {
 public:
  explicit Ordering(OrderStart start);

  [[nodiscard]] bool CanWrite() const override { return !stopped_ && !writing_; }
  void Write(std::string commands) override;
  std::optional<OrderedBatch> Take() override;
  void Applied(const Position& position) override;
  [[nodiscard]] bool reachable() const override { return reachable_; }
  [[nodiscard]] const std::optional<Stop>& stopped() const override { return stopped_; }

  // The side of the store.

  // What to ask now; call it until it returns nothing.
  std::optional<StoreRequest> NextRequest(MonotonicTime now);
  // Whether an answer to this request is still waited for. If not, it can be dropped.
  [[nodiscard]] bool Waits(std::uint64_t ticket) const;
  // An answer to anything but kFollow, or the end of kFollow. Other tickets are ignored.
  void Answer(std::uint64_t ticket, const StoreAnswer& answer, MonotonicTime now);
  // Batches that kFollow brought, in order. What came before is skipped.
  void Arrived(std::uint64_t ticket, std::vector<StoredBatch> batches, MonotonicTime now);
  // Whether Arrived may be called. If not, the owner has much to take first.
  [[nodiscard]] bool HasRoom() const;
  // Gives up what has waited for too long.
  void Tick(MonotonicTime now);
  // When NextRequest or Tick has something to do, if nothing else happens.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;

 private:
  struct Asked {
    std::uint64_t ticket;
    std::size_t site;
    MonotonicTime until;
    Revision floor;  // the order was this long when it was asked
  };
  struct Writing {
    std::uint64_t counter;
    std::string value;
    bool answered = false;  // the store has it, and the order will bring it
    Revision came = 0;      // where the order brought it
  };
  StoreRequest Ask(std::optional<Asked>& slot, StoreRequest::Kind kind, MonotonicTime until);
  void Verified(const StoreAnswer& answer);
  void ToldNewest(const Asked& asked, const StoreAnswer& answer, MonotonicTime now);
  void LearnNewest(Revision revision, MonotonicTime now);
  void ToldWrite(const StoreAnswer& answer, MonotonicTime now);
  void FollowEnded(const StoreAnswer& answer);
  void Failed(std::size_t site, MonotonicTime now);
  bool Accept(StoredBatch batch);
  bool CountUp(const StoredBatch& batch);
  [[nodiscard]] MonotonicTime FollowLostAt() const;
  void End(Stop::Reason reason, std::string text);

  Incarnation self_;
  Position applied_;
  ChainState start_;
  std::optional<Stop> stopped_;
  bool reachable_ = false;

  std::uint64_t last_ticket_ = 0;
  std::size_t site_ = 0;
  MonotonicTime not_before_ = {};  // the pause after a failure
  int failures_ = 0;               // since the last success

  bool verified_;
  std::optional<Asked> verify_, check_, write_, follow_;
  MonotonicTime check_at_ = {};
  Revision newest_ = 0;          // known to be in the order
  MonotonicTime progress_ = {};  // when something came last, or nothing was missing

  std::uint64_t counter_ = 0;  // of the last batch written
  std::optional<Writing> writing_;

  // Whether counters_ has all incarnations there ever were: one that is not there begins with 1.
  bool counts_all_;
  Revision received_;                              // the last batch that came
  std::map<Incarnation, std::uint64_t> counters_;  // of the last batch of each that came
  std::deque<OrderedBatch> queue_;                 // came, not taken
  std::size_t queued_bytes_ = 0;
};

}  // namespace parley::cluster
