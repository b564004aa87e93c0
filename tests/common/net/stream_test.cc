#include "common/net/stream.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "tests/common/net/loopback.h"

namespace parley {
namespace {

class StreamTest : public LoopbackTest {
 protected:
  IoResult Read() { return stream_.Read(buffer_); }
  IoResult Write(std::string_view bytes) { return stream_.Write(std::span(&bytes, 1)); }
  int Option(int level, int option) {
    int value = 0;
    socklen_t size = sizeof(value);
    EXPECT_EQ(::getsockopt(stream_.descriptor(), level, option, &value, &size), 0);
    return value;
  }

  RawSocket peer_{port_};
  Stream stream_ = AcceptNext();
  std::array<char, 100> buffer_{};
};

TEST_F(StreamTest, ReadingGivesWhatCame) {
  peer_.Send(std::string_view("a\0b", 3));
  ASSERT_TRUE(AwaitReadable(stream_.descriptor()));
  const IoResult result = Read();
  EXPECT_EQ(result.status, IoStatus::kOk);
  EXPECT_EQ(std::string_view(buffer_.data(), result.bytes), std::string_view("a\0b", 3));
}

TEST_F(StreamTest, ReadingIsOneReceiveAndFillsAtMostTheBuffer) {
  peer_.Send(std::string(150, 'x'));
  EXPECT_EQ(ReadBytes(stream_, 20).size(), 20u);
  Spy() = SpiedCalls();
  const IoResult result = stream_.Read(std::span(buffer_).first(30));
  EXPECT_EQ(result.bytes, 30u);
  EXPECT_EQ(Spy().receives, 1);
}

TEST_F(StreamTest, ReadingNothingNeverWaits) {
  EXPECT_EQ(Read().status, IoStatus::kWouldBlock);
  EXPECT_EQ(Spy().receives, 1);
  EXPECT_EQ(Spy().polls, 0);
}

TEST_F(StreamTest, ReadingTellsTheEndAfterTheLastBytes) {
  peer_.Send("last");
  peer_.FinishSending();
  EXPECT_EQ(ReadBytes(stream_, 4), "last");
  ASSERT_TRUE(AwaitReadable(stream_.descriptor()));
  EXPECT_EQ(Read().status, IoStatus::kEnd);
  EXPECT_EQ(Write("still listening?").status, IoStatus::kOk);
  EXPECT_EQ(peer_.Receive(16), "still listening?");
}

TEST_F(StreamTest, ReadingFromAResetConnectionIsAnError) {
  peer_.Reset();
  ASSERT_TRUE(AwaitReadable(stream_.descriptor()));
  EXPECT_EQ(Read().status, IoStatus::kError);
}

TEST_F(StreamTest, SignalDuringReadingOrWritingIsNotAnError) {
  Spy().next_receive = EINTR;
  EXPECT_EQ(Read().status, IoStatus::kWouldBlock);
  Spy().next_send = EINTR;
  EXPECT_EQ(Write("x").status, IoStatus::kWouldBlock);
  EXPECT_EQ(Write("y").status, IoStatus::kOk);
  EXPECT_EQ(peer_.Receive(1), "y");
}

TEST_F(StreamTest, WritingGathersAllViewsInOneCall) {
  std::vector<std::string> parts;
  std::string all;
  for (std::size_t i = 0; i < Stream::kMostViews; ++i) {
    parts.push_back("part " + std::to_string(i) + ';');
    all += parts.back();
  }
  const std::vector<std::string_view> views(parts.begin(), parts.end());
  const IoResult result = stream_.Write(views);
  EXPECT_EQ(result.status, IoStatus::kOk);
  EXPECT_EQ(result.bytes, all.size());
  EXPECT_EQ(Spy().sends, 1);
  EXPECT_EQ(peer_.Receive(all.size()), all);
}

TEST_F(StreamTest, WritingLeavesViewsOutBeyondTheMost) {
  const std::vector<std::string_view> views(Stream::kMostViews + 10, "x");
  EXPECT_EQ(stream_.Write(views).bytes, Stream::kMostViews);
  EXPECT_EQ(Spy().sends, 1);
}

TEST_F(StreamTest, WritingToAFullSocketNeverWaits) {
  const std::string bytes(1'000'000, 'x');
  IoResult result{IoStatus::kOk};
  while (result.status == IoStatus::kOk) result = Write(bytes);
  EXPECT_EQ(result.status, IoStatus::kWouldBlock);
  EXPECT_EQ(result.bytes, 0u);
  EXPECT_EQ(Spy().polls, 0);
}

TEST_F(StreamTest, WritingToABrokenConnectionIsAnErrorAndNoSignal) {
  ASSERT_NE(std::signal(SIGPIPE, SIG_DFL), SIG_ERR);  // a signal would end this program
  peer_.Reset();
  ASSERT_TRUE(AwaitReadable(stream_.descriptor()));
  EXPECT_EQ(Write("x").status, IoStatus::kError);
  EXPECT_EQ(Write("x").status, IoStatus::kError);
}

TEST_F(StreamTest, FinishedSendingIsTheEndForThePeerOnly) {
  Write("bye");
  stream_.FinishSending();
  EXPECT_EQ(peer_.Receive(100), "bye");
  peer_.Send("and you");
  EXPECT_EQ(ReadBytes(stream_, 7), "and you");
}

TEST_F(StreamTest, TakesTheErrorOfAHalfClosedPeerThatIsGone) {
  peer_.FinishSending();
  ASSERT_TRUE(AwaitReadable(stream_.descriptor()));
  EXPECT_EQ(Read().status, IoStatus::kEnd);
  EXPECT_FALSE(stream_.TakeError());
  peer_.Reset();
  EXPECT_TRUE(stream_.TakeError());
  EXPECT_FALSE(stream_.TakeError()) << "it is told once";
}

TEST_F(StreamTest, DelaysNothingAndProbesASilentPeer) {
  EXPECT_EQ(Option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(Option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(Option(IPPROTO_TCP, TCP_KEEPIDLE), 60);
  EXPECT_EQ(Option(IPPROTO_TCP, TCP_KEEPINTVL), 10);
  EXPECT_EQ(Option(IPPROTO_TCP, TCP_KEEPCNT), 3);
}

TEST_F(StreamTest, KnowsItsPeer) {
  EXPECT_EQ(stream_.remote(), (Endpoint{"127.0.0.1", peer_.local_port()}));
}

TEST_F(StreamTest, MovesWithoutClosing) {
  const int descriptor = stream_.descriptor();
  Stream moved = std::move(stream_);
  EXPECT_EQ(moved.descriptor(), descriptor);
  peer_.Send("x");
  EXPECT_EQ(ReadBytes(moved, 1), "x");
}

TEST_F(StreamTest, ClosesWithItself) {
  { const Stream gone = std::move(stream_); }
  EXPECT_EQ(peer_.Receive(1), "");
}

}  // namespace
}  // namespace parley
