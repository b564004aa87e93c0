#include "server/admin/commands.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/codec/visible.h"
#include "common/protocol/names.h"
#include "server/accounts/account_store.h"
#include "server/accounts/passwords.h"
#include "server/accounts/tokens.h"
#include "server/admin/backup.h"
#include "server/admin/checks.h"
#include "server/admin/export_command.h"
#include "server/admin/failure.h"
#include "server/admin/new_password.h"
#include "server/admin/status.h"
#include "server/data/data_folder.h"
#include "server/data/token_key.h"
#include "server/hub/directory.h"
#include "server/store/room_archive.h"
#include "server/store/sqlite_log.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

protocol::Name PersonNamed(const std::string& text) {
  auto name = protocol::PersonName(text);
  if (!name) {
    throw Failure{
        2,
        "a name has 1 to 32 characters, none of them invisible, and no space at an end; choose another "
        "name than '" +
            text + "'"};
  }
  return *name;
}

void MakeFolder(const std::string& folder) {
  std::string error;
  if (!MakeDataFolder(folder, error)) {
    throw Failure{1,
                  "can't make the data folder " + folder + ": " + error + "; choose another with --data DIR"};
  }
}

std::unique_ptr<AccountStore> OpenStore(const std::string& folder) {
  if (std::error_code failed; !fs::is_directory(folder, failed)) {
    throw Failure{1, "there is no data folder " + folder + "; give the server's with --data DIR"};
  }
  const fs::path file = fs::path(folder) / AccountStore::kFile;
  std::string error;
  auto store = AccountStore::Open(file, error);
  if (!store) throw Failure{1, "can't use " + file.string() + ": " + error};
  return store;
}

std::optional<Account> Find(AccountStore& store, const protocol::Name& name) {
  std::string error;
  auto account = store.Find(name.key, error);
  if (!error.empty()) throw Failure{1, "the accounts can't be read: " + error};
  return account;
}

std::string NewPasswordHash(const protocol::Name& name) {
  std::string error;
  const auto password = ReadNewPassword(name.shown, error);
  if (!password) throw Failure{1, error};
  std::string hash = HashPassword(*password);
  if (hash.empty()) throw Failure{1, "not enough memory to hash the password; free 64 MiB"};
  return hash;
}

void RequireAccount(AccountStore& store, const protocol::Name& name) {
  if (!Find(store, name)) {
    throw Failure{1, "there is no account '" + name.shown + "'; chat_server user list shows existing ones"};
  }
}

void Add(const UserCommand& command) {
  const protocol::Name name = PersonNamed(command.name);
  if (Directory::IsGuestName(name)) {
    throw Failure{2, "names like guest-1 are for people without a name; choose another name"};
  }
  MakeFolder(command.data);
  const auto store = OpenStore(command.data);
  if (Find(*store, name)) {
    throw Failure{1, "there is an account '" + name.shown +
                         "' already; change its password with chat_server user password"};
  }
  const Account account{.name = name,
                        .role = *protocol::RoleFromString(command.role),
                        .password = NewPasswordHash(name),
                        .generation = "",
                        .created = ReadSystemClock().wall};
  std::string error;
  if (!store->Add(account, error)) throw Failure{1, "the account was not added: " + error};
}

void SetPassword(const UserCommand& command) {
  const protocol::Name name = PersonNamed(command.name);
  const auto store = OpenStore(command.data);
  RequireAccount(*store, name);
  std::string error;
  if (!store->SetPassword(name, NewPasswordHash(name), error)) {
    throw Failure{1, "the password was not changed: " + error};
  }
}

void Remove(const UserCommand& command) {
  const protocol::Name name = PersonNamed(command.name);
  const auto store = OpenStore(command.data);
  RequireAccount(*store, name);
  std::string error;
  if (!store->Remove(name, error)) throw Failure{1, "the account was not removed: " + error};
}

void List(const UserCommand& command) {
  std::string error;
  const auto accounts = OpenStore(command.data)->List(error);
  if (!error.empty()) throw Failure{1, "the accounts can't be read: " + error};
  for (const Account& account : accounts) {
    std::printf("%s\t%s\t%s\n", account.name.shown.c_str(), std::string(ToString(account.role)).c_str(),
                FormatTime(account.created).c_str());
  }
}

