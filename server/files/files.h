// Files does all of the server's work with files: it joins the uploads, their URLs and the work on the disk.
// It knows no connection: answers come by ticket. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "server/files/file_store.h"
#include "server/files/file_urls.h"
#include "server/files/file_work.h"
#include "server/files/uploads.h"

namespace parley {

class Files {
 public:
  // `secret` is for the URLs. Null `work`: the server takes no files.
  Files(FileBounds bounds, std::string_view secret, std::unique_ptr<FileWork> work);

  [[nodiscard]] bool on() const { return work_ != nullptr; }
  // To be filled with what the folder has, before anything else is asked.
  [[nodiscard]] Uploads& uploads() { return uploads_; }
  [[nodiscard]] const Uploads& uploads() const { return uploads_; }

  // --- For the hub ---

  using Ticket = std::uint64_t;
  // The answer comes from TakeAnnounced.
  Ticket Announce(AnnouncedFile file, const Now& now);
  struct Announced {
    Ticket ticket;
    std::variant<protocol::Error, protocol::UploadReply> answer;
  };
  std::optional<Announced> TakeAnnounced();
  // A new URL of a file that a message names.
  [[nodiscard]] protocol::DownloadReply Offer(const protocol::File& file, const Now& now) const;
  // The message that named it is gone.
  void Remove(const std::string& id);

  // --- For HTTP ---

  struct Target {
    std::string id;
    KnownUpload* upload = nullptr;  // null: a download
  };
  // What a path names: an upload that is not over, or a file that may be read for now. Nothing if it is
  // neither. The pointer is good until the next call that is not const.
  std::optional<Target> Find(std::string_view path, const Now& now);
  // These begin work whose result TakeDone gives, once.
  Ticket Write(KnownUpload& upload, std::string bytes);
  Ticket Open(std::string id);
  Ticket Read(std::string id, std::uint64_t offset, std::size_t count);
  using Done = FileWork::Done;
  std::optional<Done> TakeDone();

  // --- Time ---

  void Tick(const Now& now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return uploads_.NextDeadline(); }
  [[nodiscard]] bool HasWork() const { return !announced_.empty() || (work_ && work_->HasWork()); }

 private:
  void FinishMade(Ticket ticket, FileError error);

  Uploads uploads_;
  FileUrls urls_;
  std::unique_ptr<FileWork> work_;
  Ticket next_ticket_ = 1;
  std::unordered_map<Ticket, FileRecord> making_;
  std::deque<Announced> announced_;
};

}  // namespace parley
