// parley_client as another program uses it: installed into a folder, found by CMake or by pkg-config, and
// linked into the bot of docs/example, which then talks to a real server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using ::testing::StartsWith;

// Runs a shell script that installs or compiles. That may take longer than anything a peer says.
void RunScript(const std::string& script) {
  constexpr int kTries = 15;
  Process shell({"/bin/sh", "-ec", script});
  int status = -1;
  for (int i = 0; i < kTries && status < 0; ++i) {
    try {
      status = shell.WaitForExit();
    } catch (const Failure&) {
    }
  }
  ASSERT_EQ(status, 0) << script << '\n' << shell.out().TakeAll() << shell.err().TakeAll();
}

class ClientLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    RunScript("cmake --install " PARLEY_BUILD " --component parley_client --prefix " + Prefix());
  }

  void Move(const std::string& name) {
    std::filesystem::rename(Prefix(), Path(name));
    prefix_ = name;
  }
  [[nodiscard]] std::string Prefix() const { return Path(prefix_); }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_.path() / name; }
  // What the compiler is told: where everything is, as pkg-config has it.
  [[nodiscard]] std::string Compile(const std::string& arguments) const {
    return "export PKG_CONFIG_PATH=" + Prefix() + "/" PARLEY_LIBDIR "/pkgconfig\n" +
           PARLEY_COMPILER " -std=c++20 " + arguments +
           " $(pkg-config --static --cflags --libs parley_client)";
  }

 private:
  TemporaryFolder folder_;
  std::string prefix_ = "prefix";
};

void ExpectToAnswer(const std::string& bot) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  Process program({bot, "127.0.0.1:" + std::to_string(server.port())});
  EXPECT_EQ(ana.NextEvent("member_joined")["member"]["name"], "bot");
  LinePeer ben(server.port(), "Ben");
  ben.Join("lobby");
  EXPECT_EQ(ana.NextEvent("message")["text"], "Welcome, Ben!");
  ana.Say("lobby", "!time");
  EXPECT_THAT(ana.NextEvent("message")["text"].Text(), StartsWith("Ana: 2"));
}

TEST_F(ClientLibrary, IsFoundByCMake) {
  RunScript("cmake -S " PARLEY_EXAMPLE " -B " + Path("bot") + " -DCMAKE_PREFIX_PATH=" + Prefix() +
            " -DCMAKE_CXX_COMPILER=" PARLEY_COMPILER "\ncmake --build " + Path("bot"));
  ExpectToAnswer(Path("bot/bot"));
}

TEST_F(ClientLibrary, IsFoundByPkgConfigAlsoAfterItsFolderWasMoved) {
  Move("moved");
  RunScript(Compile("-Wall -Wextra -Werror " PARLEY_EXAMPLE "/bot.cc -o " + Path("a.out")));
  ExpectToAnswer(Path("a.out"));
}

TEST_F(ClientLibrary, HasAllThatItsHeadersAndItsObjectsNeed) {
  namespace fs = std::filesystem;
  const fs::path headers = Prefix() + "/include/parley";
  std::ofstream source(Path("all.cc"));
  int count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(headers)) {
    if (!entry.is_regular_file()) continue;
    source << "#include \"" << fs::relative(entry.path(), headers).string() << "\"\n";
    ++count;
  }
  source << "int main() {}\n";
  source.close();
  EXPECT_GT(count, 30);
  RunScript(Compile(Path("all.cc") + " -o " + Path("all") + " -Wl,--whole-archive " + Prefix() +
                    "/" PARLEY_LIBDIR "/libparley_client.a -Wl,--no-whole-archive"));
}

}  // namespace
}  // namespace parley::test