void CarryOut(const UserCommand& command) {
  switch (command.verb) {
    case UserCommand::Verb::kAdd:
      return Add(command);
    case UserCommand::Verb::kPassword:
      return SetPassword(command);
    case UserCommand::Verb::kList:
      return List(command);
    case UserCommand::Verb::kRemove:
      return Remove(command);
  }
}

void CarryOut(const TokenCommand& command) {
  Claims claims{.name = PersonNamed(command.name),
                .role = *protocol::RoleFromString(command.role),
                .room = {},
                .expires = {},
                .guest = "",
                .generation = "",
                .invitation = true};
  if (command.room) claims.room = RoomNamed(*command.room);
  MakeFolder(command.data);
  if (Find(*OpenStore(command.data), claims.name)) {
    throw Failure{1, "'" + claims.name.shown +
                         "' has an account, which signs in with its password; choose another name"};
  }
  std::string error;
  const auto key = ReadTokenKey(command.data, error);
  if (!key) throw Failure{1, error};
  const WallTime now = ReadSystemClock().wall;
  claims.expires = std::chrono::floor<std::chrono::seconds>(now) + command.life;
  std::puts(Tokens(*key).Mint(claims, now).c_str());
}

// What newcomers meet there.
std::string SettingsOf(const RoomSettings& room) {
  std::string words;
  const auto add = [&](bool is, const char* word) {
    if (is) words += (words.empty() ? "" : ", ") + std::string(word);
  };
  add(room.locked, "locked");
  add(!room.password.empty(), "password");
  add(room.waiting_room, "waiting room");
  add(!room.allow.microphone, "no microphones");
  add(!room.allow.camera, "no cameras");
  add(!room.allow.screen, "no screens");
  add(!room.allow.chat, "no chat");
  return words.empty() ? "-" : words;
}

// The accounts by name; guests have none beyond their stay.
std::string HostsOf(const RoomSettings& room) {
  constexpr std::string_view kAccount = "account:";
  std::string words;
  std::size_t guests = 0;
  for (const KnownHosts::Host& host : room.known_hosts.all()) {
    const std::string& identity = host.identity;
    if (!identity.starts_with(kAccount)) {
      ++guests;
    } else {
      words += (words.empty() ? "" : ", ") + identity.substr(kAccount.size());
    }
  }
  if (guests > 0) {
    words += (words.empty() ? "" : " and ") + std::to_string(guests) + (guests == 1 ? " guest" : " guests");
  }
  return words.empty() ? "-" : words;
}

std::string LastUseOf(const RoomFacts& room) {
  return FormatTime(room.last_use);
}

void ListRooms(RoomArchive& rooms) {
  std::string error;
  const std::vector<RoomFacts> all = rooms.List(error);
  if (!error.empty()) throw Failure{1, "the rooms can't be read: " + error};
  for (const RoomFacts& room : all) {
    std::printf("%s\t%llu\t%s\t%s\t%s\n", Visible(room.settings.name.shown).c_str(),
                static_cast<unsigned long long>(room.messages), LastUseOf(room).c_str(),
                SettingsOf(room.settings).c_str(), HostsOf(room.settings).c_str());
  }
}

void ShowRoom(RoomArchive& rooms, const protocol::Name& name) {
  std::string error;
  const auto room = rooms.Find(name.key, error);
  if (!error.empty()) throw Failure{1, "the room can't be read: " + error};
  if (!room)
    throw Failure{1, "there is no room '" + name.shown + "'; chat_server room list shows existing ones"};
  const RoomSettings& settings = room->settings;
  std::string banned;
  for (const Ban& ban : settings.bans) banned += (banned.empty() ? "" : ", ") + ban.name.shown;
  const auto line = [](const char* what, const std::string& text) {
    std::printf("%s: %s\n", what, Visible(text).c_str());  // one line, whatever a topic has in it
  };
  line("name", settings.name.shown);
  line("topic", settings.topic.empty() ? "-" : settings.topic);
  line("messages", std::to_string(room->messages));
  line("last use", LastUseOf(*room));
  line("settings", SettingsOf(settings));
  line("hosts", HostsOf(settings));
  line("muted", std::to_string(settings.muted_identities.all().size()));
  line("banned", banned.empty() ? "-" : banned);
}

