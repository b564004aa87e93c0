#include "client/app.h"

#include <unistd.h>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "client/link/trust.h"
#include "client/modes/json_mode.h"
#include "client/modes/loop.h"
#include "client/modes/pipe_mode.h"
#include "client/modes/raw_mode.h"
#include "client/modes/terminal_mode.h"
#include "client/ui/output.h"
#include "client/ui/password.h"
#include "common/base/random.h"
#include "common/codec/visible.h"
#include "common/io/ask_password.h"

namespace parley::client {
namespace {

constexpr int kUnusable = 2;
// Shown on entering a room at a terminal.
constexpr std::size_t kRecent = 20;
// Enough that no two clients ever have the same.
constexpr std::size_t kIdPrefixBytes = 12;

std::function<double()> SystemRandom() {
  return [engine = std::mt19937_64(std::random_device{}()),
          zero_to_one = std::uniform_real_distribution<double>()]() mutable { return zero_to_one(engine); };
}

// Nothing where the options ask for a secret that can't be had; that was told then.
std::optional<Credentials> TakeCredentials(const Options& options) {
  Credentials credentials{.name = options.name, .user = options.user};
  if (options.token_file) {
    credentials.token = ReadSecret(*options.token_file);
    if (credentials.token) return credentials;
    TellError("there is no token in " + *options.token_file + "; write it into the first line");
    return std::nullopt;
  }
  if (!options.user) return credentials;
  credentials.password = options.password_file ? ReadSecret(*options.password_file)
                                               : AskPassword("Password of " + Visible(*options.user) + ": ");
  if (credentials.password) return credentials;
  TellError(options.password_file
                ? "there is no password in " + *options.password_file + "; write it into the first line"
                : "no password was given; enter it on a terminal, or use --password-file FILE");
  return std::nullopt;
}

std::unique_ptr<Mode> MakeMode(const Options& options, Credentials credentials, const Trust* trust,
                               Waker& waker) {
  const bool terminal_in = ::isatty(STDIN_FILENO) == 1;
  const bool terminal = terminal_in && ::isatty(STDOUT_FILENO) == 1;
  if (options.raw) return std::make_unique<RawMode>(terminal_in);
  if (options.json) return std::make_unique<JsonMode>(std::move(credentials), options.room, terminal_in);
  Session::Settings settings{.credentials = std::move(credentials),
                             .may_rename = terminal,
                             .room = options.room,
                             .only_room = !terminal,
                             .id_prefix = RandomToken(kIdPrefixBytes),
                             .recent = terminal ? kRecent : 0};
  if (!terminal) return std::make_unique<PipeMode>(std::move(settings));
  return std::make_unique<TerminalMode>(std::move(settings), options.server,
                                        TerminalMode::Look{options.bell, options.numbers}, waker,
                                        Connecting{SystemRandom(), trust});
}

}  // namespace

int Run(const Options& options) {
  std::optional<Credentials> credentials = TakeCredentials(options);
  if (!credentials) return kUnusable;
  std::optional<Trust> trust;
  if (options.tls) {
    std::string error;
    trust = Trust::Make(options.ca_file, options.pin, error);
    if (!trust) {
      TellError("the CAs in " + options.ca_file + " can't be used: " + error + "; name a PEM file with --ca");
      return kUnusable;
    }
  }
  Waker waker;
  if (waker.error())
    return TellError("cannot create a pipe: " + waker.error().message() + "; raise ulimit -n");
  const std::unique_ptr<Mode> mode =
      MakeMode(options, std::move(*credentials), trust ? &*trust : nullptr, waker);
  return Loop(*mode, waker, options.server, SystemRandom(), trust ? &*trust : nullptr,
              options.user.has_value())
      .Run();
}

}  // namespace parley::client
