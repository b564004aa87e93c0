// JsonMode (`--json`) passes the protocol's lines in and out unchanged, for scripts. See JsonSession.

#pragma once

#include <optional>
#include <string>

#include "client/chat/server_lines.h"
#include "client/modes/input_lines.h"
#include "client/modes/json_session.h"
#include "client/modes/mode.h"
#include "client/ui/output.h"

namespace parley::client {

class JsonMode : public Mode {
 public:
  // `patient`: see Mode.
  JsonMode(Credentials credentials, std::string room, bool patient);

  void Connected() override;
  void Disconnected(const std::string& why) override;
  bool Receive(ByteQueue& incoming) override;
  std::string TakeOutgoing() override { return session_.TakeOutgoing(); }
  [[nodiscard]] bool settled() const override { return session_.greeted(); }
  bool Ping() override;
  [[nodiscard]] bool AwaitsAnswer() const override { return session_.unanswered() > 0; }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return session_.TakeRetryAfter(); }
  [[nodiscard]] bool WantsInput(std::size_t unsent) const override;
  void ReadInput() override { ReadStandardInput(input_); }
  void Turn(const Now& now) override;
  [[nodiscard]] bool patient() const override { return patient_; }
  void Stop() override { stopped_ = true; }
  std::optional<int> Finish(std::size_t unsent) override;
  bool SayGoodbye() override { return true; }

 private:
  [[nodiscard]] bool MayAsk() const;

  JsonSession session_;
  bool patient_;
  ServerLines server_lines_;
  InputLines input_;
  Output output_;
  bool skipped_ = false;  // a line that could not be sent
  bool stopped_ = false;
};

}  // namespace parley::client
