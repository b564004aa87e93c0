// Chat on a terminal: a prompt, commands, and messages as they come.

#pragma once

#include <optional>
#include <string>

#include "client/chat/server_lines.h"
#include "client/chat/session.h"
#include "client/modes/mode.h"
#include "client/ui/bell.h"
#include "client/ui/commands.h"
#include "client/ui/terminal.h"
#include "client/ui/view.h"

namespace parley::client {

class TerminalMode : public Mode {
 public:
  // `bell`: it rings where somebody asks for the person. `waker`: see Terminal.
  TerminalMode(Session::Settings settings, std::string server, bool bell, Waker& waker);

  void Connected() override;
  void Disconnected(const std::string& why) override;
  bool Receive(ByteQueue& incoming) override;
  std::string TakeOutgoing() override { return session_.TakeOutgoing(); }
  [[nodiscard]] bool settled() const override { return session_.greeted(); }
  bool Ping() override;
  [[nodiscard]] bool AwaitsAnswer() const override { return session_.AwaitsAnswer(); }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return session_.TakeRetryAfter(); }
  [[nodiscard]] bool WantsInput(std::size_t) const override { return !leaving_; }
  void ReadInput() override { terminal_.Read(); }
  void Turn(const Now& now) override;
  [[nodiscard]] std::optional<MonotonicTime> deadline() const override { return leave_by_; }
  [[nodiscard]] bool patient() const override { return true; }
  [[nodiscard]] bool shows_connection() const override { return true; }
  void Stop() override { leaving_ = true; }
  std::optional<int> Finish(std::size_t unsent) override;
  void Abandon() override { terminal_.Leave(); }
  bool SayGoodbye() override;

 private:
  void Say(std::string text);
  void Print(const std::vector<Notice>& notices);

  Session session_;
  ServerLines server_lines_;
  Commands commands_;
  View view_;
  Terminal terminal_;
  Bell bell_;
  std::string server_;
  Now now_{};

  bool told_connected_ = false;
  bool told_lost_ = false;
  bool leaving_ = false;
  std::optional<MonotonicTime> leave_by_;
};

}  // namespace parley::client
