#include "server/media/media_streams.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/framing.h"
#include "common/io/descriptor_limit.h"
#include "common/net/listener.h"
#include "tests/support/unique_fd.h"

namespace parley {
namespace {

using namespace std::string_literals;

// The shortest binding request of STUN: a page begins with one.
const std::string kBinding =
    "\x00\x01\x00\x00\x21\x12\xA4\x42"
    "transactions"s;

class MediaStreamsTest : public testing::Test {
 protected:
  MediaStreamsTest() {
    std::error_code error;
    listener_ = Listener::Open({"127.0.0.1", 0}, error);
    EXPECT_TRUE(listener_) << error.message();
  }
  // A page connects from 127.0.0.`host`; its end of the connection.
  int Connect(unsigned host = 1) {
    test::UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host);
    EXPECT_EQ(::bind(client.get(), reinterpret_cast<sockaddr*>(&from), sizeof from), 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(listener_->local().port);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    Selector door;
    door.Watch(listener_->descriptor(), true, false);
    EXPECT_FALSE(door.Wait(std::chrono::seconds(30)).empty());
    auto accepted = listener_->Accept();
    EXPECT_EQ(accepted.status, Listener::Status::kAccepted);
    streams_.Add(std::move(*accepted.stream), now_);
    clients_.push_back(std::move(client));
    return clients_.back().get();
  }
  static void Send(int client, const std::string& bytes) {
    EXPECT_EQ(::send(client, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  void Turn() {
    for (const Selector::Ready& ready : selector_.Wait(std::chrono::seconds(30))) streams_.Serve(ready);
    streams_.Flush();
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  Selector selector_;
  std::optional<Listener> listener_;
  std::vector<test::UniqueFd> clients_;
  std::vector<std::string> received_;
  std::vector<MediaPath> paths_;
  std::vector<std::uint64_t> ended_;
  bool proved_ = false;
  bool aligned_ = true;
  MediaStreams streams_{selector_,
                        {[this](const MediaPath& path, std::span<char> packet) {
                           paths_.push_back(path);
                           aligned_ = aligned_ && reinterpret_cast<std::uintptr_t>(packet.data()) % 4 == 0;
                           received_.emplace_back(packet.data(), packet.size());
                         },
                         [this](std::uint64_t stream) { ended_.push_back(stream); },
                         [this](const MediaPath&) { return proved_; }}};
};

TEST_F(MediaStreamsTest, PacketsArriveWhereverTheyAreCutAndAnswersGoBack) {
  const int client = Connect();
  std::string framed;
  AppendFramedPacket(framed, kBinding);
  AppendFramedPacket(framed, "second");
  for (std::size_t i = 0; i < framed.size(); ++i) {
    Send(client, framed.substr(i, 1));
    Turn();
  }
  EXPECT_EQ(received_, (std::vector<std::string>{kBinding, "second"}));
  streams_.Send(paths_.front(), "answer");
  streams_.Flush();
  std::string bytes(8, '\0');
  EXPECT_EQ(::recv(client, bytes.data(), bytes.size(), MSG_WAITALL), 8);
  EXPECT_EQ(ReadFramedPacket(bytes).packet, "answer");
}

TEST_F(MediaStreamsTest, PacketsAreAlignedWhateverStandsBeforeThem) {
  std::string framed;
  AppendFramedPacket(framed, kBinding);
  for (std::size_t size = 1; size <= 16; ++size) AppendFramedPacket(framed, std::string(size, 'x'));
  Send(Connect(), framed);
  while (received_.size() < 17) Turn();
  EXPECT_TRUE(aligned_);
}

TEST_F(MediaStreamsTest, AConnectionThatDoesNotBeginWithABindingRequestIsClosed) {
  std::string framed;
  AppendFramedPacket(framed, std::string(20, 'x'));
  Send(Connect(), framed);
  Turn();
  EXPECT_EQ(streams_.size(), 0U);
  EXPECT_TRUE(received_.empty());
}

TEST_F(MediaStreamsTest, AConnectionThatBreaksTheRulesOrEndsIsClosed) {
  Send(Connect(), "\xFF\xFF too long");
  Turn();
  EXPECT_EQ(streams_.size(), 0U);
  Connect();
  clients_.back().Close();
  Turn();
  EXPECT_EQ(streams_.size(), 0U);
  EXPECT_EQ(ended_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(MediaStreamsTest, AConnectionThatDoesNotProveItselfInTimeIsClosed) {
  Connect();
  streams_.Sweep(now_ + limits::kMediaStreamProof - std::chrono::milliseconds(1));
  EXPECT_EQ(streams_.size(), 1U);
  proved_ = true;
  streams_.Sweep(now_ + limits::kMediaStreamProof);
  EXPECT_EQ(streams_.size(), 1U);
  proved_ = false;
  streams_.Sweep(now_ + limits::kMediaStreamProof);
  EXPECT_EQ(streams_.size(), 0U);
}

TEST_F(MediaStreamsTest, OneAddressHasASmallShareOfTheConnections) {
  for (std::size_t i = 0; i <= limits::kMediaStreamsPerAddress; ++i) Connect();
  EXPECT_EQ(streams_.size(), limits::kMediaStreamsPerAddress);
}

TEST_F(MediaStreamsTest, AConnectionBeyondTheLimitIsClosed) {
  RaiseDescriptorLimit();
  for (std::size_t i = 0; i < limits::kMediaStreams; ++i)
    Connect(static_cast<unsigned>(1 + i / limits::kMediaStreamsPerAddress));
  EXPECT_EQ(streams_.size(), limits::kMediaStreams);
  char byte = 0;
  EXPECT_EQ(::recv(Connect(200), &byte, 1, 0), 0);
  EXPECT_EQ(streams_.size(), limits::kMediaStreams);
  clients_.front().Close();
  Turn();
  Connect(200);
  EXPECT_EQ(streams_.size(), limits::kMediaStreams);
}

TEST_F(MediaStreamsTest, APacketThatIsTooLongIsDropped) {
  const int client = Connect();
  std::string framed;
  AppendFramedPacket(framed, kBinding);
  Send(client, framed);
  Turn();
  streams_.Send(paths_.front(), std::string(limits::kDatagramBytes, 'x'));
  EXPECT_EQ(streams_.dropped(), 0U);
  streams_.Send(paths_.front(), std::string(limits::kDatagramBytes + 1, 'x'));
  EXPECT_EQ(streams_.dropped(), 1U);
}

TEST_F(MediaStreamsTest, MediaThatAConnectionDoesNotTakeIsDropped) {
  const int client = Connect();
  std::string framed;
  AppendFramedPacket(framed, kBinding);
  Send(client, framed);
  Turn();
  const std::string packet(limits::kSentDatagramBytes, 'x');
  // The page reads nothing: the buffers of the system fill up, and then the queue.
  for (std::size_t sent = 0; sent < std::size_t{64} * 1024 * 1024 && streams_.dropped() == 0;
       sent += packet.size()) {
    streams_.Send(paths_.front(), packet);
    streams_.Flush();
  }
  EXPECT_GT(streams_.dropped(), 0U);
  EXPECT_EQ(streams_.size(), 1U);
}

}  // namespace
}  // namespace parley
