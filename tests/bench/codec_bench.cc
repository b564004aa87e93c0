// What each step of a message costs by itself.

#include <benchmark/benchmark.h>

#include <string>

#include "common/base/limits.h"
#include "common/codec/first_bytes.h"
#include "common/codec/lines.h"
#include "common/codec/utf8.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley {
namespace {

const std::string kText(64, 'x');
const std::string kRequest =
    R"({"type":"message","ref":"17","room":"lobby","id":"k3J9-17","text":")" + kText + R"("})";

void BM_LineDecoder(benchmark::State& state) {
  std::string input;
  while (input.size() < limits::kReadBytes) input += kRequest + "\n";
  for (auto _ : state) {
    LineDecoder lines(limits::kMessageBytes);
    std::string_view rest = input;
    for (auto line = lines.Next(rest); line.status == LineDecoder::Status::kLine; line = lines.Next(rest)) {
      rest.remove_prefix(line.consumed);
    }
    benchmark::DoNotOptimize(rest);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}
BENCHMARK(BM_LineDecoder);

void BM_DecodeRequest(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(protocol::DecodeRequest(kRequest));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DecodeRequest);

void BM_AppendMessageEvent(benchmark::State& state) {
  const protocol::Event event = protocol::MessageEvent{.room = "lobby",
                                                       .seq = 4711,
                                                       .time = ReadSystemClock().wall,
                                                       .from = {"fJngU-JGcbun", "alice"},
                                                       .text = kText,
                                                       .id = "k3J9-17"};
  std::string out;
  for (auto _ : state) {
    out.clear();
    protocol::AppendEvent(out, event);
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AppendMessageEvent);

void BM_Utf8Repair(benchmark::State& state) {
  std::string chunk;
  while (chunk.size() < limits::kTextBytes) chunk += "中文 and English, ";
  Utf8Repair repair;
  for (auto _ : state) benchmark::DoNotOptimize(repair.Feed(chunk));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(chunk.size()));
}
BENCHMARK(BM_Utf8Repair);

void BM_ClassifyFirstBytes(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(ClassifyFirstBytes("GET /room/lobby HTTP/1.1\r\nHost: localhost\r\n"));
  }
}
BENCHMARK(BM_ClassifyFirstBytes);

}  // namespace
}  // namespace parley
