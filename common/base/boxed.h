// Boxed is an optional value on the heap. Use it for a member that is rarely set, so that the object stays
// small to move.

#pragma once

#include <memory>
#include <utility>

namespace parley {

// Copies its value with it. Empty after a move.
template <typename T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value)
      : value_(std::make_unique<T>(std::move(value))) {
  }  // NOLINT(google-explicit-constructor): as with std::optional
  Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) { return *this = Boxed(other); }
  Boxed& operator=(Boxed&&) noexcept = default;
  ~Boxed() = default;

  explicit operator bool() const { return value_ != nullptr; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace parley
