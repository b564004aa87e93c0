// chat_server token --check: what a token is, and whether the server of this data folder accepts it.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/byte_order_mark.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/codec/visible.h"
#include "server/accounts/account_book.h"
#include "server/accounts/account_store.h"
#include "server/accounts/portal_key.h"
#include "server/accounts/tokens.h"
#include "server/admin/commands.h"
#include "server/data/data_folder.h"
#include "server/data/token_key.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using Signer = TokenReport::Signer;

// It can't be said.
struct Unreadable {
  std::string text;
};

// Far more than a token, or a link with one, has.
constexpr std::size_t kMostRead = 16 * limits::kTokenBytes;

// The file, or as much of it as may matter.
std::string ReadInput(const std::string& name) {
  std::FILE* const file = name == "-" ? stdin : std::fopen(name.c_str(), "rbe");
  if (file == nullptr)
    throw Unreadable{"the token " + name + " can't be read; name its file, or - for standard input"};
  std::string text(kMostRead, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  const bool failed = std::ferror(file) != 0;
  if (file != stdin) std::fclose(file);
  if (failed)
    throw Unreadable{"the token " + name + " can't be read; name its file, or - for standard input"};
  return text;
}

// The token in a text that people have: alone, or at the end of a link.
std::string_view TokenIn(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  constexpr std::string_view kInLink = "#token=";
  text = WithoutByteOrderMark(text);
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  text = text.substr(0, text.find_last_not_of(kSpace) + 1);
  if (const auto at = text.find(kInLink); at != std::string_view::npos)
    text.remove_prefix(at + kInLink.size());
  return text;
}

std::optional<PortalKey> ReadPortal(const std::string& file) {
  if (file.empty()) return std::nullopt;
  const auto text = ReadFile(file);
  if (!text) {
    throw Unreadable{"the key of the portal " + file +
                     " can't be read; check that it exists and that this user may read it"};
  }
  std::string error;
  auto key = ReadPortalKey(*text, error);
  if (!key) throw Unreadable{"the key of the portal " + file + ": " + error};
  return key;
}

// Where the server has made no key yet, no token can be its own: one by chance stands for it.
std::string ReadOwnKey(const std::string& folder) {
  std::error_code missing;
  if (!fs::is_directory(folder, missing)) {
    throw Unreadable{"there is no data folder " + folder + "; give the server's with --data DIR"};
  }
  if (!fs::exists(fs::path(folder) / "token.key", missing)) return RandomBytes(Tokens::kKeyBytes);
  std::string error;
  auto key = ReadTokenKey(folder, error);
  if (!key) throw Unreadable{error};
  return *key;
}

std::optional<Account> FindAccount(const std::string& folder, const protocol::Name& name) {
  const fs::path file = fs::path(folder) / AccountStore::kFile;
  std::error_code missing;
  if (!fs::exists(file, missing)) return std::nullopt;
  std::string error;
  const auto store = AccountStore::Open(file, error);
  if (!store) throw Unreadable{"can't use " + file.string() + ": " + error};
  auto account = store->Find(name.key, error);
  if (!error.empty()) throw Unreadable{"the accounts can't be read: " + error};
  return account;
}

const char* KindOf(Signer signer, const TokenContents& contents) {
  if (signer == Signer::kNobody) return "unknown: neither this server nor its portal signed it";
  if (signer == Signer::kPortal) return "made by the portal";
  if (contents.of_account) return "made by this server, so that an account stays signed in";
  if (contents.of_guest) return "made by this server, so that a guest keeps the name";
  if (contents.of_portal) return "made by this server, so that a person from the portal stays signed in";
  return "an invitation of this server";
}

void Print(const char* what, const std::string& value) {
  std::printf("%-6s %s\n", what, Visible(value).c_str());
}

void PrintContents(Signer signer, const TokenContents& contents) {
  Print("kind", KindOf(signer, contents));
  Print("signed", "with " + contents.algorithm);
  Print("name", contents.name.value_or("none"));
  Print("role", contents.role.value_or("member (it names no role)"));
  Print("room", contents.room ? *contents.room + ", and no other" : "any");
  if (contents.begins) Print("from", FormatTime(*contents.begins));
  Print("until", contents.expires ? FormatTime(*contents.expires) : "none");
}

// Whether the server takes it.
bool Check(const TokenCheckCommand& command) {
  const Tokens tokens(ReadOwnKey(command.data), ReadPortal(command.jwt_key_file));
  const std::string text = ReadInput(command.file);
  const std::string_view token = TokenIn(text);
  const TokenReport report = tokens.Examine(token, ReadSystemClock().wall);
  if (const auto contents = ReadContents(token)) PrintContents(report.signer, *contents);
  std::optional<TokenFault> fault = report.fault;
  if (report.claims)
    fault = FaultBesideAccount(*report.claims, FindAccount(command.data, report.claims->name));
  Print("taken", fault ? "no: " + fault->claim + ": " + fault->reason : "yes");
  return !fault;
}

}  // namespace

int Run(const TokenCheckCommand& command) {
  try {
    return Check(command) ? 0 : 1;
  } catch (const Unreadable& failure) {
    std::fprintf(stderr, "chat_server: %s\n", Visible(failure.text).c_str());
    return 1;
  }
}

}  // namespace parley
