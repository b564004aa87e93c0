#include "server/media/media_loop.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/framing.h"
#include "common/net/listener.h"
#include "tests/server/media/page.h"
#include "tests/support/unique_fd.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

// A page with a socket of its own.
struct SocketPage {
  SocketPage(unsigned number, const MediaLoop& loop) : page(number, 2, 1) {
    std::error_code error;
    socket = DatagramSocket::Open({"127.0.0.1", 0}, DatagramSocket::Calls::kSingle, error);
    server.remote.ip = {127, 0, 0, 1};
    server.remote.port = loop.local().port;
    server.local.ip = {127, 0, 0, 1};
  }
  void Turn() {
    for (const std::string& datagram : page.TakeOutgoing()) socket->Send(server, datagram);
    socket->Flush();
    for (const auto& datagram : socket->Receive())
      page.Receive({datagram.bytes.data(), datagram.bytes.size()});
  }

  Page page;
  std::optional<DatagramSocket> socket;
  DatagramPath server;
};

class MediaLoopTest : public testing::Test {
 protected:
  MediaLoopTest() {
    std::string error;
    loop_ = MediaLoop::Open({{"127.0.0.1", 0}, {"127.0.0.1"}}, waker_, error);
    EXPECT_NE(loop_, nullptr) << error;
  }

  // Turns until `done`, for half a minute at most.
  template <typename Done>
  bool Until(Done done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      for (auto& page : pages_) page->Turn();
      for (MediaEvent& event : loop_->Take()) events_.push_back(std::move(event));
      selector_.Wait(milliseconds(5));
    }
    return true;
  }
  template <typename T>
  const T* Find() {
    for (const MediaEvent& event : events_) {
      if (const T* one = std::get_if<T>(&event)) return one;
    }
    return nullptr;
  }
  Page& Join(unsigned number) {
    const MediaSeat seat{"room", "m" + std::to_string(number)};
    pages_.push_back(std::make_unique<SocketPage>(number, *loop_));
    Page& page = pages_.back()->page;
    EXPECT_TRUE(loop_->Give(MediaJoin{seat, kAll}));
    EXPECT_TRUE(loop_->Give(MediaOffer{seat, page.Offer()}));
    EXPECT_TRUE(Until([this] { return Find<MediaAnswer>() != nullptr; }));
    page.TrustAnyServer();
    page.TakeAnswer(Find<MediaAnswer>()->sdp);
    events_.clear();
    page.Check();
    EXPECT_TRUE(Until([&] { return !page.answers().empty(); }));
    page.StartHandshake();
    EXPECT_TRUE(Until([&] { return page.connected() && Find<MediaConnected>() != nullptr; }));
    return page;
  }

  Waker waker_;
  Selector selector_;
  std::unique_ptr<MediaLoop> loop_;
  std::vector<std::unique_ptr<SocketPage>> pages_;
  std::vector<MediaEvent> events_;
};

TEST_F(MediaLoopTest, AVoiceCrossesItsSocketAndEventsWakeTheServer) {
  Page& one = Join(1);
  Page& two = Join(2);
  selector_.Watch(waker_.descriptor(), true, false);
  EXPECT_FALSE(selector_.Wait(std::chrono::seconds(30)).empty());
  EXPECT_TRUE(Until([&] {
    one.SendVoice("voice", 20);
    return two.heard.size() >= 5;
  }));
  EXPECT_NE(Find<MediaSlots>(), nullptr);
  EXPECT_TRUE(Until([&] { return loop_->counters().sessions == 2; }));
  EXPECT_GT(loop_->counters().packets_in, 5U);
}

