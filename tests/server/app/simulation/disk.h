// What outlives the process of a simulated server.

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/store/memory_log.h"

namespace parley::simulation {

class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  virtual ~Disk() = default;

  // A server starts, and gets the log and the rooms that are there.
  virtual std::shared_ptr<MessageLog> Open(std::vector<RoomSettings>& rooms) = 0;
  // It is gone, and has no log any more: killed, or in order.
  virtual void Close(bool killed) = 0;
  // From now on the log fails, sooner or later, until Mend; false: this one never does.
  virtual bool Break() = 0;
  virtual void Mend() = 0;
};

// A log in memory that keeps how rooms are set up, too.
class MemoryDisk : public Disk {
 public:
  explicit MemoryDisk(std::size_t kept) : log_(std::make_shared<Log>(kept)) {}

  std::shared_ptr<MessageLog> Open(std::vector<RoomSettings>& rooms) override {
    for (const auto& [key, settings] : log_->rooms) rooms.push_back(settings);
    return log_;
  }
  void Close(bool /*killed*/) override {}
  bool Break() override { return false; }
  void Mend() override {}

 private:
  struct Log : MemoryLog {
    using MemoryLog::MemoryLog;
    void Save(RoomSettings settings) override {
      std::string key = settings.name.key;
      rooms.insert_or_assign(std::move(key), std::move(settings));
    }
    std::map<std::string, RoomSettings> rooms;  // by key
  };
  std::shared_ptr<Log> log_;
};

}  // namespace parley::simulation
