// RawMode (`--raw`) speaks no protocol: it sends standard input and prints what arrives, byte for byte (on a
// terminal: see Output).

#pragma once

#include <optional>
#include <string>

#include "client/modes/mode.h"
#include "client/ui/output.h"

namespace parley::client {

class RawMode : public Mode {
 public:
  // `patient`: see Mode.
  explicit RawMode(bool patient);

  void Connected() override { connected_ = true; }
  void Disconnected(const std::string& why) override;
  bool Receive(ByteQueue& incoming) override;
  std::string TakeOutgoing() override;
  [[nodiscard]] bool settled() const override { return connected_; }
  bool Ping() override { return false; }
  [[nodiscard]] bool AwaitsAnswer() const override { return false; }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return std::nullopt; }
  [[nodiscard]] bool WantsInput(std::size_t unsent) const override;
  void ReadInput() override;
  void Turn(const Now&) override {}
  [[nodiscard]] bool patient() const override { return patient_; }
  void Stop() override { stopped_ = true; }
  std::optional<int> Finish(std::size_t unsent) override;
  bool SayGoodbye() override { return false; }

 private:
  bool patient_;
  bool connected_ = false, ended_ = false, stopped_ = false;
  std::string outgoing_;
  Output output_;
  std::optional<std::string> lost_;  // why
};

}  // namespace parley::client
