// `chat_server check`: a line a finding, and an exit status that a script can go by.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Checked {
  int status;
  std::string said;
};

Checked Check(std::vector<std::string> options) {
  options.insert(options.begin(), {ChatServerPath(), "check"});
  Process check(options);
  std::string said = check.out().TakeAll();
  return {check.WaitForExit(), std::move(said)};
}

TEST(CheckCommand, AFitMachineIsALineAFindingAndExit0) {
  const TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const Checked checked = Check({"--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--data", data});
  EXPECT_EQ(checked.status, 0) << checked.said;
  std::istringstream lines(checked.said);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, AnyOf(StartsWith("ok      "), StartsWith("warning ")));
  }
  for (const char* about : {"descriptors: ", "clock: ", "plain door: ", "tls door: ", "certificate: ",
                            "data folder: ", "disk: ", "UDP: "}) {
    EXPECT_THAT(checked.said, HasSubstr(about));
  }
  EXPECT_FALSE(std::filesystem::exists(data)) << "it only looks";
}

TEST(CheckCommand, AProblemIsExit1WithWhatToDo) {
  ServerProcess running;
  const Checked checked =
      Check({"--plain", "127.0.0.1:" + std::to_string(running.port()), "--tls", "off", "--memory"});
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.said, HasSubstr("problem plain door: can't listen on 127.0.0.1:"));
  EXPECT_THAT(checked.said, HasSubstr("--plain ADDR:PORT"));
}

TEST(CheckCommand, UnusableOptionsAreExit2AsAtAStart) {
  EXPECT_EQ(Check({"--plain", "nowhere"}).status, 2);
  EXPECT_EQ(Check({"--help"}).status, 0);
}

}  // namespace
}  // namespace parley::test
