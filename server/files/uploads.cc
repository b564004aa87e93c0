#include "server/files/uploads.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "common/base/random.h"

namespace parley {
namespace {

using protocol::Error;

std::string NewId() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string id;
  for (const char c : RandomBytes(16)) {
    const auto byte = static_cast<unsigned char>(c);
    id += {kHex[byte >> 4U], kHex[byte & 0xFU]};
  }
  return id;
}

bool IsGuest(const std::string& owner) {
  return !owner.starts_with("account:");
}

void CountDown(std::unordered_map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

std::size_t CountOf(const std::unordered_map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

void Uploads::Restore(FileRecord record, std::uint64_t offset, const Now& now) {
  KnownUpload upload{.record = std::move(record), .address = {}, .until = now.monotonic, .offset = offset};
  // A clock that was set back must not keep it for longer than an hour.
  upload.until +=
      std::clamp<Duration>(upload.record.expires - now.wall, Duration::zero(), limits::kUploadKept);
  Add(std::move(upload));
}

void Uploads::RestoreKept(const std::string& id, const std::string& owner, std::uint64_t size) {
  const auto [kept, is_new] = kept_.try_emplace(id);
  if (is_new) kept->second = {size, Take(owner, size)};
}

Guest* Uploads::Take(const std::string& owner, std::uint64_t size) {
  bytes_ += size;
  if (!IsGuest(owner)) return nullptr;
  guest_bytes_ += size;
  Guest& guest = *guests_.try_emplace(owner).first;
  guest.second.bytes += size;
  ++guest.second.files;
  return &guest;
}

void Uploads::Free(const Taken& taken) {
  bytes_ -= taken.size;
  if (taken.guest == nullptr) return;
  guest_bytes_ -= taken.size;
  FilesOfGuest& files = taken.guest->second;
  files.bytes -= taken.size;
  if (--files.files == 0) guests_.erase(guests_.find(taken.guest->first));
}

std::variant<Error, FileRecord> Uploads::Announce(AnnouncedFile file, const Now& now) {
  if (auto error = WhyNot(file)) return std::move(*error);
  FileRecord record{.id = NewId(),
                    .room = std::move(file.room),
                    .owner = std::move(file.owner),
                    .name = std::move(file.name),
                    .size = file.size,
                    .media_type = std::move(file.media_type),
                    .expires = now.wall + limits::kUploadKept};
  Add({.record = record, .address = std::move(file.address), .until = now.monotonic + limits::kUploadKept});
  return record;
}

std::optional<Error> Uploads::WhyNot(const AnnouncedFile& file) const {
  if (file.size > bounds_.file_bytes) {
    return Error{ErrorCode::kFileTooLarge,
                 "a file has at most " + std::to_string(bounds_.file_bytes) + " bytes here"};
  }
  if (file.size > bounds_.total_bytes - std::min(bounds_.total_bytes, bytes_) || count() >= limits::kFiles) {
    return Error{ErrorCode::kNoSpace, "the server has no space left for this file"};
  }
  if (IsGuest(file.owner) && file.size > LeftForGuest(file.owner)) {
    return Error{ErrorCode::kNoSpace,
                 "the space for files of guests is used up; sign in with an account, or delete older files"};
  }
  const bool too_many = uploads_.size() >= limits::kUploads ||
                        CountOf(per_owner_, file.owner) >= limits::kUploadsPerPerson ||
                        CountOf(per_address_, file.address) >= limits::kUploadsPerAddress;
  if (too_many) {
    return Error{ErrorCode::kNoSpace, "too many uploads wait for a message that names them"};
  }
  return std::nullopt;
}

std::uint64_t Uploads::LeftForGuest(const std::string& owner) const {
  const auto found = guests_.find(owner);
  const std::uint64_t own = found == guests_.end() ? 0 : found->second.bytes;
  const bool reserves = bounds_.total_bytes >= limits::kGuestReserveFrom;
  if (!reserves && bytes_ == own) return bounds_.total_bytes;  // nobody else has files
  constexpr std::uint64_t kPercent = limits::kGuestFilesPercent;
  const std::uint64_t share =
      bounds_.total_bytes / 100 * kPercent + bounds_.total_bytes % 100 * kPercent / 100;
  const bool together = reserves || bytes_ > guest_bytes_;  // somebody with an account has files
  return share - std::min(share, together ? guest_bytes_ : own);
}

void Uploads::Add(KnownUpload upload) {
  upload.guest = Take(upload.record.owner, upload.record.size);
  ++per_owner_[upload.record.owner];
  if (!upload.address.empty()) ++per_address_[upload.address];
  deadlines_.emplace(upload.until, upload.record.id);
  std::string id = upload.record.id;
  uploads_.emplace(std::move(id), std::move(upload));
}

void Uploads::Remove(std::unordered_map<std::string, KnownUpload>::iterator upload) {
  const KnownUpload& gone = upload->second;
  CountDown(per_owner_, gone.record.owner);
  CountDown(per_address_, gone.address);
  deadlines_.erase({gone.until, gone.record.id});
  uploads_.erase(upload);
}

KnownUpload* Uploads::Find(const std::string& id, const Now& now) {
  const auto found = uploads_.find(id);
  return found == uploads_.end() || found->second.until <= now.monotonic ? nullptr : &found->second;
}

void Uploads::Wrote(const std::string& id, const FileStore::Written& written) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return;
  if (written.error != FileError::kNone) found->second.offset = written.there;
  if (!written.sha256.empty()) found->second.record.sha256 = written.sha256;
}

void Uploads::Drop(const std::string& id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return;
  const Taken taken{found->second.record.size, found->second.guest};
  Remove(found);
  Free(taken);
}

protocol::FileRef Uploads::Claim(const std::string& id, std::string_view room, std::string_view owner,
                                 const Now& now) {
  KnownUpload* const upload = Find(id, now);
  if (upload == nullptr || upload->claimed || !upload->complete()) return nullptr;
  const FileRecord& record = upload->record;
  if (record.room != room || record.owner != owner) return nullptr;
  upload->claimed = true;
  return std::make_shared<const protocol::File>(
      protocol::File{record.id, record.name, record.size, record.media_type, record.sha256});
}

void Uploads::Keep(const std::string& id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return;
  kept_.emplace(id, Taken{found->second.record.size, found->second.guest});
  Remove(found);
}

void Uploads::Release(const std::string& id) {
  const auto found = uploads_.find(id);
  if (found != uploads_.end()) found->second.claimed = false;
}

bool Uploads::DropKept(const std::string& id) {
  const auto found = kept_.find(id);
  if (found == kept_.end()) return false;
  Free(found->second);
  kept_.erase(found);
  return true;
}

// What the log is asked about is not over yet: the answer decides.
std::vector<std::string> Uploads::TakeExpired(const Now& now) {
  std::vector<std::string> expired;
  for (const auto& [until, id] : deadlines_) {
    if (until > now.monotonic) break;
    if (!uploads_.at(id).claimed) expired.push_back(id);
  }
  for (const std::string& id : expired) Drop(id);
  return expired;
}

std::optional<MonotonicTime> Uploads::NextDeadline() const {
  for (const auto& [until, id] : deadlines_) {
    if (!uploads_.at(id).claimed) return until;
  }
  return std::nullopt;
}

}  // namespace parley
