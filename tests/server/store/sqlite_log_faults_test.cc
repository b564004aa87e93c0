// The log on a disk that gets full, breaks, refuses to sync and loses its power: what was acknowledged is
// there after every restart, in its order; what failed is there as a whole or not at all; and the log goes on
// once the disk does.
//
// Each seed is another story, the same each time (tests/support/seeds.h).

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/store/archive.h"
#include "server/store/sqlite_log.h"
#include "tests/support/seeds.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/unreliable_files.h"

namespace parley {
namespace {

using test::UnreliableFiles;
using Trouble = UnreliableFiles::Trouble;
using Crash = UnreliableFiles::Crash;

constexpr unsigned long kSeeds = 100;
constexpr std::size_t kKept = 100'000;

struct Said {
  // Its number, and whether it was there already.
  std::pair<std::size_t, bool> Add(const LogEntry& entry) {
    std::vector<std::string>& room = rooms[entry.room_key];
    if (entry.message.id) {
      const auto [first, added] =
          ids.try_emplace({entry.room_key, entry.author_key, *entry.message.id}, room.size() + 1);
      if (!added) return {first->second, true};
    }
    room.push_back(entry.message.text);
    return {room.size(), false};
  }

  std::map<std::string, std::vector<std::string>> rooms;                         // texts by number
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> ids;  // room, author, id
};

// It has more than 12 members: the log, all that may fail under it, and what was promised so far.
class Story {
 public:
  explicit Story(unsigned long seed)
      : files_(seed),
        random_(static_cast<std::mt19937::result_type>(seed)),
        durability_(Lot(2) == 0 ? Durability::kFull : Durability::kNormal),
        longest_(std::size_t{1} << Lot(16)) {
    Open();
  }

  void Run() {
    for (auto chapters = 20 + Lot(60); chapters > 0 && !testing::Test::HasFailure(); --chapters) {
      const auto what = Lot(11);
      if (what == 10) {
        Note();
      } else if (what < 1) {
        Save();
      } else if (what < 5) {
        Append(Batch());
      } else if (what < 8) {
        Break();
        if (Lot(2) == 0) Save();
        if (Lot(2) == 0) Note();
        Append(Batch());
        files_.Mend();
      } else if (what < 9) {
        CrashAndReopen();
      } else {
        EndInTroubleAndReopen();
      }
    }
    CrashAndReopen();
  }

  [[nodiscard]] int failed() const { return files_.failed(); }

 private:
  std::size_t Lot(std::size_t many) { return random_() % many; }

  void Open() {
    std::vector<RoomSettings> rooms;
    std::string error;
    std::vector<std::string> keys;
    for (const auto& [room, topics] : topics_) keys.push_back(room);
    log_ = SqliteLog::Open(folder_.path() / SqliteLog::kFile, kKept, durability_, waker_, keys, rooms, error);
    ASSERT_TRUE(log_) << error;
    Compare(rooms);
    Compare();
    log_.reset();  // the files are for one thread at a time
    CompareVisits();
    log_ = SqliteLog::Open(folder_.path() / SqliteLog::kFile, kKept, durability_, waker_, keys, rooms, error);
    ASSERT_TRUE(log_) << error;
  }

  std::vector<LogEntry> Batch() {
    // An author who was told that it failed tries again.
    if (!doubtful_.empty() && Lot(2) == 0) return doubtful_.back();
    std::vector<LogEntry> batch(1 + Lot(5));
    for (LogEntry& entry : batch) {
      entry.room_key = std::string(1, static_cast<char>('a' + Lot(3)));
      entry.author_key = "guest:" + std::to_string(Lot(2));
      entry.message.room = entry.room_key;
      entry.message.from = {"m1", "Ana"};
      entry.message.text = std::to_string(++texts_) + std::string(Lot(longest_), '.');
      if (Lot(2) == 0) entry.message.id = std::to_string(Lot(50));
    }
    return batch;
  }

  void Append(const std::vector<LogEntry>& batch) {
    const int failed = files_.failed();
    log_->Append(batch);
    log_->Wait();
    const auto done = std::get<MessageLog::Appended>(*log_->Take());
    EXPECT_TRUE(!done.failed || files_.failed() > failed) << "a disk that works is used again";
    if (done.failed) {
      doubtful_.push_back(batch);
      return;
    }
    doubtful_.clear();
    if (files_.failed() == failed) {
      for (auto& [room, topics] : topics_) topics.erase(topics.begin(), topics.end() - 1);
      sure_visits_ = visits_.size();
    }
    for (const LogEntry& entry : done.entries) {
      const auto [seq, duplicate] = said_.Add(entry);
      EXPECT_EQ(entry.message.seq, seq);
      EXPECT_EQ(entry.duplicate, duplicate);
    }
  }

