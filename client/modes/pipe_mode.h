// PipeMode is chat in a pipe: each line of standard input is a message, and output is `name:
// text`.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/chat/server_lines.h"
#include "client/chat/session.h"
#include "client/modes/input_lines.h"
#include "client/modes/mode.h"
#include "client/ui/output.h"

namespace parley::client {

class PipeMode : public Mode {
 public:
  explicit PipeMode(Session::Settings settings);

  void Connected() override;
  void Disconnected(const std::string& why) override;
  bool Receive(ByteQueue& incoming) override;
  std::string TakeOutgoing() override { return session_.TakeOutgoing(); }
  [[nodiscard]] bool settled() const override { return session_.greeted(); }
  bool Ping() override;
  [[nodiscard]] bool AwaitsAnswer() const override { return session_.AwaitsAnswer(); }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return session_.TakeRetryAfter(); }
  [[nodiscard]] bool WantsInput(std::size_t unsent) const override;
  void ReadInput() override { ReadStandardInput(input_); }
  void Turn(const Now& now) override;
  [[nodiscard]] bool patient() const override { return false; }
  void Stop() override { stopped_ = true; }
  std::optional<int> Finish(std::size_t unsent) override;
  bool SayGoodbye() override;

 private:
  void TakeInput();
  void Say(const InputLines::Line& line);
  void ShowNotices();
  void Complain(const std::string& text);

  Session session_;
  ServerLines server_lines_;
  InputLines input_;
  Output output_;
  bool skipped_ = false;  // a line that could not be sent
  bool stopped_ = false;
  std::string last_complaint_;
};

}  // namespace parley::client
