#include "server/config/command.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace parley {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Verb = UserCommand::Verb;

// Each test begins with none of the variables in the environment, and leaves none.
class CommandTest : public testing::Test {
 protected:
  CommandTest() { Clear(); }
  ~CommandTest() override {
    Clear();
    if (!file_.empty()) unlink(file_.c_str());
  }
  CommandTest(const CommandTest&) = delete;
  CommandTest& operator=(const CommandTest&) = delete;

  static std::optional<Command> Read(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "chat_server");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ReadCommand(static_cast<int>(argv.size()), argv.data());
  }
  template <typename Kind>
  static Kind Good(const std::vector<std::string>& arguments) {
    const auto command = Read(arguments);
    if (command && std::holds_alternative<Kind>(*command)) return std::get<Kind>(*command);
    ADD_FAILURE() << testing::PrintToString(arguments)
                  << (command && std::holds_alternative<EndNow>(*command) ? std::get<EndNow>(*command).text
                                                                          : "");
    return Kind();
  }
  static UserCommand User(const std::vector<std::string>& arguments) { return Good<UserCommand>(arguments); }
  static TokenCommand Token(const std::vector<std::string>& arguments) {
    return Good<TokenCommand>(arguments);
  }
  static ExportCommand Export(const std::vector<std::string>& arguments) {
    return Good<ExportCommand>(arguments);
  }
  // What is wrong with them: the line for stderr.
  static std::string Wrong(const std::vector<std::string>& arguments) {
    const auto command = Read(arguments);
    if (!command || !std::holds_alternative<EndNow>(*command)) return "nothing is wrong";
    const EndNow& end = std::get<EndNow>(*command);
    EXPECT_EQ(end.status, 2);
    EXPECT_THAT(end.text, AllOf(StartsWith("chat_server: "), EndsWith("\n")));
    EXPECT_EQ(std::ranges::count(end.text, '\n'), 1) << "one line: " << end.text;
    return end.text;
  }
  std::string File(const std::string& text) {
    file_ = testing::TempDir() + "parley_command_test_" + std::to_string(getpid());
    std::ofstream(file_) << text;
    return file_;
  }

 private:
  static void Clear() {
    for (const char* name : {"PARLEY_DATA", "PARLEY_CONFIG", "XDG_DATA_HOME"}) unsetenv(name);
    setenv("HOME", "/home/ana", 1);
  }
  std::string file_;
};

TEST_F(CommandTest, ArgumentsWithoutACommandStartAServer) {
  EXPECT_FALSE(Read({}));
  EXPECT_FALSE(Read({"--memory"}));
  EXPECT_FALSE(Read({"users"}));
  EXPECT_FALSE(Read({"--data", "user"}));
}

TEST_F(CommandTest, UserHasFourVerbs) {
  const UserCommand add = User({"user", "add", "Ana Maria", "--role", "admin", "--data", "/d"});
  EXPECT_EQ(add.verb, Verb::kAdd);
  EXPECT_EQ(add.name, "Ana Maria");
  EXPECT_EQ(add.role, "admin");
  EXPECT_EQ(add.data, "/d");
  EXPECT_EQ(User({"user", "add", "ana"}).role, "member");
  EXPECT_EQ(User({"user", "password", "ana"}).verb, Verb::kPassword);
  EXPECT_EQ(User({"user", "remove", "ana"}).verb, Verb::kRemove);
  EXPECT_EQ(User({"user", "list"}).verb, Verb::kList);
}

TEST_F(CommandTest, OptionsMayStandAnywhereAfterTheCommand) {
  EXPECT_EQ(User({"user", "--data=/d", "add", "ana"}).name, "ana");
  EXPECT_EQ(User({"user", "add", "--data", "/d", "--", "-ana"}).name, "-ana");
}

