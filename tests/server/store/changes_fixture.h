// ChangesTest is a log, in memory or on disk, whose messages change.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"
#include "tests/server/store/log_kind.h"
#include "tests/support/temporary_folder.h"

namespace parley {

class ChangesTest : public testing::TestWithParam<LogKind> {
 protected:
  ChangesTest() { Open(); }

  void Open() {
    log_.reset();
    if (GetParam() == LogKind::kMemory) {
      log_ = std::make_unique<MemoryLog>(kKept);
      return;
    }
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ =
        SqliteLog::Open(folder_.path() / "messages.db", kKept, Durability::kNormal, waker_, {}, rooms, error,
                        [](std::string_view identity) { return "key of " + std::string(identity); });
    ASSERT_TRUE(log_) << error;
  }

  LogEntry Append(LogEntry entry) {
    log_->Append({std::move(entry)});
    log_->Wait();
    auto done = std::get<MessageLog::Appended>(*log_->Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.entries.front());
  }
  static LogEntry EntryOf(const std::string& who) {
    LogEntry entry;
    entry.room_key = "lab";
    entry.author_key = who;
    entry.message.from = {.id = who, .name = who, .author = "key of " + who};
    entry.message.time = WallTime(std::chrono::milliseconds(++now_));
    return entry;
  }
  protocol::Sequence Say(const std::string& who, const std::string& text,
                         std::optional<std::string> id = {}) {
    LogEntry entry = EntryOf(who);
    entry.message.text = text;
    entry.message.id = std::move(id);
    return Append(std::move(entry)).message.seq;
  }
  LogEntry Answer(const std::string& who, protocol::Sequence to) {
    LogEntry entry = EntryOf(who);
    entry.message.text = "yes";
    entry.message.reply_to = to;
    return Append(std::move(entry));
  }
  protocol::Sequence Ask(const std::string& who, bool multiple = false) {
    LogEntry entry = EntryOf(who);
    entry.message.text = "Tea?";
    entry.message.state = std::make_shared<const protocol::MessageState>(
        protocol::MessageState{.poll = protocol::Poll{.question = "Tea?",
                                                      .options = {"yes", "no", "later"},
                                                      .multiple = multiple,
                                                      .counts = {0, 0, 0}}});
    return Append(std::move(entry)).message.seq;
  }
  template <typename What>
  LogEntry ChangeBy(const std::string& who, std::optional<protocol::Sequence> seq, What what,
                    bool leads = false) {
    LogEntry entry = EntryOf(who);
    entry.change = Change{.seq = seq, .leads = leads, .what = std::move(what)};
    return Append(std::move(entry));
  }
  LogEntry Edit(const std::string& who, protocol::Sequence seq, const std::string& text) {
    return ChangeBy(who, seq, Change::Edit{text});
  }
  LogEntry Delete(const std::string& who, protocol::Sequence seq, bool leads = false) {
    return ChangeBy(who, seq, Change::Delete{}, leads);
  }
  LogEntry React(const std::string& who, protocol::Sequence seq, const std::string& emoji, bool on = true) {
    return ChangeBy(who, seq, Change::React{emoji, on});
  }
  LogEntry Vote(const std::string& who, protocol::Sequence seq, std::vector<std::size_t> choices) {
    return ChangeBy(who, seq, Change::Vote{std::move(choices)});
  }

  protocol::Page Read(LogQuery query) {
    if (GetParam() == LogKind::kReopenedDisk) Open();  // nothing of it is in memory
    query.room_key = "lab";
    log_->Read(std::move(query));
    log_->Wait();
    auto done = std::get<MessageLog::Loaded>(*log_->Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.page);
  }
  protocol::MessageEvent Message(protocol::Sequence seq, std::string reader = {}) {
    const auto page = Read({.room_key = "lab", .before = seq + 1, .limit = 1, .reader = std::move(reader)});
    EXPECT_EQ(page.messages.size(), 1U);
    return page.messages.empty() ? protocol::MessageEvent{} : page.messages.front();
  }
  std::vector<protocol::Sequence> ChangedAfter(protocol::Revision rev, protocol::Sequence until = 1'000) {
    std::vector<protocol::Sequence> numbers;
    for (const auto& change : Read({.room_key = "lab", .changes = LogQuery::Changes{rev, until}}).changed) {
      numbers.push_back(change.seq);
    }
    return numbers;
  }

  static constexpr std::size_t kKept = 10;
  static inline int now_ = 0;
  test::TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<MessageLog> log_;
};

}  // namespace parley
