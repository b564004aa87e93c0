// A log in a folder of its own, opened again as often as a test wants.

#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {

class SqliteLogTest : public testing::Test {
 protected:
  static LogEntry Entry(std::string text, std::optional<std::string> id = {}) {
    LogEntry entry;
    entry.room_key = "lab";
    entry.author_key = "guest:1";
    entry.message = {.room = "Lab",
                     .time = WallTime(std::chrono::milliseconds(1'234)),
                     .from = {"m1", "Ana"},
                     .text = std::move(text),
                     .id = std::move(id)};
    return entry;
  }
  void Open(std::size_t kept = 100) {
    log_.reset();
    log_ = SqliteLog::Open(file_, kept, Durability::kNormal, waker_, {"lab"}, rooms_, error_,
                           [](std::string_view identity) { return "key of " + std::string(identity); });
  }
  MessageLog::Appended Append(std::vector<LogEntry> entries) {
    log_->Append(std::move(entries));
    log_->Wait();
    return std::get<MessageLog::Appended>(*log_->Take());
  }
  MessageLog::Loaded Read(LogQuery query) {
    log_->Read(std::move(query));
    log_->Wait();
    return std::get<MessageLog::Loaded>(*log_->Take());
  }
  protocol::Page Newest(std::size_t limit = 50) { return Read({"lab", {}, {}, limit}).page; }
  // Whether it is answered from memory: then no thread has anything to announce.
  bool ReadsAtOnce(const LogQuery& query) {
    waker_.Drain();
    log_->Read(query);
    log_->Wait();
    EXPECT_TRUE(log_->Take());
    pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&woken, 1, 0) == 0;
  }
  std::string ErrorOf(const std::string& contents) {
    std::ofstream(file_) << contents;
    Open();
    EXPECT_FALSE(log_);
    return error_;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "messages.db";
  Waker waker_;
  std::vector<RoomSettings> rooms_;
  std::string error_;
  std::unique_ptr<SqliteLog> log_;
};

}  // namespace parley