void RemoveRoom(const RoomCommand& command, const protocol::Name& name) {
  std::string error;
  const auto folder = DataFolder::Open(command.data, error);
  if (!folder) {
    throw Failure{1, "can't use the data folder " + command.data + ": " + error +
                         "; a room can only be removed while no server runs"};
  }
  const auto rooms = RoomArchive::Open(fs::path(command.data) / SqliteLog::kFile, error);
  if (!rooms) throw Failure{1, "can't use " + command.data + ": " + error};
  const bool removed = rooms->Remove(name.key, error);
  if (!error.empty()) throw Failure{1, "the room was not removed: " + error};
  if (!removed) {
    throw Failure{1, "there is no room '" + name.shown + "'; chat_server room list shows existing ones"};
  }
}

void CarryOut(const RoomCommand& command) {
  const fs::path file = fs::path(command.data) / SqliteLog::kFile;
  if (std::error_code missing; !fs::exists(file, missing)) {
    throw Failure{1, "there is no " + file.string() + "; give the server's data folder with --data DIR"};
  }
  if (command.verb == RoomCommand::Verb::kRemove) return RemoveRoom(command, RoomNamed(command.room));
  std::string error;
  const auto rooms = RoomArchive::Open(file, error);
  if (!rooms) throw Failure{1, "can't read " + file.string() + ": " + error};
  if (command.verb == RoomCommand::Verb::kShow) return ShowRoom(*rooms, RoomNamed(command.room));
  ListRooms(*rooms);
}

void TellCopied(const char* what, const Manifest& manifest, const std::string& where) {
  std::printf("%s: %zu files, %llu bytes, in %s\n", what, manifest.files.size(),
              static_cast<unsigned long long>(manifest.bytes()), Visible(where).c_str());
}

bool IsOutside(const std::string& folder, const std::string& data) {
  const fs::path from_data = fs::absolute(folder).lexically_relative(fs::absolute(data));
  return from_data.empty() || *from_data.begin() == "..";
}

// Files and recordings have folders of their own only if these are not in the data folder.
template <typename Command>
ServerFolders FoldersOf(const Command& command) {
  ServerFolders folders{.data = command.data};
  if (!command.files.empty() && IsOutside(command.files, command.data)) folders.files = command.files;
  if (command.recordings == "off") {
    folders.with_recordings = false;
  } else if (!command.recordings.empty() && IsOutside(command.recordings, command.data)) {
    folders.recordings = command.recordings;
  }
  return folders;
}

void CarryOut(const BackupCommand& command) {
  std::string error;
  const auto manifest = BackUp(FoldersOf(command), command.folder, error);
  if (!manifest) throw Failure{1, "no backup was made: " + error};
  TellCopied("backed up and checked", *manifest, command.folder);
}

void CarryOut(const RestoreCommand& command) {
  std::string error;
  const auto manifest = Restore(command.folder, FoldersOf(command), error);
  if (!manifest) throw Failure{1, "nothing was restored: " + error};
  TellCopied("checked and restored", *manifest, command.data);
}

void CarryOut(const StatusCommand& command) {
  std::string error;
  const auto status = StatusOf(command.data, error);
  if (!status) throw Failure{1, error};
  std::fputs(status->c_str(), stdout);
}

template <typename Command>
int RunAny(const Command& command) {
  try {
    CarryOut(command);
    return 0;
  } catch (const Failure& failure) {
    std::fprintf(stderr, "chat_server: %s\n", Visible(failure.text).c_str());
    return failure.status;
  }
}

}  // namespace

int Run(const UserCommand& command) {
  return RunAny(command);
}

int Run(const TokenCommand& command) {
  return RunAny(command);
}

int Run(const ExportCommand& command) {
  return RunAny(command);
}

int Run(const RoomCommand& command) {
  return RunAny(command);
}

int Run(const BackupCommand& command) {
  return RunAny(command);
}

int Run(const RestoreCommand& command) {
  return RunAny(command);
}

int Run(const StatusCommand& command) {
  return RunAny(command);
}

int Run(const CheckCommand& command) {
  int status = 0;
  for (const Finding& finding : CheckMachine(command.config)) {
    std::printf("%s\n", Visible(ToLine(finding)).c_str());
    if (finding.grade == Finding::Grade::kProblem) status = 1;
  }
  return status;
}

}  // namespace parley
