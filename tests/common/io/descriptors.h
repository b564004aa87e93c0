// Descriptors for tests: pipes, the process's limit, and numbers as high as a busy server's.

#pragma once

#include <sys/resource.h>

#include <vector>

namespace parley {

// A pipe whose ends are closed with it.
class Pipe {
 public:
  Pipe();
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  // Moves both ends to the lowest free descriptors from `lowest` on.
  void MoveUp(int lowest);
  void Write() const;  // one byte
  void Read() const;
  void CloseReadEnd();
  void CloseWriteEnd();

  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }

 private:
  int ends_[2] = {-1, -1};
};

// Sets the soft limit of descriptors, and gives the former one back.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t soft);
  ~DescriptorLimit();
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

  static rlim_t Hard();

 private:
  rlimit former_{};
};

// Holds every free descriptor below `end`, so that the next one to be opened is `end` or higher.
class BurntDescriptors {
 public:
  explicit BurntDescriptors(int end);
  ~BurntDescriptors();
  BurntDescriptors(const BurntDescriptors&) = delete;
  BurntDescriptors& operator=(const BurntDescriptors&) = delete;

 private:
  std::vector<int> held_;
};

// The lowest descriptor that is free.
int LowestFreeDescriptor();

}  // namespace parley
