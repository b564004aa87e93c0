#include "common/buffer/blob.h"

#include <cstring>
#include <new>

namespace parley {

// Stands before its bytes, in the same allocation.
struct BlobRef::Blob {
  std::size_t references;
  std::size_t size;

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

BlobRef::BlobRef(const BlobRef& other) : blob_(other.blob_) {
  if (blob_ != nullptr) ++blob_->references;
}

BlobRef& BlobRef::operator=(BlobRef other) noexcept {
  std::swap(blob_, other.blob_);
  return *this;
}

BlobRef::~BlobRef() {
  if (blob_ != nullptr && --blob_->references == 0) ::operator delete(blob_);
}

BlobRef BlobRef::Copy(std::string_view bytes) {
  void* memory = ::operator new(sizeof(Blob) + bytes.size());
  auto* blob = new (memory) Blob{.references = 1, .size = bytes.size()};
  if (!bytes.empty()) std::memcpy(blob->bytes(), bytes.data(), bytes.size());
  return BlobRef(blob);
}

std::string_view BlobRef::view() const {
  return blob_ == nullptr ? std::string_view() : std::string_view(blob_->bytes(), blob_->size);
}

}  // namespace parley
