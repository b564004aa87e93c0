// Bytes that many queues share: written once, never changed, freed with the last reference.
//
// The count is not atomic: blobs live on the loop's thread only. A view of a blob lives as long as a
// reference.

#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace parley {

class BlobRef {
 public:
  BlobRef() = default;
  BlobRef(const BlobRef& other);
  BlobRef(BlobRef&& other) noexcept : blob_(std::exchange(other.blob_, nullptr)) {}
  BlobRef& operator=(BlobRef other) noexcept;
  ~BlobRef();

  // A blob that holds a copy of `bytes`; one allocation.
  static BlobRef Copy(std::string_view bytes);

  explicit operator bool() const { return blob_ != nullptr; }
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::size_t size() const { return view().size(); }

 private:
  struct Blob;
  explicit BlobRef(Blob* blob) : blob_(blob) {}
  Blob* blob_ = nullptr;
};

}  // namespace parley
