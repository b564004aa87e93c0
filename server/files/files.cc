#include "server/files/files.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "common/base/limits.h"

namespace parley {

Files::Files(FileBounds bounds, std::string_view secret, std::unique_ptr<FileWork> work)
    : uploads_(bounds), urls_(secret), work_(std::move(work)) {
}

// --- For the hub ---

Files::Ticket Files::Announce(AnnouncedFile file, const Now& now) {
  const Ticket ticket = next_ticket_++;
  auto announced = uploads_.Announce(std::move(file), now);
  if (auto* error = std::get_if<protocol::Error>(&announced)) {
    announced_.push_back({ticket, std::move(*error)});
  } else {
    auto& record = std::get<FileRecord>(announced);
    work_->Make(ticket, record);
    making_.emplace(ticket, std::move(record));
  }
  return ticket;
}

void Files::FinishMade(Ticket ticket, FileError error) {
  auto made = making_.extract(ticket);
  FileRecord& record = made.mapped();
  if (error == FileError::kNone) {
    announced_.push_back({ticket, protocol::UploadReply{record.id, urls_.Upload(record.id), record.expires}});
    return;
  }
  uploads_.Drop(record.id);
  const bool full = error == FileError::kNoSpace;
  if (!full) spdlog::error("a file can't be made in the folder of --files");
  announced_.push_back(
      {ticket,
       full ? protocol::Error{ErrorCode::kNoSpace, "the server's disk is full"}
            : protocol::Error{ErrorCode::kInternal, "the server could not store the file; try again later"}});
}

std::optional<Files::Announced> Files::TakeAnnounced() {
  if (announced_.empty()) return std::nullopt;
  Announced announced = std::move(announced_.front());
  announced_.pop_front();
  return announced;
}

protocol::DownloadReply Files::Offer(const protocol::File& file, const Now& now) const {
  const WallTime expires = now.wall + limits::kDownloadKept;
  return {urls_.Download(file.id, expires), expires};
}

void Files::Remove(const std::string& id) {
  if (!on()) return;
  // After a restart, a file whose message was deleted right before is taken for an upload.
  if (!uploads_.DropKept(id)) uploads_.Drop(id);
  work_->Remove(id);
}

// --- For HTTP ---

std::optional<Files::Target> Files::Find(std::string_view path, const Now& now) {
  auto target = urls_.Read(path, now.wall);
  if (!target || !on()) return std::nullopt;
  if (target->download) return Target{.id = std::move(target->id)};
  KnownUpload* const upload = uploads_.Find(target->id, now);
  if (upload == nullptr) return std::nullopt;
  return Target{std::move(target->id), upload};
}

Files::Ticket Files::Write(KnownUpload& upload, std::string bytes) {
  const std::uint64_t offset = upload.offset;
  upload.offset += bytes.size();
  work_->Write(next_ticket_, upload.record.id, offset, std::move(bytes));
  return next_ticket_++;
}

Files::Ticket Files::Open(std::string id) {
  work_->Open(next_ticket_, std::move(id));
  return next_ticket_++;
}

Files::Ticket Files::Read(std::string id, std::uint64_t offset, std::size_t count) {
  work_->Read(next_ticket_, std::move(id), offset, count);
  return next_ticket_++;
}

std::optional<Files::Done> Files::TakeDone() {
  while (auto done = work_ ? work_->Take() : std::nullopt) {
    if (const auto* made = std::get_if<FileWork::Made>(&done->result)) {
      FinishMade(done->ticket, made->error);
      continue;
    }
    if (std::holds_alternative<FileWork::Removed>(done->result)) continue;
    if (const auto* wrote = std::get_if<FileWork::Wrote>(&done->result)) {
      uploads_.Wrote(wrote->id, wrote->result);
    }
    return done;
  }
  return std::nullopt;
}

// --- Time ---

void Files::Tick(const Now& now) {
  if (!on()) return;
  for (std::string& id : uploads_.TakeExpired(now)) work_->Remove(std::move(id));
}

}  // namespace parley