TEST_F(CommandTest, TokenTakesANameRoleRoomAndLife) {
  const TokenCommand token =
      Token({"token", "ana", "--role", "host", "--room", "hall", "--ttl", "90s", "--data", "/d"});
  EXPECT_EQ(token.name, "ana");
  EXPECT_EQ(token.role, "host");
  EXPECT_EQ(token.room, "hall");
  EXPECT_EQ(token.life, std::chrono::seconds(90));
  EXPECT_EQ(token.data, "/d");
  const TokenCommand plain = Token({"token", "ana"});
  EXPECT_EQ(plain.role, "member");
  EXPECT_FALSE(plain.room);
  EXPECT_EQ(plain.life, std::chrono::hours(8));
}

TEST_F(CommandTest, ALifeHasAUnit) {
  using std::chrono::seconds;
  EXPECT_EQ(Token({"token", "ana", "--ttl", "2m"}).life, seconds(120));
  EXPECT_EQ(Token({"token", "ana", "--ttl", "2h"}).life, seconds(7'200));
  EXPECT_EQ(Token({"token", "ana", "--ttl", "2d"}).life, seconds(172'800));
  EXPECT_EQ(Token({"token", "ana", "--ttl", "3653d"}).life, std::chrono::days(3653));
  for (const char* life : {"", "2", "h", "2w", "2hh", "0s", "-1s", "1.5h", "2 h", "3654d",
                           "99999999999999999999d", "9223372036854775807d"}) {
    EXPECT_THAT(Wrong({"token", "ana", std::string("--ttl=") + life}), HasSubstr("--ttl")) << life;
  }
}

TEST_F(CommandTest, TokenCheckTakesAFileAndWhatTheServerHas) {
  const auto check = Good<TokenCheckCommand>({"token", "--check", "t", "--data", "/d", "--jwt-key", "/k"});
  EXPECT_EQ(check.file, "t");
  EXPECT_EQ(check.data, "/d");
  EXPECT_EQ(check.jwt_key_file, "/k");
  const std::string file = File("data = /of/file\njwt-key = /key/of/file\n");
  const auto of_file = Good<TokenCheckCommand>({"token", "--check", "-", "--config", file});
  EXPECT_EQ(of_file.file, "-");
  EXPECT_EQ(of_file.data, "/of/file");
  EXPECT_EQ(of_file.jwt_key_file, "/key/of/file");
  EXPECT_THAT(Wrong({"token", "ana", "--check", "t"}), HasSubstr("token --check FILE"));
  EXPECT_THAT(Wrong({"token", "--check", "t", "--role", "host"}), HasSubstr("leave out --role"));
  EXPECT_THAT(Wrong({"token", "ana", "--jwt-key", "/k"}), HasSubstr("--check only"));
}

TEST_F(CommandTest, MissingOrExtraArgumentsAreReported) {
  EXPECT_THAT(Wrong({"user"}), HasSubstr("add, password, list or remove"));
  EXPECT_THAT(Wrong({"user", "frob"}), HasSubstr("'frob'"));
  EXPECT_THAT(Wrong({"user", "add"}), HasSubstr("user add NAME"));
  EXPECT_THAT(Wrong({"user", "add", "ana", "maria"}), HasSubstr("user add NAME"));
  EXPECT_THAT(Wrong({"user", "list", "ana"}), HasSubstr("user list"));
  EXPECT_THAT(Wrong({"token"}), HasSubstr("token NAME"));
  EXPECT_THAT(Wrong({"token", "ana", "maria"}), HasSubstr("token NAME"));
}

TEST_F(CommandTest, ARoleIsOneOfThoseThereAre) {
  for (const char* role : {"guest", "member", "host", "admin"}) {
    EXPECT_EQ(Token({"token", "ana", "--role", role}).role, role);
  }
  EXPECT_THAT(Wrong({"token", "ana", "--role", "root"}), HasSubstr("'root'"));
  EXPECT_THAT(Wrong({"user", "add", "ana", "--role", "host"}), HasSubstr("'host'"));
  EXPECT_THAT(Wrong({"user", "remove", "ana", "--role", "admin"}), HasSubstr("user add only"));
}

TEST_F(CommandTest, AnUnknownOptionIsReported) {
  EXPECT_THAT(Wrong({"user", "list", "--memory"}), HasSubstr("memory"));
  EXPECT_THAT(Wrong({"user", "add", "ana", "--ttl", "8h"}), HasSubstr("ttl"));
  EXPECT_THAT(Wrong({"token", "ana", "--data"}), HasSubstr("data"));
  EXPECT_THAT(Wrong({"user", "fr\nob"}), HasSubstr("fr^Job"));
}

TEST_F(CommandTest, TheDataFolderIsFoundAsAServerFindsIt) {
  EXPECT_EQ(User({"user", "list"}).data, "/home/ana/.local/share/parley");
  setenv("XDG_DATA_HOME", "/srv", 1);
  EXPECT_EQ(Token({"token", "ana"}).data, "/srv/parley");
  const std::string file = File("data = /of/file\nrate = 7\n");
  EXPECT_EQ(User({"user", "list", "--config", file}).data, "/of/file");
  setenv("PARLEY_CONFIG", file.c_str(), 1);
  EXPECT_EQ(User({"user", "list"}).data, "/of/file");
  setenv("PARLEY_DATA", "/of/environment", 1);
  EXPECT_EQ(User({"user", "list"}).data, "/of/environment");
  EXPECT_EQ(User({"user", "list", "--data", "/mine"}).data, "/mine");
}

TEST_F(CommandTest, ThereMustBeAFolder) {
  EXPECT_THAT(Wrong({"user", "list", "--config", "/nowhere/at/all"}), HasSubstr("/nowhere/at/all"));
  unsetenv("HOME");
  EXPECT_THAT(Wrong({"user", "list"}), HasSubstr("--data"));
}

TEST_F(CommandTest, AnExportNamesItsRoom) {
  const ExportCommand plain = Export({"export", "--room", "Blue Room", "--data", "/d"});
  EXPECT_EQ(plain.room, "Blue Room");
  EXPECT_FALSE(plain.since);
  EXPECT_FALSE(plain.json_lines);
  EXPECT_EQ(plain.data, "/d");
  const ExportCommand more =
      Export({"export", "--room", "x", "--since", "2026-11-23", "--format", "jsonl", "--data", "/d"});
  EXPECT_EQ(more.since, "2026-11-23");
  EXPECT_TRUE(more.json_lines);
  EXPECT_THAT(Wrong({"export"}), HasSubstr("export --room ROOM"));
  EXPECT_THAT(Wrong({"export", "--room", "x", "y"}), HasSubstr("export --room ROOM"));
  EXPECT_THAT(Wrong({"export", "--room", "x", "--format", "csv"}), HasSubstr("'csv'"));
}

TEST_F(CommandTest, AnExportOfARecordingNamesItAndTheVideo) {
  EXPECT_FALSE(Export({"export", "--room", "x", "--data", "/d"}).recording);
  const ExportCommand video = Export({"export", "--room", "x", "--recording", "2026-a", "--data", "/d"});
  EXPECT_EQ(video.recording, "2026-a");
  EXPECT_EQ(video.output, "");
  EXPECT_EQ(video.recordings, "/d/recordings");
  EXPECT_EQ(Export({"export", "--room", "x", "--recording", "list", "--recordings", "/r"}).recordings, "/r");
  EXPECT_EQ(Export({"export", "--room", "x", "--recording", "i", "--output", "v.mp4"}).output, "v.mp4");
  const std::string file = File("recordings = /of/file\n");
  EXPECT_EQ(Export({"export", "--room", "x", "--recording", "i", "--config", file}).recordings, "/of/file");
  // Such a server may have earlier recordings.
  const std::string off = File("recordings = off\n");
  EXPECT_EQ(Export({"export", "--room", "x", "--recording", "i", "--data", "/d", "--config", off}).recordings,
            "/d/recordings");
  EXPECT_THAT(Wrong({"export", "--room", "x", "--output", "v.mp4"}), HasSubstr("--recording only"));
  EXPECT_THAT(Wrong({"export", "--room", "x", "--recording", "i", "--since", "2026-01-31"}),
              HasSubstr("--since"));
  EXPECT_THAT(Wrong({"export", "--room", "x", "--recording", "list", "--output", "v"}),
              HasSubstr("--output"));
  EXPECT_THAT(Wrong({"export", "--room", "x", "--recording", "i", "--recordings", "off"}),
              HasSubstr("is off"));
}

TEST_F(CommandTest, ACheckTakesTheOptionsOfAStart) {
  const auto command = Read({"check", "--plain", "127.0.0.1:81", "--memory"});
  ASSERT_TRUE(command && std::holds_alternative<CheckCommand>(*command));
  const Config& config = std::get<CheckCommand>(*command).config;
  EXPECT_TRUE(config.memory);
  EXPECT_EQ(config.plain, (Endpoint{"127.0.0.1", 81}));
  EXPECT_THAT(Wrong({"check", "--rat", "7"}), HasSubstr("rat"));
}

TEST_F(CommandTest, RoomTakesAVerbAndARoom) {
  const auto room = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", "/d"});
    return std::get<RoomCommand>(*Read(arguments));
  };
  EXPECT_EQ(room({"room", "list"}).verb, RoomCommand::Verb::kList);
  EXPECT_EQ(room({"room", "show", "Blue Room"}).room, "Blue Room");
  EXPECT_EQ(room({"room", "remove", "x"}).verb, RoomCommand::Verb::kRemove);
  EXPECT_EQ(room({"room", "remove", "x"}).data, "/d");
  EXPECT_THAT(Wrong({"room"}), HasSubstr("list, show or remove"));
  EXPECT_THAT(Wrong({"room", "list", "x"}), HasSubstr("room list"));
  EXPECT_THAT(Wrong({"room", "show"}), HasSubstr("room show ROOM"));
}

TEST_F(CommandTest, BackupAndRestoreTakeAFolderAndStatusTakesNone) {
  const auto backup = Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d"});
  EXPECT_EQ(backup.folder, "/mnt/copy");
  EXPECT_EQ(backup.data, "d");
  const auto restore = Good<RestoreCommand>({"restore", "--data", "d", "/mnt/copy"});
  EXPECT_EQ(restore.folder, "/mnt/copy");
  EXPECT_EQ(restore.data, "d");
  EXPECT_EQ(Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d"}).files, "");
  EXPECT_EQ(Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d", "--files", "off"}).files, "");
  EXPECT_EQ(Good<RestoreCommand>({"restore", "/mnt/copy", "--data", "d", "--files", "f"}).files, "f");
  EXPECT_EQ(Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d"}).recordings, "");
  EXPECT_EQ(Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d", "--recordings", "r"}).recordings, "r");
  EXPECT_EQ(Good<RestoreCommand>({"restore", "/mnt/copy", "--data", "d", "--recordings", "off"}).recordings,
            "off");
  const std::string off = File("recordings = off\n");
  EXPECT_EQ(Good<BackupCommand>({"backup", "/mnt/copy", "--data", "d", "--config", off}).recordings, "");
  EXPECT_EQ(Good<RestoreCommand>({"restore", "/mnt/copy", "--data", "d", "--config", off}).recordings, "");
  EXPECT_EQ(Good<StatusCommand>({"status", "--data", "d"}).data, "d");
  EXPECT_THAT(Wrong({"backup", "--data", "d"}), HasSubstr("backup FOLDER"));
  EXPECT_THAT(Wrong({"restore", "a", "b", "--data", "d"}), HasSubstr("restore FOLDER"));
  EXPECT_THAT(Wrong({"status", "now", "--data", "d"}), HasSubstr("chat_server status"));
}

TEST_F(CommandTest, HelpAndVersionEndWithSuccess) {
  for (const char* command : {"user", "token", "export", "room", "backup", "restore", "status"}) {
    const auto help = Read({command, "--help"});
    ASSERT_TRUE(help && std::holds_alternative<EndNow>(*help));
    EXPECT_EQ(std::get<EndNow>(*help).status, 0);
    EXPECT_THAT(std::get<EndNow>(*help).text, AllOf(HasSubstr("--data DIR"), HasSubstr("user add NAME")));
    const auto version = Read({command, "--version"});
    ASSERT_TRUE(version && std::holds_alternative<EndNow>(*version));
    EXPECT_EQ(std::get<EndNow>(*version).text, "chat_server " PARLEY_VERSION "\n");
  }
}

}  // namespace
}  // namespace parley
