// Functions that use features of Linux or glibc that POSIX does not have. On other systems, each function
// takes another path, which may do less. With PARLEY_PORTABLE, Linux takes that path, too, so that it can be
// tried there. Batches of UDP datagrams are in common/net/datagrams.cc.
//
// Call the first two at the start of a program, before it has threads. Any thread may call the others.

#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace parley {

// The memory of this process goes into no core file, and on Linux no other process of the same user reads it.
void KeepMemoryPrivate();

// The heap keeps up to `bytes` that were freed, and takes blocks of `large` bytes or more from the system one
// by one. Does nothing without glibc.
void KeepFreedMemory(int bytes, int large);

// The memory in use; nothing if the system does not tell.
std::optional<double> ResidentBytes();

// The file of the running program; empty if the system does not tell.
std::filesystem::path ProgramFile();

// Call it in a child process, between fork and exec. On Linux, the child is then killed when its parent ends.
void EndWithParent();

// Whether `part` occurs in `text`. glibc's memmem is several times as fast as std::string_view::find.
bool Contains(std::string_view text, std::string_view part);

}  // namespace parley
