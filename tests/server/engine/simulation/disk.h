// What outlives the process of a simulated server.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/store/memory_log.h"

namespace parley::simulation {

class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  virtual ~Disk() = default;

  // A server starts, and gets the log, and the lobby as it was.
  virtual std::shared_ptr<MessageLog> Open(std::vector<RoomSettings>& rooms) = 0;
  // The ids of the files that messages name. Before the log is used, or after.
  virtual std::set<std::string> NamedFiles() = 0;
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
    if (const auto lobby = log_->rooms.find("lobby"); lobby != log_->rooms.end()) {
      rooms.push_back(lobby->second);
    }
    return log_;
  }
  std::set<std::string> NamedFiles() override {
    std::set<std::string> named;
    for (const char* const room : {"lab", "den", "lobby"}) {
      bool more = true;
      for (protocol::Sequence after = 0; more;) {
        log_->Read({.room_key = room, .before = {}, .after = after, .limit = 200});
        const protocol::Page page = std::get<MessageLog::Loaded>(*log_->Take()).page;
        more = page.more;
        for (const protocol::MessageEvent& message : page.messages) {
          after = message.seq;
          if (message.file) named.insert(message.file->id);
        }
      }
    }
    return named;
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
    void Read(LogQuery query) override {
      keys[query.ticket] = query.room_key;
      MemoryLog::Read(std::move(query));
    }
    std::optional<Done> Take() override {
      auto done = MemoryLog::Take();
      auto* const loaded = done ? std::get_if<Loaded>(&*done) : nullptr;
      if (loaded == nullptr) return done;
      if (const auto kept = rooms.find(keys[loaded->ticket]); kept != rooms.end()) {
        loaded->room = {.exists = true, .settings = kept->second};
      }
      keys.erase(loaded->ticket);
      return done;
    }
    void Evict(const std::string& /*room_key*/) override {}  // as a disk does
    std::map<std::uint64_t, std::string> keys;               // of the reads under way, by ticket
    std::map<std::string, RoomSettings> rooms;               // by key
  };
  std::shared_ptr<Log> log_;
};

}  // namespace parley::simulation
