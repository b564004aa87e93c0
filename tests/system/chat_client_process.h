// The real chat_client as a child process with pipes, as a script has it. Owned by its test.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace parley::test {

inline std::string AddressOf(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

class ChatClient : public Process {
 public:
  ChatClient(std::uint16_t port, const std::vector<std::string>& options, const Environment& environment = {})
      : Process(Command(port, options), environment) {}

  // Ends its input, and returns its exit status.
  int Finish() {
    CloseStdin();
    return WaitForExit();
  }

 private:
  static std::vector<std::string> Command(std::uint16_t port, const std::vector<std::string>& options) {
    std::vector<std::string> command{PARLEY_CHAT_CLIENT, AddressOf(port)};
    command.insert(command.end(), options.begin(), options.end());
    return command;
  }
};

}  // namespace parley::test
