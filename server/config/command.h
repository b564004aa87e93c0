// Parses chat_server's subcommands: `user …`, `token …`, `export …`, `room …`, `backup …`, `restore …`,
// `status` and `check …`. They end at once and may run beside a server.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "server/config/config.h"

namespace parley {

struct UserCommand {
  enum class Verb { kAdd, kPassword, kList, kRemove };
  Verb verb = Verb::kList;
  std::string name;             // not with kList
  std::string role = "member";  // or `admin`; with kAdd only
  std::string data;
};

struct TokenCommand {
  std::string name;
  std::string role = "member";  // guest, member, host or admin
  std::optional<std::string> room;
  std::chrono::seconds life{};
  std::string data;
};

// Explains a token, and says whether a server with this folder and these options accepts it.
struct TokenCheckCommand {
  std::string file;  // or `-`: standard input
  std::string data;
  std::string jwt_key_file;  // empty: no portal's tokens are accepted
};

struct ExportCommand {
  std::string room;
  std::optional<std::string> since;  // a time, as people write it
  bool json_lines = false;           // or text
  // The id of the recording to make a video of, or `list`. Nothing: the messages are exported.
  std::optional<std::string> recording;
  std::string output;      // the video; empty: `ID.mp4` in the current folder
  std::string recordings;  // the server's folder of recordings
  std::string data;
};

struct RoomCommand {
  enum class Verb { kList, kShow, kRemove };
  Verb verb = Verb::kList;
  std::string room;  // not with kList
  std::string data;
};

struct BackupCommand {
  std::string folder;
  std::string data;
  std::string files;  // the server's --files; empty: it is in the data folder, or there are none
  // The server's --recordings; empty: it is in the data folder. With `off`, no recordings are copied.
  std::string recordings;
};

struct RestoreCommand {
  std::string folder;  // of the backup
  std::string data;
  std::string files;       // as above
  std::string recordings;  // as above
};

// Tells about the server that runs on the data folder.
struct StatusCommand {
  std::string data;
};

// Checks whether this machine is fit for a server with these options.
struct CheckCommand {
  Config config;
};

using Command = std::variant<UserCommand, TokenCommand, TokenCheckCommand, ExportCommand, RoomCommand,
                             BackupCommand, RestoreCommand, StatusCommand, CheckCommand, EndNow>;

// The subcommand that the arguments begin with. Nothing if they begin with none: then a server is asked for
// (ReadConfig). `data` comes from the same places as a server's.
std::optional<Command> ReadCommand(int argc, const char* const* argv);

// The end of the program for wrong options: one line, whatever `what` quotes.
EndNow UnusableOptions(const std::string& what);

}  // namespace parley
