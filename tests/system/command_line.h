// chat_server's subcommands on a folder of their own, and a server on that folder.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {

struct Ending {
  int status = -1;
  std::string out, err;
};

// Runs chat_server with these arguments and this on its standard input, until it ends.
inline Ending RunCommand(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::vector<std::string> command{ChatServerPath()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process(command);
  try {
    process.Write(input);
  } catch (const Failure&) {  // it has ended, and read nothing
  }
  process.CloseStdin();
  const int status = process.WaitForExit();
  return {status, process.out().TakeAll(), process.err().TakeAll()};
}

inline bool IsOneLine(const std::string& text) {
  return text.size() > 1 && text.find('\n') == text.size() - 1;
}

// A server that keeps what it has in `data`, with a plain door only.
class KeepingServer {
 public:
  explicit KeepingServer(const std::string& data, const std::vector<std::string>& options = {})
      : process_(Command(data, options)) {
    const std::string line = process_.out().TakeLine();
    const std::string prefix = "plain 127.0.0.1:";
    if (!line.starts_with(prefix)) throw Failure("not a ready line: " + line);
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(prefix.size())));
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static std::vector<std::string> Command(const std::string& data, const std::vector<std::string>& options) {
    std::vector<std::string> command{ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off",
                                     "--data",         data};
    command.insert(command.end(), options.begin(), options.end());
    return command;
  }
  Process process_;
  std::uint16_t port_ = 0;
};

}  // namespace parley::test