// A page that has only TCP.
TEST_F(MediaLoopTest, APageConnectsOverTcp) {
  std::error_code error;
  auto listener = Listener::Open({"127.0.0.1", 0}, error);
  ASSERT_TRUE(listener) << error.message();
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(listener->local().port);
  ASSERT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  selector_.Watch(listener->descriptor(), true, false);
  ASSERT_FALSE(selector_.Wait(std::chrono::seconds(30)).empty());
  selector_.Remove(listener->descriptor());
  auto accepted = listener->Accept();
  ASSERT_EQ(accepted.status, Listener::Status::kAccepted);
  loop_->Adopt(std::move(*accepted.stream));

  const MediaSeat seat{"room", "m1"};
  Page page(1, 2, 1);
  loop_->Give(MediaJoin{seat, kAll});
  loop_->Give(MediaOffer{seat, page.Offer()});
  ASSERT_TRUE(Until([this] { return Find<MediaAnswer>() != nullptr; }));
  page.TrustAnyServer();
  page.TakeAnswer(Find<MediaAnswer>()->sdp);
  std::string in;
  const auto turn = [&] {
    std::string out;
    for (const std::string& packet : page.TakeOutgoing()) AppendFramedPacket(out, packet);
    EXPECT_EQ(::send(client, out.data(), out.size(), 0), static_cast<ssize_t>(out.size()));
    std::array<char, 4096> buffer;
    const auto bytes = ::recv(client, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (bytes > 0) in.append(buffer.data(), static_cast<std::size_t>(bytes));
    for (auto framed = ReadFramedPacket(in); framed.status == FramedPacket::Status::kPacket;
         framed = ReadFramedPacket(in)) {
      page.Receive(framed.packet);
      in.erase(0, framed.consumed);
    }
  };
  page.Check();
  EXPECT_TRUE(Until([&] {
    turn();
    return !page.answers().empty();
  }));
  page.StartHandshake();
  EXPECT_TRUE(Until([&] {
    turn();
    return page.connected() && Find<MediaConnected>() != nullptr;
  }));
  ::close(client);
}

// Each takes a descriptor, and the doors need some.
TEST_F(MediaLoopTest, TheNumberOfTcpConnectionsIsLimited) {
  std::error_code failure;
  auto listener = Listener::Open({"127.0.0.1", 0}, failure);
  ASSERT_TRUE(listener) << failure.message();
  std::string error;
  loop_ = MediaLoop::Open({.endpoint = {"127.0.0.1", 0}, .addresses = {"127.0.0.1"}, .max_streams = 2},
                          waker_, error);
  ASSERT_NE(loop_, nullptr) << error;
  // Its end of a connection that the loop has got.
  const auto connect = [&] {
    test::UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(listener->local().port);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    Selector door;
    door.Watch(listener->descriptor(), true, false);
    EXPECT_FALSE(door.Wait(std::chrono::seconds(30)).empty());
    auto accepted = listener->Accept();
    EXPECT_EQ(accepted.status, Listener::Status::kAccepted);
    loop_->Adopt(std::move(*accepted.stream));
    return client;
  };
  // Whether it is closed within that time.
  const auto is_closed = [](const test::UniqueFd& client, std::chrono::milliseconds patience) {
    pollfd end{.fd = client.get(), .events = POLLIN, .revents = 0};
    char byte = 0;
    return ::poll(&end, 1, static_cast<int>(patience.count())) == 1 &&
           ::recv(client.get(), &byte, 1, MSG_DONTWAIT) == 0;
  };
  test::UniqueFd one = connect();
  const test::UniqueFd two = connect();
  EXPECT_TRUE(is_closed(connect(), std::chrono::seconds(30)));
  EXPECT_FALSE(is_closed(one, {}));
  EXPECT_FALSE(is_closed(two, {}));
  one.Close();
  EXPECT_TRUE(
      Until([&] { return !is_closed(connect(), std::chrono::milliseconds(200)); }));  // it has its place
}

TEST_F(MediaLoopTest, ItsEndTellsThePages) {
  Page& one = Join(1);
  loop_.reset();
  SocketPage& page = *pages_.front();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!one.has_ended() && std::chrono::steady_clock::now() < end) {
    page.Turn();
    selector_.Wait(milliseconds(5));
  }
  EXPECT_TRUE(one.has_ended());
}

// An offer whose only problem is in its last line, so that it takes longer to read than to give.
MediaOffer LongBadOffer() {
  std::string sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
  for (int i = 0; i < 100; ++i) sdp += "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
  return {{"room", "m1"}, sdp + "a=mid:\r\n"};
}

