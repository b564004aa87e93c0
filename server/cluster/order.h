// Order puts the batches of all servers of a cluster into one order, the same for each of them.
//
// A server writes batches, and takes the batches of all servers, its own included, in this order. Each batch
// is in the order once, whatever was lost or repeated on the way. A server has only one batch under way: it
// may write the next one after its owner has applied the first. If a write gets no answer, the server repeats
// it. It never assumes that the batch was lost, or that it was written.
//
// Only one thread may use an Order.

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace parley::cluster {

// The place of a batch in the order. Revisions grow, with gaps. 0 is before the first batch.
using Revision = std::uint64_t;

// One life of a server. No two lives of a server have the same number (Applied::Begin).
struct Incarnation {
  std::string server;  // its name in the cluster
  std::uint64_t number = 0;

  auto operator<=>(const Incarnation&) const = default;
};

// How far a server has applied the order, and the hash of all that it applied (Chain).
struct Position {
  Revision revision = 0;
  std::string hash = std::string(64, '0');  // SHA-256 in lower-case hex

  bool operator==(const Position&) const = default;
};

struct Batch {
  Incarnation writer;
  std::uint64_t counter = 0;  // from 1, without holes, for each incarnation
  Position applied;           // the writer's, when it wrote the batch
  std::string commands;       // opaque here
};

struct OrderedBatch {
  Revision revision = 0;
  Batch batch;
};

// Why an order ended. Only an operator can help: a restart would end in the same way.
struct Stop {
  enum class Reason {
    kAwayTooLong,   // batches that this server needs are removed from the order
    kShorter,       // the order lacks what it had before
    kOtherOrder,    // what this server applied last is not in this order
    kHole,          // a batch of a server is missing
    kNameInUse,     // another server writes under this server's name
    kNotUnderstood  // a newer version or another program wrote to the order
  };
  Reason reason;
  std::string text;  // for the operator: what is wrong and what to do
};

class Order {
 public:
  Order() = default;
  Order(const Order&) = delete;
  Order& operator=(const Order&) = delete;
  virtual ~Order() = default;

  // Whether Write may be called: the order has not ended, and no batch of this server is under way.
  [[nodiscard]] virtual bool CanWrite() const = 0;
  // Writes a batch of at most limits::kClusterBatchBytes. It is done when Take has returned it and Applied
  // has included it. An answer of the store alone does not mean that it is done.
  virtual void Write(std::string commands) = 0;
  // The next batch of any server, after the last one that it returned. Nothing if there is none yet.
  virtual std::optional<OrderedBatch> Take() = 0;
  // The owner has stored everything up to this position on its disk.
  virtual void Applied(const Position& position) = 0;
  // Whether the store has answered recently. While it does not answer, batches wait.
  [[nodiscard]] virtual bool reachable() const = 0;
  // Nothing while the order goes on.
  [[nodiscard]] virtual const std::optional<Stop>& stopped() const = 0;
};

}  // namespace parley::cluster
