// BlobRef refers to a blob: bytes that are written once, never changed, and shared by many queues. The last
// reference frees them.
//
// The reference count is not atomic: blobs live on the loop's thread only. A view of a blob is valid as long
// as a reference exists.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace parley {

class BlobRef {
 public:
  BlobRef() = default;
  BlobRef(const BlobRef& other) : blob_(other.blob_) {
    if (blob_ != nullptr) ++blob_->references;
  }
  BlobRef(BlobRef&& other) noexcept : blob_(std::exchange(other.blob_, nullptr)) {}
  BlobRef& operator=(BlobRef other) noexcept {
    std::swap(blob_, other.blob_);
    return *this;
  }
  ~BlobRef() {
    if (blob_ != nullptr && --blob_->references == 0) Free(blob_);
  }

  // A blob that holds a copy of `bytes`; one allocation.
  static BlobRef Copy(std::string_view bytes);
  // An empty blob with room for `capacity` bytes.
  static BlobRef WithCapacity(std::size_t capacity);

  // Appends bytes, at most room() of them. The bytes that are already there neither move nor change.
  void Append(std::string_view bytes);
  // How many bytes still fit.
  [[nodiscard]] std::size_t room() const { return blob_ == nullptr ? 0 : blob_->capacity - blob_->size; }

  explicit operator bool() const { return blob_ != nullptr; }
  bool operator==(const BlobRef& other) const = default;  // the very same bytes
  [[nodiscard]] std::string_view view() const {
    return blob_ == nullptr ? std::string_view() : std::string_view(blob_->bytes(), blob_->size);
  }
  [[nodiscard]] std::size_t size() const { return blob_ == nullptr ? 0 : blob_->size; }

  // Bytes of memory that all blobs hold now, including what a small part in use keeps alive.
  [[nodiscard]] static std::size_t TotalBytes() { return total_bytes_; }

 private:
  // The header, which is before the bytes in the same allocation.
  struct Blob {
    std::size_t references;
    std::size_t size;
    std::size_t capacity;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
  };

  explicit BlobRef(Blob* blob) : blob_(blob) {}
  static void Free(Blob* blob);

  static constinit thread_local std::size_t total_bytes_;
  Blob* blob_ = nullptr;
};

// A part of a blob: `begin` and `end` lie in it.
struct Slice {
  BlobRef blob;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] std::string_view view() const { return {blob.view().data() + begin, size()}; }
};

}  // namespace parley
