#include "server/data/running_server.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

const RunningServer kServer{.process = "4711",
                            .version = "1.2.3",
                            .started = "2026-11-28T09:12:40.518Z",
                            .doors = {{false, {"::", 8080}}, {true, {"192.0.2.1", 8443}}},
                            .key = "secret"};

TEST(RunningServerTest, ReadsWhatWasWritten) {
  EXPECT_EQ(ToText(kServer),
            "process 4711\nversion 1.2.3\nstarted 2026-11-28T09:12:40.518Z\nkey secret\n"
            "plain [::]:8080\ntls 192.0.2.1:8443\n");
  EXPECT_EQ(ParseRunningServer(ToText(kServer)), kServer);
}

TEST(RunningServerTest, PassesOverLinesOfALaterVersion) {
  EXPECT_EQ(ParseRunningServer("colour blue\n" + ToText(kServer)), kServer);
}

TEST(RunningServerTest, AnythingElseIsRefused) {
  const std::string whole = ToText(kServer);
  EXPECT_EQ(ParseRunningServer(whole.substr(0, whole.size() - 1)), std::nullopt) << "cut short";
  for (const char* const text :
       {"", "\n", "word\n", "key secret\n", "plain [::]:8080\n", "key secret\nplain nowhere\n"}) {
    EXPECT_EQ(ParseRunningServer(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace parley
