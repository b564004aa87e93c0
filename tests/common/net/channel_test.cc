#include "common/net/channel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <thread>

#include "tests/common/net/loopback.h"

namespace parley {
namespace {

using FlushStatus = Channel::FlushStatus;
constexpr std::size_t kNoBudget = 1'000'000'000;

// Little fits between it and the channel.
RawSocket SlowPeer(std::uint16_t port) {
  RawSocket peer;
  peer.ShrinkReceiveBuffer();
  peer.Connect(port);
  return peer;
}

class ChannelTest : public LoopbackTest {
 protected:
  // `blobs` different blobs; gives all their bytes.
  std::string Fill(int blobs, std::size_t size) {
    std::string all;
    for (int i = 0; i < blobs; ++i) {
      std::string blob = std::to_string(i) + ':';
      blob.resize(std::max(size, blob.size()), static_cast<char>('a' + i % 26));
      out_.Push(BlobRef::Copy(blob));
      all += blob;
    }
    return all;
  }

  RawSocket peer_ = SlowPeer(port_);
  Channel channel_{AcceptNext()};
  OutQueue out_;
};

TEST_F(ChannelTest, FlushingNothingCallsNothing) {
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kDone);
  EXPECT_EQ(Spy().sends, 0);
}

TEST_F(ChannelTest, FlushesAFullSetOfBlobsInOneSend) {
  const std::string all = Fill(Stream::kMostViews, 10);
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kDone);
  EXPECT_EQ(Spy().sends, 1);
  EXPECT_TRUE(out_.empty());
  EXPECT_EQ(peer_.Receive(all.size()), all);
}

TEST_F(ChannelTest, FlushesMoreBlobsInAsFewSendsAsTheyFit) {
  const std::string all = Fill(2 * Stream::kMostViews + 1, 4);
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kDone);
  EXPECT_EQ(Spy().sends, 3);
  EXPECT_EQ(peer_.Receive(all.size()), all);
}

TEST_F(ChannelTest, StopsAtTheBudgetToTheByte) {
  const std::string all = Fill(3, 10);
  EXPECT_EQ(channel_.Flush(out_, 15), FlushStatus::kBudget);
  EXPECT_EQ(out_.bytes(), 15u);
  EXPECT_EQ(channel_.Flush(out_, 15), FlushStatus::kDone);
  EXPECT_EQ(peer_.Receive(30), all);
}

TEST_F(ChannelTest, FullSocketBlocksWithoutASecondSend) {
  Fill(1, 20'000'000);
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kBlocked);
  EXPECT_EQ(Spy().sends, 1);
  EXPECT_GT(out_.bytes(), 0u);
  EXPECT_LT(out_.bytes(), 20'000'000u);
  EXPECT_EQ(Spy().polls, 0);
}

TEST_F(ChannelTest, SocketThatTakesNothingBlocks) {
  Spy().next_send = EAGAIN;
  Fill(1, 10);
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kBlocked);
  EXPECT_EQ(out_.bytes(), 10u);
}

TEST_F(ChannelTest, BlockedBytesFollowInOrderOnceThePeerReads) {
  const std::string all = Fill(300, 30'000);
  std::string got;
  std::thread reader([&] { got = peer_.Receive(all.size()); });
  FlushStatus status = FlushStatus::kBlocked;
  while (status != FlushStatus::kDone && AwaitWritable(channel_.descriptor())) {
    status = channel_.Flush(out_, 100'000);
  }
  if (status != FlushStatus::kDone) channel_.FinishSending();
  reader.join();
  EXPECT_EQ(got, all);
}

TEST_F(ChannelTest, BrokenConnectionIsAnError) {
  peer_.Reset();
  ASSERT_TRUE(AwaitReadable(channel_.descriptor()));
  Fill(1, 10);
  EXPECT_EQ(channel_.Flush(out_, kNoBudget), FlushStatus::kError);
}

TEST_F(ChannelTest, ReadsWhatThePeerSays) {
  peer_.Send("hello");
  ASSERT_TRUE(AwaitReadable(channel_.descriptor()));
  std::array<char, 10> buffer{};
  const IoResult result = channel_.Read(buffer);
  EXPECT_EQ(result.status, IoStatus::kOk);
  EXPECT_EQ(std::string_view(buffer.data(), result.bytes), "hello");
}

TEST_F(ChannelTest, PeerReadsTheEndAfterTheFlushedBytes) {
  const std::string all = Fill(1, 10);
  channel_.Flush(out_, kNoBudget);
  channel_.FinishSending();
  EXPECT_EQ(peer_.Receive(100), all);
}

}  // namespace
}  // namespace parley