  void Break() {
    constexpr Trouble kTroubles[] = {Trouble::kFull, Trouble::kBroken, Trouble::kNoSync};
    files_.BreakAfter(static_cast<int>(Lot(12)), kTroubles[Lot(3)]);
  }
  // There is no answer to it; when a batch is acknowledged and nothing failed meanwhile, it is there.
  void Save() {
    const std::string name(1, static_cast<char>('a' + Lot(3)));
    RoomSettings room{.name = {.shown = name, .key = name},
                      .topic = std::to_string(++texts_) + std::string(Lot(longest_), '.')};
    topics_.try_emplace(name, 1).first->second.push_back(room.topic);
    log_->Save(std::move(room));
    log_->Wait();
    EXPECT_FALSE(log_->Take());
  }
  // Likewise.
  void Note() {
    std::vector<Visit> visits(1 + Lot(3));
    for (Visit& visit : visits) {
      visit = {"a", "guest:1", std::to_string(++texts_),
               std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), "left"};
      visits_.push_back(visit.name);
    }
    log_->Note(std::move(visits));
    log_->Wait();
  }
  // Those that are written are the first of all, without a gap.
  void CompareVisits() {
    std::vector<std::string> found;
    const auto archive = Archive::Open(folder_.path() / SqliteLog::kFile, error_);
    ASSERT_TRUE(archive) << error_;
    archive->Read(
        "a",
        [&](Record record) {
          if (const auto* visit = std::get_if<Visit>(&record)) found.push_back(visit->name);
        },
        error_);
    ASSERT_LE(found.size(), visits_.size());
    EXPECT_GE(found.size(), sure_visits_);
    visits_.resize(found.size());
    EXPECT_EQ(found, visits_);
    sure_visits_ = found.size();
  }
  void EndInTroubleAndReopen() {
    Break();
    log_.reset();
    files_.Mend();
    Open();
  }
  void CrashAndReopen() {
    files_.Stop(durability_ == Durability::kFull && Lot(2) == 0 ? Crash::kPowerCut : Crash::kKill);
    log_.reset();
    files_.Restart();
    Open();
  }

  std::vector<std::string> TextsOf(const std::string& room) {
    std::vector<std::string> texts;
    for (bool more = true; more;) {
      log_->Read({.room_key = room, .before = {}, .after = texts.size(), .limit = 200});
      log_->Wait();
      const auto loaded = std::get<MessageLog::Loaded>(*log_->Take());
      EXPECT_FALSE(loaded.failed);
      more = loaded.page.more;
      for (const auto& message : loaded.page.messages) texts.push_back(message.text);
    }
    return texts;
  }

  void Compare(const std::vector<RoomSettings>& rooms) {
    for (auto& [room, topics] : topics_) {
      const auto found = std::ranges::find(rooms, room, [](const RoomSettings& one) { return one.name.key; });
      const std::string topic = found == rooms.end() ? "" : found->topic;
      EXPECT_EQ(std::ranges::count(topics, topic), 1) << room;
      topics = {topic};
    }
  }
  // What is there is what was acknowledged, and perhaps what was in doubt last.
  void Compare() {
    Said found;
    for (const std::string room : {"a", "b", "c"}) {
      auto texts = TextsOf(room);
      if (!texts.empty()) found.rooms[room] = std::move(texts);
    }
    for (const auto& batch : std::exchange(doubtful_, {})) {
      Said with = said_;
      for (const LogEntry& entry : batch) with.Add(entry);
      if (with.rooms == found.rooms) said_ = std::move(with);
    }
    EXPECT_TRUE(found.rooms == said_.rooms);
  }

  test::TemporaryFolder folder_;
  UnreliableFiles files_;
  std::mt19937 random_;
  Durability durability_;
  std::size_t longest_;
  Waker waker_;
  std::unique_ptr<SqliteLog> log_;
  Said said_;                                    // and acknowledged
  std::vector<std::vector<LogEntry>> doubtful_;  // failed since the last that did not
  // Of each room the one that is saved for sure, and those after it.
  std::map<std::string, std::vector<std::string>> topics_;
  std::vector<std::string> visits_;  // the names of all, and how many are written for sure
  std::size_t sure_visits_ = 0;
  std::string error_;
  int texts_ = 0;
};

TEST(SqliteLogFaults, AcknowledgedMessagesAreStoredAndFailedBatchesWholeOrNotAtAll) {
  const test::Seeds seeds = test::SeedsToPlay(kSeeds);
  int failed = 0;
  for (unsigned long seed = seeds.first; seed < seeds.end && !HasFailure(); ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    Story story(seed);
    story.Run();
    failed += story.failed();
  }
  EXPECT_GT(failed, 0) << "a disk that never fails proves nothing";
}

}  // namespace
}  // namespace parley