TEST_F(MediaLoopTest, OffersBeyondTheQueueAreRefusedButNoOtherCommands) {
  const MediaSeat seat{"room", "m1"};
  ASSERT_TRUE(loop_->Give(MediaJoin{seat, kAll}));
  const MediaOffer offer = LongBadOffer();
  std::size_t given = 0;
  // Far more than the queue: the thread may be fast.
  while (given < 200 * limits::kMediaCommands && loop_->Give(offer)) ++given;
  EXPECT_GE(given, limits::kMediaCommands);
  ASSERT_LT(given, 200 * limits::kMediaCommands);
  EXPECT_TRUE(loop_->Give(MediaAllow{seat, kAll}));
  EXPECT_TRUE(loop_->Give(MediaLeave{seat}));
  // Later it takes offers again, and none of those given was lost.
  std::size_t refused = 0;
  EXPECT_TRUE(Until([&] {
    for (const MediaEvent& event : events_) refused += std::holds_alternative<MediaRefusal>(event) ? 1 : 0;
    events_.clear();
    return refused == given;
  })) << refused
      << " of " << given;
  EXPECT_TRUE(loop_->Give(MediaOffer{seat, ""}));
}

TEST_F(MediaLoopTest, LevelsAreLeftOutWhileTooManyEventsWaitButNoOtherEvents) {
  Page& one = Join(1);
  Join(2);
  const auto speak = [&](milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      one.SendVoice("voice", 20);
      for (auto& page : pages_) page->Turn();
      selector_.Wait(milliseconds(10));
    }
  };
  // So many refusals wait that there is no room for levels.
  for (std::size_t i = 0; i < limits::kMediaEvents; ++i) {
    while (!loop_->Give(MediaOffer{{"room", "m1"}, ""})) selector_.Wait(milliseconds(1));
  }
  // All of them wait once calls are counted that begin after them, in a later turn than the first of these.
  for (const std::size_t calls : {std::size_t{2}, std::size_t{3}}) {
    loop_->Give(MediaJoin{{"room" + std::to_string(calls), "m1"}, kAll});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (loop_->counters().rooms < calls && std::chrono::steady_clock::now() < end) speak(milliseconds(10));
    ASSERT_EQ(loop_->counters().rooms, calls);
  }
  speak(milliseconds(1200));
  std::size_t refusals = 0, levels_behind = 0;
  for (const MediaEvent& event : loop_->Take()) {
    refusals += std::holds_alternative<MediaRefusal>(event) ? 1 : 0;
    if (refusals == limits::kMediaEvents) levels_behind += std::holds_alternative<MediaLevels>(event) ? 1 : 0;
  }
  EXPECT_EQ(refusals, limits::kMediaEvents);
  EXPECT_LE(levels_behind, 1U);  // of the turn of the last refusal; without a limit there are four
  EXPECT_TRUE(Until([&] {
    one.SendVoice("voice", 20);
    return Find<MediaLevels>() != nullptr;
  }));
}

TEST_F(MediaLoopTest, TheCandidatesOfTheAnswerAreTheAddressesGiven) {
  const MediaSeat seat{"room", "m1"};
  loop_->Give(MediaJoin{seat, kAll});
  loop_->Give(MediaOffer{seat, Page(1, 1, 1).Offer()});
  ASSERT_TRUE(Until([this] { return Find<MediaAnswer>() != nullptr; }));
  const std::string port = std::to_string(loop_->local().port);
  EXPECT_NE(Find<MediaAnswer>()->sdp.find("a=candidate:1 1 udp 2130706431 127.0.0.1 " + port + " typ host"),
            std::string::npos);
}

TEST_F(MediaLoopTest, APortThatIsTakenIsAnErrorInWords) {
  std::string error;
  EXPECT_EQ(MediaLoop::Open({loop_->local(), {"127.0.0.1"}}, waker_, error), nullptr);
  EXPECT_NE(error.find("cannot receive media (UDP) on 127.0.0.1:"), std::string::npos) << error;
}

}  // namespace
}  // namespace parley
