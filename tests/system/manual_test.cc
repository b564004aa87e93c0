// What the programs print about themselves is understood by those that read it: roff and three shells.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Looked for in PATH, if it is not a path.
std::vector<std::string> Found(std::vector<std::string> command) {
  command.insert(command.begin(), "/usr/bin/env");
  return command;
}

// What a program prints; it must end well.
std::string Printed(const std::vector<std::string>& command) {
  Process process(Found(command));
  process.CloseStdin();
  EXPECT_EQ(process.WaitForExit(), 0) << command.front() << ": " << process.err().TakeAll();
  return process.out().TakeAll();
}

class ManualTest : public testing::TestWithParam<std::string> {
 protected:
  // The path of a file with what chat_server or chat_client, as the parameter says, prints for `option`.
  std::string FileOf(const std::vector<std::string>& option) {
    std::vector<std::string> command{GetParam() == "chat_server" ? ChatServerPath() : PARLEY_CHAT_CLIENT};
    command.insert(command.end(), option.begin(), option.end());
    const std::string path = (folder_.path() / "text").string();
    std::ofstream(path) << Printed(command);
    return path;
  }
  // What bash offers for the last of `words`.
  std::string OfferedByBash(const std::string& words) {
    return Printed({"bash", "-c",
                    "source \"$0\"; COMP_WORDS=(" + words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _" +
                        GetParam() + " 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"",
                    FileOf({"--completion", "bash"})});
  }
  // What fish offers for the end of `line`.
  std::string OfferedByFish(const std::string& line) {
    return Printed({"HOME=" + folder_.path().string(), "fish", "--no-config", "-c",
                    "source $argv[1]; complete -C $argv[2]", FileOf({"--completion", "fish"}), line});
  }

  TemporaryFolder folder_;
};

TEST_P(ManualTest, RoffReadsTheManualWithoutAWarning) {
  Process groff(Found({"groff", "-man", "-ww", "-z", "-Tutf8", FileOf({"--manual"})}));
  EXPECT_EQ(groff.WaitForExit(), 0);
  EXPECT_THAT(groff.err().TakeAll(), IsEmpty());
}

TEST_P(ManualTest, BashCompletesOptions) {
  EXPECT_THAT(OfferedByBash(GetParam() + " --com"), HasSubstr("--completion\n"));
  EXPECT_EQ(OfferedByBash(GetParam() + " --completion b"), "bash\n");
  EXPECT_EQ(OfferedByBash(GetParam() + " --completion = f"), "fish\n");
}

TEST_P(ManualTest, FishCompletesOptions) {
  EXPECT_THAT(OfferedByFish(GetParam() + " --compl"), HasSubstr("--completion"));
  EXPECT_THAT(OfferedByFish(GetParam() + " --completion z"), HasSubstr("zsh"));
}

// Its function is asked for what it would tell zsh.
TEST_P(ManualTest, ZshReadsTheOptions) {
  const std::string specs =
      Printed({"zsh", "-f", "-c",
               "autoload -Uz compinit; compinit -u -D; source $1; [[ $_comps[$2] == _$2 ]] || exit 1; "
               "_arguments() { print -rl -- $@ }; words=($2 --); CURRENT=2; _$2",
               "zsh", FileOf({"--completion", "zsh"}), GetParam()});
  EXPECT_THAT(specs, HasSubstr("--completion=[print a script for a shell, to complete this command line]:"
                               "bash|zsh|fish:(bash zsh fish)\n"));
}

INSTANTIATE_TEST_SUITE_P(Programs, ManualTest, testing::Values("chat_server", "chat_client"),
                         [](const auto& program) { return program.param; });

class ServerManualTest : public ManualTest {};

TEST_P(ServerManualTest, RoffReadsThePageOfTheConfigurationWithoutAWarning) {
  Process groff(Found({"groff", "-man", "-ww", "-z", "-Tutf8", FileOf({"--config-manual"})}));
  EXPECT_EQ(groff.WaitForExit(), 0);
  EXPECT_THAT(groff.err().TakeAll(), IsEmpty());
}

TEST_P(ServerManualTest, BashCompletesCommands) {
  EXPECT_THAT(OfferedByBash("chat_server us"), HasSubstr("user\n"));
  EXPECT_THAT(OfferedByBash("chat_server user "), Not(HasSubstr("--plain")));
  EXPECT_EQ(OfferedByBash("chat_server user re"), "remove\n");
  EXPECT_EQ(OfferedByBash("chat_server user add ann --role a"), "admin\n");
  EXPECT_THAT(OfferedByBash("chat_server check --media m"), HasSubstr("mesh\n"));
}

TEST_P(ServerManualTest, FishCompletesCommands) {
  EXPECT_THAT(OfferedByFish("chat_server roo"), HasSubstr("room"));
  EXPECT_THAT(OfferedByFish("chat_server user re"), HasSubstr("remove"));
}

INSTANTIATE_TEST_SUITE_P(Programs, ServerManualTest, testing::Values("chat_server"),
                         [](const auto& program) { return program.param; });

}  // namespace
}  // namespace parley::test
