// What etcd's gateway answers, any bytes: first the kind of the answer, then its text.

#include <string>

#include "server/cluster/batch_text.h"
#include "server/cluster/gateway.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::cluster::Gateway;
using parley::cluster::StoreAnswer;
using parley::cluster::StoredBatch;
using parley::cluster::StoreRequest;
using parley::fuzz::Require;

// What is read can be written, and is read the same.
void RequireGood(const StoredBatch& batch) {
  Require(batch.revision != 0);
  if (batch.writer) Require(parley::cluster::ReadKey(KeyOf(*batch.writer)) == batch.writer);
  const auto text = parley::cluster::ReadBatch(batch.value);
  if (!text) return;
  const std::string written = WriteBatch(text->applied, text->commands);
  const auto again = parley::cluster::ReadBatch(written);
  Require(again && again->applied == text->applied && again->commands == text->commands);
}

void RequireGood(const Gateway::Told& told) {
  using Outcome = StoreAnswer::Outcome;
  const StoreAnswer& answer = told.answer;
  Require(!answer.found || answer.outcome == Outcome::kDone || answer.outcome == Outcome::kTaken);
  if (answer.found && answer.outcome == Outcome::kTaken) RequireGood(*answer.found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view json = parley::fuzz::Text(data + 1, size - 1);
  const Gateway gateway("c");
  switch (data[0]) {
    case 'w':
      RequireGood(gateway.Read(StoreRequest::Kind::kWrite, json));
      break;
    case 'v':
      RequireGood(gateway.Read(StoreRequest::Kind::kVerify, json));
      break;
    case 't': {
      std::string problem;
      const auto token = Gateway::ReadToken(json, problem);
      Require(!token || token->find_first_of("\r\n") == std::string::npos);
      Require(token || !problem.empty());
      break;
    }
    default: {
      const Gateway::Line line = gateway.ReadLine(json);
      for (const StoredBatch& batch : line.batches) RequireGood(batch);
      if (line.end) RequireGood(*line.end);
      Require(!line.end || line.batches.empty());
    }
  }
  return 0;
}
