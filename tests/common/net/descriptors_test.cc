// What the sockets take from the process: high descriptors work, and none goes to an epoll.

#include "tests/common/io/descriptors.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "common/io/selector.h"
#include "tests/common/net/loopback.h"

namespace parley {
namespace {

bool AnyEpoll() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code closed;  // the iterator's own descriptor
    if (std::filesystem::read_symlink(entry, closed) == "anon_inode:[eventpoll]") return true;
  }
  return false;
}

using DescriptorsTest = LoopbackTest;

TEST_F(DescriptorsTest, NoSocketIsRegisteredWithAnEpoll) {
  const RawSocket peer(port_);
  const Stream accepted = AcceptNext();
  const std::optional<Connector> connector = Connector::Start({"127.0.0.1", port_}, error_);
  EXPECT_TRUE(connector.has_value());
  EXPECT_FALSE(AnyEpoll());
}

class HighDescriptorsTest : public LoopbackTest, public testing::WithParamInterface<int> {
 protected:
  DescriptorLimit limit_{DescriptorLimit::Hard()};
};

TEST_P(HighDescriptorsTest, ConnectionsWorkBeyond) {
  ASSERT_GE(DescriptorLimit::Hard(), 10'500u) << "this test needs a higher hard limit (ulimit -Hn)";
  const BurntDescriptors burnt(GetParam());
  std::optional<Listener> listener = Listener::Open({"127.0.0.1", 0}, error_);
  ASSERT_TRUE(listener.has_value());
  std::optional<Connector> connector = Connector::Start(listener->local(), error_);
  ASSERT_TRUE(connector.has_value());
  ASSERT_TRUE(AwaitWritable(connector->descriptor()));
  ASSERT_EQ(connector->Finish(error_), Connector::Status::kConnected);
  Stream client = connector->TakeStream();
  ASSERT_TRUE(AwaitReadable(listener->descriptor()));
  Listener::Accepted accepted = listener->Accept();
  ASSERT_EQ(accepted.status, Listener::Status::kAccepted);
  EXPECT_GE(accepted.stream->descriptor(), GetParam());
  const std::string_view ping = "ping";
  EXPECT_EQ(client.Write(std::span(&ping, 1)).status, IoStatus::kOk);
  EXPECT_EQ(ReadBytes(*accepted.stream, 4), "ping");
}

INSTANTIATE_TEST_SUITE_P(Past, HighDescriptorsTest, testing::Values(1'024, 10'000));

// In a process of its own: Asio's context takes its one descriptor when it is first needed.
TEST(FirstSocketDeathTest, LackOfDescriptorsIsAnErrorAndNoException) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto open_first = [] {
    std::error_code listening, connecting;
    Spy().no_descriptors = true;
    const bool opened = Listener::Open({"127.0.0.1", 0}, listening).has_value();
    const bool started = Connector::Start({"127.0.0.1", 9}, connecting).has_value();
    if (opened || started) std::exit(1);
    Spy().no_descriptors = false;
    const bool told = listening == std::errc::too_many_files_open && connecting == listening;
    std::exit(told && Listener::Open({"127.0.0.1", 0}, listening).has_value() ? 0 : 2);
  };
  EXPECT_EXIT(open_first(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace parley
