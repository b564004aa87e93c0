// The real chat_server as a child process: as a rule in memory, on a free port of loopback, and ready once
// the constructor returns. Owned by its test.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {

// The path of the program that was built with these tests.
std::string ChatServerPath();

// A free port of loopback for a server that will be started again on it. It is none of those that the system
// gives to connections: such a one could be taken while the server is away.
std::uint16_t LastingPort();

class ServerProcess {
 public:
  // `options` come after --plain 127.0.0.1:0; where they name no --data, --memory (or with
  // PARLEY_TEST_ON_DISK in the test's environment, a data folder of this object's own); and where they name
  // no --tls, --tls 127.0.0.1:0.
  explicit ServerProcess(const std::vector<std::string>& options = {}, const Environment& environment = {});

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // 0 where the options named --tls.
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  Process& process() { return process_; }
  // SIGTERM; the exit status.
  int Stop();
  // Processor time that it has used up to now, user and system.
  [[nodiscard]] std::chrono::nanoseconds ProcessorTime() const;
  // What it holds of the machine's memory, and how many descriptors it has open.
  [[nodiscard]] std::size_t ResidentBytes() const;
  [[nodiscard]] std::size_t Descriptors() const;

 private:
  std::optional<TemporaryFolder> data_;
  Process process_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
};

}  // namespace parley::test
