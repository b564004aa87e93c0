// What Linux and glibc have and POSIX does not. Each function has a path for other systems, too, which may do
// less; PARLEY_PORTABLE takes that path everywhere, so that Linux can try it. Batches of UDP are in
// common/net/datagrams.cc.
//
// Any thread may call these, but the first two are for the start of a program, before it has threads.

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

// Whether `part` occurs in `text`. glibc's memmem is several times as fast as std::string_view::find.
bool Contains(std::string_view text, std::string_view part);

}  // namespace parley
