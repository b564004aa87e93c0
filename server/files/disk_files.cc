#include "server/files/disk_files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "common/base/limits.h"
#include "common/protocol/json_reader.h"
#include "common/protocol/json_writer.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnerFile = "owner";
constexpr std::string_view kPart = ".part";
constexpr std::size_t kRecord = DiskFiles::kRecordBytes;

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

FileError ErrorOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return FileError::kNoSpace;
    case ENOENT:
      return FileError::kGone;
    default:
      return FileError::kFailed;
  }
}

// How many bytes were written; `error` tells why not all.
std::size_t WriteAt(int file, std::uint64_t offset, std::string_view bytes, FileError& error) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written =
        ::pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error = written < 0 ? ErrorOf(errno) : FileError::kFailed;
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  return done;
}

// Nothing if so many bytes are not there.
std::optional<std::string> ReadAt(int file, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t read = ::pread(file, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return std::nullopt;
    done += static_cast<std::size_t>(read);
  }
  return bytes;
}

std::optional<std::uint64_t> SizeOf(int file) {
  struct stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(about.st_size);
}

bool IsId(std::string_view name) {
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string ToHex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : bytes) hex += {kHex[byte >> 4U], kHex[byte & 0xFU]};
  return hex;
}

// --- The record ---

constexpr std::array<std::string_view, 7> kFields = {"room",       "owner",   "name",  "size",
                                                     "media_type", "expires", "sha256"};

// Numbers are written as texts: nothing here but texts.
std::string ToBlock(const FileRecord& record) {
  std::string block;
  protocol::JsonWriter json(block);
  json.BeginObject();
  json.Text("room", record.room);
  json.Text("owner", record.owner);
  json.Text("name", record.name);
  json.Text("size", std::to_string(record.size));
  json.Text("media_type", record.media_type);
  json.Text("expires", std::to_string(record.expires.time_since_epoch().count()));
  json.Text("sha256", record.sha256);
  json.EndObject();
  block.resize(kRecord - 1, ' ');
  return block += '\n';
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::optional<FileRecord> RecordIn(int file, const std::string& id) {
  const auto block = ReadAt(file, 0, kRecord);
  if (!block) return std::nullopt;
  protocol::JsonReader reader(*block);
  std::array<protocol::JsonValue, kFields.size()> values;
  if (!reader.ReadObject(kFields, values).empty()) return std::nullopt;
  const auto text = [&](std::size_t field) { return std::string(values.at(field).text); };
  FileRecord record{
      .id = id, .room = text(0), .owner = text(1), .name = text(2), .media_type = text(4), .sha256 = text(6)};
  std::int64_t expires = 0;
  if (!ReadNumber(values[3].text, record.size) || !ReadNumber(values[5].text, expires)) return std::nullopt;
  record.expires = WallTime(std::chrono::milliseconds(expires));
  return record;
}

}  // namespace

void DiskFiles::FreeContext::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

DiskFiles::~DiskFiles() = default;

std::unique_ptr<DiskFiles> DiskFiles::Open(const fs::path& path, std::string_view owner, bool sync,
                                           std::string& error) {
  auto folder = DataFolder::Open(path, error);
  if (!folder) return nullptr;
  const auto found = folder->Read(kOwnerFile);
  if (found && *found != owner) {
    error = "its files belong to the messages of another data folder";
    return nullptr;
  }
  if (!found && !folder->Write(kOwnerFile, owner)) {
    error = "can't write to it";
    return nullptr;
  }
  return std::unique_ptr<DiskFiles>(new DiskFiles(std::move(*folder), sync));
}

DiskFiles::Found DiskFiles::Scan(const std::set<std::string>& named) {
  Found found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path(), error)) {
    const std::string name = entry.path().filename();
    const bool part = name.ends_with(kPart);
    const std::string id = part ? name.substr(0, name.size() - kPart.size()) : name;
    if (!IsId(id)) continue;
    const Descriptor file(entry.path(), O_RDWR);
    const auto size = file ? SizeOf(file.number()) : std::nullopt;
    if (!size) continue;
    std::uint64_t bytes = *size - std::min<std::uint64_t>(*size, kRecord);
    if (!part && named.contains(id)) {
      auto record = RecordIn(file.number(), id);
      found.kept.push_back({id, record ? std::move(record->owner) : std::string(), bytes});
    } else if (auto record = RecordIn(file.number(), id)) {
      // Killed between the last byte and the name: the last byte is asked for again.
      if (part && bytes >= record->size) {
        bytes = record->size - 1;
        if (::ftruncate(file.number(), static_cast<off_t>(kRecord + bytes)) != 0) continue;
      }
      if (part) record->sha256.clear();
      found.uploads.push_back({std::move(*record), bytes});
    } else if (part) {
      ::unlink(entry.path().c_str());
    }
  }
  return found;
}

