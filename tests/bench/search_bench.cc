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

// About 80 characters: half of the messages are English, half Chinese.
std::string ShortText(std::size_t number) {
  return number % 2 == 0 ? "Please open the book at page " + std::to_string(number) + ", and read the text."
                         : "请大家打开课本第" + std::to_string(number) + "页，先读课文，再做练习。";
}

// 400 bytes of English.
std::string LongText(std::size_t number) {
  std::string text = std::to_string(number) + ". ";
  while (text.size() < 400)
    text += "Please open the book at this page, and read what is written about light. ";
  text.resize(400);
  return text;
}

// 400 bytes of each of them, in which some characters are neither ASCII nor Chinese.
std::string MixedText(std::size_t number) {
  std::string text = std::to_string(number) + ". ";
  while (text.size() < 380) text += "Öffnet das Buch – “page 12” – et lisez l’été. 👍 ";
  return text;
}

std::string ChineseText(std::size_t number) {
  std::string text = std::to_string(number);
  while (text.size() < 380) text += "请大家打开课本，先读课文，再做练习。";
  return text;
}

// The vowel signs of Hindi are marks.
std::string HindiText(std::size_t number) {
  std::string text = std::to_string(number);
  while (text.size() < 380) text += "कृपया अपनी किताब खोलें और पाठ पढ़ें। ";
  return text;
}

// One of the oldest messages alone has the rare words.
class FullRoom {
 public:
  using TextOf = std::string (*)(std::size_t number);
  explicit FullRoom(TextOf text_of) {
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ = SqliteLog::Open(folder_.path() / SqliteLog::kFile, limits::kHistoryMessages, Durability::kNormal,
                           waker_, {}, rooms, error);
    std::vector<LogEntry> entries(limits::kHistoryMessages);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].room_key = "lab";
      entries[i].author_key = "guest:1";
      entries[i].message.from = {"m1", "Ana"};
      entries[i].message.text = i == 10 ? "quetzal 凤凰" : text_of(i);
    }
    log_->Append(std::move(entries));
    log_->Append(Changes());
    log_->Wait();
    log_->Take();
    log_->Take();
  }
  std::size_t Find(const std::string& words) {
    log_->Read({.room_key = "lab", .before = {}, .after = {}, .limit = limits::kMaxFound, .words = words});
    for (;;) {
      log_->Wait();
      if (auto done = log_->Take()) return std::get<MessageLog::Loaded>(*done).page.messages.size();
    }
  }

 private:
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

FullRoom& ShortTexts() {
  static FullRoom room(ShortText);
  return room;
}

FullRoom& LongTexts() {
  static FullRoom room(LongText);
  return room;
}

FullRoom& MixedTexts() {
  static FullRoom room(MixedText);
  return room;
}

FullRoom& ChineseTexts() {
  static FullRoom room(ChineseText);
  return room;
}

FullRoom& HindiTexts() {
  static FullRoom room(HindiText);
  return room;
}

void BM_Search(benchmark::State& state, FullRoom& (*room)(), const char* words, std::size_t found) {
  room();
  for (auto _ : state) {
    if (room().Find(words) != found) state.SkipWithError("another number of messages was found");
  }
}

void AsSearch(benchmark::internal::Benchmark* benchmark) {
  // Of the log's thread, too.
  benchmark->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK_CAPTURE(BM_Search, rare_word, ShortTexts, "quetzal", 1)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, two_chinese_characters, ShortTexts, "凤凰", 1)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, nothing, ShortTexts, "zebra", 0)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, common_word, ShortTexts, "book", limits::kMaxFound)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, rare_word_in_long_texts, LongTexts, "quetzal", 1)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, chinese_in_long_texts, LongTexts, "凤凰", 1)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, frequent_letters_in_long_texts, LongTexts, "teashop", 0)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, nothing_in_mixed_texts, MixedTexts, "zebra", 0)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, nothing_in_hindi_texts, HindiTexts, "zebra", 0)->Apply(AsSearch);
BENCHMARK_CAPTURE(BM_Search, two_characters_in_chinese_texts, ChineseTexts, "\u51e4\u51f0", 1)
    ->Apply(AsSearch);

}  // namespace
}  // namespace parley
