// Dialogue is what a client says and hears over its connection. LiveLink drives one.

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/buffer/byte_queue.h"

namespace parley::client {

class Dialogue {
 public:
  virtual ~Dialogue() = default;

  virtual void Connected() = 0;
  // The connection was lost, or an attempt to make one failed. The next attempt follows by itself.
  virtual void Disconnected(const std::string& why) = 0;
  // Takes what is whole out of `incoming`. False if the other end cannot be a Parley server.
  virtual bool Receive(ByteQueue& incoming) = 0;
  // What is to be sent. Asked for after each turn, only while there is a connection.
  virtual std::string TakeOutgoing() = 0;
  // The server has let this client in.
  [[nodiscard]] virtual bool settled() const = 0;
  // Asks the server for a sign of life; false if the dialect has no way to.
  virtual bool Ping() = 0;
  // Something that was sent has no answer yet.
  [[nodiscard]] virtual bool AwaitsAnswer() const = 0;
  // How long the server wants to be left alone.
  virtual std::optional<std::chrono::seconds> TakeRetryAfter() = 0;
};

}  // namespace parley::client
