// --keep of the real server: what is older is gone from its replies and from its files, and what is newer
// stays.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

bool FilesHave(const std::filesystem::path& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (bytes.find(text) != std::string::npos) return true;
  }
  return false;
}

std::vector<std::string> TextsIn(const Json& reply) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < reply["messages"].size(); ++i) {
    texts.push_back(reply["messages"][i]["text"].Text());
  }
  return texts;
}

// As if the message had been said so much earlier.
void Age(const std::filesystem::path& database, std::int64_t sequence, std::chrono::milliseconds time) {
  SQLite::Database messages(database.string(), SQLite::OPEN_READWRITE);
  SQLite::Statement age(messages, "UPDATE messages SET time = time - ? WHERE seq = ?");
  age.bind(1, static_cast<std::int64_t>(time.count()));
  age.bind(2, sequence);
  EXPECT_EQ(age.exec(), 1);
}

TEST(Keep, ExpiredMessagesGoFromRepliesAndFilesAndNewerOnesStay) {
  TemporaryFolder folder;
  const std::vector<std::string> arguments{"--data", folder.path().string(), "--tls", "off"};
  {
    ServerProcess server(arguments);
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
    ana.Say("hall", "first secret draft");
    ana.Ask("edit", {{"room", "hall"}, {"seq", 1}, {"text", "first secret told"}});
    ana.Say("hall", "second secret");
    ana.Say("hall", "almost too old");
    ana.Say("hall", "quite new");
    EXPECT_EQ(server.Stop(), 0);
  }
  const std::chrono::hours keep{30 * 24};
  for (const int sequence : {1, 2})
    Age(folder.path() / "messages.db", sequence, keep + std::chrono::hours(1));
  Age(folder.path() / "messages.db", 3, keep - std::chrono::hours(1));
  ASSERT_TRUE(FilesHave(folder.path(), "second secret"));

  auto keeping = arguments;
  keeping.insert(keeping.end(), {"--keep", "30d"});
  ServerProcess server(keeping);
  LinePeer ben(server.port(), "Ben");
  // Each request takes a turn of the server, in which it may do what is due.
  const Deadline deadline;
  while (FilesHave(folder.path(), "secret") && deadline.MillisecondsLeft() > 0) ben.Ask("ping");
  EXPECT_FALSE(FilesHave(folder.path(), "secret"));
  EXPECT_TRUE(FilesHave(folder.path(), "almost too old"));
  EXPECT_TRUE(FilesHave(folder.path(), "quite new"));

  const std::vector<std::string> kept{"almost too old", "quite new"};
  EXPECT_EQ(TextsIn(ben.Join("hall", {{"since", 0}})), kept);
  EXPECT_EQ(TextsIn(ben.Ask("history", {{"room", "hall"}})), kept);
  EXPECT_EQ(ben.Ask("search", {{"room", "hall"}, {"query", "secret"}})["messages"].size(), 0U);
  EXPECT_EQ(ben.Ask("search", {{"room", "hall"}, {"query", "new"}})["messages"].size(), 1U);
}

}  // namespace
}  // namespace parley::test
