// A simulated client's side of the wire: messages to bytes and back, by lines and by WebSocket.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::simulation {

// The request that makes a WebSocket of a connection.
std::string UpgradeRequest();
// A masked frame of one of the client's messages.
std::string ClientFrame(int opcode, std::string_view payload);

// Cuts what the server sends into messages.
class Ear {
 public:
  explicit Ear(bool web) : web_(web) {}

  // The messages that became whole with these bytes, without newline or header.
  std::vector<std::string> Take(std::string_view bytes);
  // Pings since the last call.
  int TakePings();
  // What is not whole yet.
  [[nodiscard]] const std::string& unfinished() const { return bytes_; }

 private:
  bool TakeLine(std::vector<std::string>& messages);
  bool TakeHead();
  bool TakeFrame(std::vector<std::string>& messages);

  bool web_;
  bool upgraded_ = false;
  bool closed_ = false;
  int pings_ = 0;
  std::string bytes_;
};

}  // namespace parley::simulation