FileError DiskFiles::Make(const FileRecord& record) {
  const fs::path path = PartOf(record.id);
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return ErrorOf(errno);
  FileError error = FileError::kNone;
  WriteAt(file.number(), 0, ToBlock(record), error);
  if (error != FileError::kNone) ::unlink(path.c_str());
  return error;
}

// Computed as the bytes come; from the beginning if this process has not written them.
bool DiskFiles::Digested(int file, const std::string& id, std::uint64_t bytes, Digest*& digest) {
  digest = &digests_[id];
  if (digest->context && digest->bytes == bytes) return true;
  digest->context.reset(EVP_MD_CTX_new());
  digest->bytes = 0;
  if (!digest->context || EVP_DigestInit_ex(digest->context.get(), EVP_sha256(), nullptr) != 1) return false;
  while (digest->bytes < bytes) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes - digest->bytes, 1024 * 1024));
    const auto part = ReadAt(file, kRecord + digest->bytes, count);
    if (!part || EVP_DigestUpdate(digest->context.get(), part->data(), part->size()) != 1) return false;
    digest->bytes += count;
  }
  return true;
}

FileStore::Written DiskFiles::Write(const std::string& id, std::uint64_t offset, std::string_view bytes) {
  const Descriptor file(PartOf(id), O_RDWR);
  if (!file) return {.error = ErrorOf(errno), .there = offset};
  const auto size = SizeOf(file.number());
  if (!size || *size < kRecord) return {.error = FileError::kFailed, .there = offset};
  Written written{.there = *size - kRecord};
  if (written.there != offset) {
    written.error = FileError::kWrongOffset;
    return written;
  }
  Digest* digest = nullptr;
  const auto record = RecordIn(file.number(), id);
  if (!record || !Digested(file.number(), id, offset, digest)) {
    written.error = FileError::kFailed;
    return written;
  }
  if (bytes.size() > record->size - std::min(record->size, offset)) {
    written.error = FileError::kWrongOffset;
    return written;
  }
  const std::size_t done = WriteAt(file.number(), kRecord + offset, bytes, written.error);
  EVP_DigestUpdate(digest->context.get(), bytes.data(), done);
  digest->bytes += done;
  written.there = digest->bytes;
  if (written.error == FileError::kNone && written.there == record->size) {
    written.error = Finish(file.number(), id, *digest, written.sha256);
  }
  return written;
}

// The name without `.part` comes last: whatever has it is whole.
FileError DiskFiles::Finish(int file, const std::string& id, Digest& digest, std::string& sha256) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  auto record = RecordIn(file, id);
  if (!record || EVP_DigestFinal_ex(digest.context.get(), hash.data(), &size) != 1) return FileError::kFailed;
  digests_.erase(id);
  record->sha256 = ToHex(std::span(hash).first(size));
  FileError error = FileError::kNone;
  WriteAt(file, 0, ToBlock(*record), error);
  if (error != FileError::kNone) return error;
  if (sync_ && ::fsync(file) != 0) return FileError::kFailed;
  if (::rename(PartOf(id).c_str(), PathOf(id).c_str()) != 0) return ErrorOf(errno);
  if (sync_) {
    const Descriptor folder(folder_.path(), O_RDONLY | O_DIRECTORY);
    if (!folder || ::fsync(folder.number()) != 0) return FileError::kFailed;
  }
  sha256 = std::move(record->sha256);
  return FileError::kNone;
}

FileStore::Opened DiskFiles::Open(const std::string& id) {
  const Descriptor file(PathOf(id), O_RDONLY);
  if (!file) return {.error = ErrorOf(errno)};
  auto record = RecordIn(file.number(), id);
  const auto size = SizeOf(file.number());
  if (!record || !size || *size != kRecord + record->size) return {.error = FileError::kFailed};
  return {.record = std::move(*record)};
}

FileStore::Piece DiskFiles::Read(const std::string& id, std::uint64_t offset, std::size_t count) {
  const Descriptor file(PathOf(id), O_RDONLY);
  if (!file) return {.error = ErrorOf(errno)};
  auto bytes = ReadAt(file.number(), kRecord + offset, count);
  if (!bytes) return {.error = FileError::kFailed};
  return {.bytes = std::move(*bytes)};
}

void DiskFiles::Remove(const std::string& id) {
  digests_.erase(id);
  ::unlink(PartOf(id).c_str());
  ::unlink(PathOf(id).c_str());
}

}  // namespace parley
