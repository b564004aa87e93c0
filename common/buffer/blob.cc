#include "common/buffer/blob.h"

#include <cassert>
#include <cstring>
#include <new>

namespace parley {

constinit thread_local std::size_t BlobRef::total_bytes_ = 0;

BlobRef BlobRef::WithCapacity(std::size_t capacity) {
  void* memory = ::operator new(sizeof(Blob) + capacity);
  total_bytes_ += sizeof(Blob) + capacity;
  return BlobRef(new (memory) Blob{.references = 1, .size = 0, .capacity = capacity});
}

BlobRef BlobRef::Copy(std::string_view bytes) {
  BlobRef blob = WithCapacity(bytes.size());
  blob.Append(bytes);
  return blob;
}

void BlobRef::Append(std::string_view bytes) {
  assert(bytes.size() <= room());
  if (bytes.empty()) return;
  std::memcpy(blob_->bytes() + blob_->size, bytes.data(), bytes.size());
  blob_->size += bytes.size();
}

void BlobRef::Free(Blob* blob) {
  total_bytes_ -= sizeof(Blob) + blob->capacity;
  ::operator delete(blob);
}

}  // namespace parley
