// What it costs to search a room of 100,000 messages on disk, many of them changed, from the question to the
// answer.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

// Half of the messages are English, half Chinese; one of the oldest alone has the rare words.
class FullRoom {
 public:
  static FullRoom& Get() {
    static FullRoom room;
    return room;
  }
  std::size_t Find(const std::string& words) {
    log_->Read({.room_key = "lab", .before = {}, .after = {}, .limit = limits::kFoundMost, .words = words});
    for (;;) {
      log_->Wait();
      if (auto done = log_->Take()) return std::get<MessageLog::Loaded>(*done).page.messages.size();
    }
  }

 private:
  FullRoom() {
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ = SqliteLog::Open(folder_.path() / SqliteLog::kFile, limits::kHistoryMessages, Durability::kNormal,
                           waker_, {}, rooms, error);
    std::vector<LogEntry> entries(limits::kHistoryMessages);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::string text = i % 2 == 0
                             ? "Please open the book at page " + std::to_string(i) + ", and read the text."
                             : "请大家打开课本第" + std::to_string(i) + "页，先读课文，再做练习。";
      if (i == 10) text = "quetzal 凤凰";
      entries[i].room_key = "lab";
      entries[i].author_key = "guest:1";
      entries[i].message.from = {"m1", "Ana"};
      entries[i].message.text = std::move(text);
    }
    log_->Append(std::move(entries));
    log_->Append(Changes());
    log_->Wait();
    log_->Take();
    log_->Take();
  }
  // Of ten messages one is edited, and one has a reaction. Of fifty one is deleted.
  static std::vector<LogEntry> Changes() {
    std::vector<LogEntry> changes;
    const auto add = [&](std::size_t seq, auto what) {
      LogEntry entry{.room_key = "lab", .author_key = "guest:1", .message = {}};
      entry.change = Change{.seq = seq, .what = std::move(what)};
      changes.push_back(std::move(entry));
    };
    for (std::size_t seq = 1; seq <= limits::kHistoryMessages; ++seq) {
      if (seq % 10 == 3) add(seq, Change::Edit{"Please close the book at page " + std::to_string(seq) + "."});
      if (seq % 10 == 5) add(seq, Change::React{"\U0001F44D", true});
      if (seq % 50 == 7) add(seq, Change::Delete{});
    }
    return changes;
  }

  test::TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<SqliteLog> log_;
};

void BM_Search(benchmark::State& state, const char* words, std::size_t found) {
  FullRoom& room = FullRoom::Get();
  for (auto _ : state) {
    if (room.Find(words) != found) state.SkipWithError("another number of messages was found");
  }
}
BENCHMARK_CAPTURE(BM_Search, rare_word, "quetzal", 1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(BM_Search, two_chinese_characters, "凤凰", 1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(BM_Search, nothing, "zebra", 0)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(BM_Search, common_word, "book", limits::kFoundMost)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace parley
