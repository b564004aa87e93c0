// Both ends of a connection whose calls are short, interrupted, blocked or broken by lot, plain and with TLS:
// what arrives is what was sent, whole and in order, and an error ends it once.
//
// Each seed is another play, the same each time (tests/support/seeds.h).

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "common/net/certificate.h"
#include "common/net/channel.h"
#include "tests/common/net/spied_calls.h"
#include "tests/support/seeds.h"

namespace parley {
namespace {

constexpr unsigned long kSeeds = 200;
constexpr int kErrors[] = {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT};

struct Contexts {
  std::shared_ptr<TlsContext> server, client;
};

const Contexts& Tls() {
  static const Contexts contexts = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const KeyPair leaf = MakeLeaf(MakeAuthority("an authority", now).value(), {"localhost"}, now).value();
    std::string error;
    return Contexts{TlsContext::Server(leaf.certificate, leaf.key, error), TlsContext::Client("", error)};
  }();
  return contexts;
}

Stream StreamOf(int descriptor) {
  asio::ip::tcp::socket socket(SocketContext());
  socket.assign(asio::ip::tcp::v4(), descriptor);
  return Stream(std::move(socket), asio::ip::tcp::endpoint());
}

struct End {
  Channel channel;
  OutQueue out = {};
  std::string said = {};
  std::string heard = {};
  bool began = false;
  bool shaken = false;
  bool broken = false;
  bool finished = false;  // sends no more
  bool ended = false;     // the other one has finished sending
};

std::array<End, 2> Connect(bool tls) {
  std::array<int, 2> sockets{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
  for (const int descriptor : sockets) {
    const int little = 8'000;
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
  }
  Stream server = StreamOf(sockets[0]);
  Stream client = StreamOf(sockets[1]);
  if (!tls) return {End{Channel(std::move(server))}, End{Channel(std::move(client))}};
  return {End{Channel(std::move(server), std::make_unique<TlsSession>(Tls().server))},
          End{Channel(std::move(client), std::make_unique<TlsSession>(Tls().client, "localhost"))}};
}

// The sockets are in memory, so that what was written can be read at once: a seed says all that happens.
class Play {
 public:
  Play(unsigned long seed, bool tls)
      : random_(static_cast<std::minstd_rand::result_type>(seed)), ends_(Connect(tls)) {
    Spy() = SpiedCalls();
    Lots& lots = Spy().lots;
    lots.random.seed(random_());
    few_ = lots.few = 1UL << random_() % 13;
    lots.shortened = random_() % 4 == 0 ? 100 : random_() % 100;
    lots.interrupted = random_() % 40;
    lots.blocked = random_() % 40;
  }
  ~Play() { Spy() = SpiedCalls(); }
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  // So many calls succeed yet, and the one after them fails with `error`.
  void BreakAfter(int calls, int error) {
    Spy().lots.calls_to_error = 1 + calls;
    Spy().lots.error = error;
  }

  // Both talk; then what is under way arrives, for as long as there is anything to do.
  void Talk() {
    for (auto actions = random_() % 300; actions > 0; --actions) {
      End& end = ends_[random_() % 2];
      if (random_() % 4 == 0) Say(end);
      Turn(end);
    }
    TakeTurns();
  }
  void HangUp() {
    for (End& end : ends_) {
      Spy().Begin();
      end.channel.FinishSending();
      end.finished = true;
    }
    TakeTurns();
  }
  // Nothing fails any more.
  void TakeTurns(const Lots& lots) {
    Spy().lots = lots;
    TakeTurns();
  }

  End& server() { return ends_[0]; }
  End& client() { return ends_[1]; }
  [[nodiscard]] bool Broken() const { return ends_[0].broken || ends_[1].broken; }

 private:
  static bool WantsFlush(const End& end) { return !end.out.empty() || end.channel.HasUnsent(); }
  static bool Is(End& end, short what) {
    pollfd one{.fd = end.channel.descriptor(), .events = what, .revents = 0};
    return ::poll(&one, 1, 0) > 0 && (one.revents & what) != 0;
  }

  void Say(End& end) {
    std::string text(1 + random_() % (20 * few_), '\0');
    for (char& letter : text) letter = static_cast<char>(random_());
    end.out.Push(BlobRef::Copy(text));
    end.said += text;
  }

  void TakeTurns() {
    int turns = 0;
    while (Turn(ends_[0]) || Turn(ends_[1])) {
      ASSERT_LT(++turns, 1'000'000) << "the loop never rests";
    }
  }

  // One turn of the loop, for which select() says what there is; false: nothing.
  bool Turn(End& end) {
    if (end.broken) return false;
    const bool writable = !end.finished && WantsFlush(end) && Is(end, POLLOUT);
    const bool readable = !end.ended && (end.channel.HasBuffered() || Is(end, POLLIN));
    if (!end.shaken) {
      const bool begins = !std::exchange(end.began, true);
      if (!begins && !readable && !(writable && end.channel.HasUnsent())) return false;
      Shake(end);
      return true;
    }
    if (readable) Read(end);
    if (writable && !end.broken) Flush(end);
    return readable || writable;
  }

  static void Shake(End& end) {
    Spy().Begin();
    const auto status = end.channel.Shake();
    end.shaken = status == Channel::ShakeStatus::kDone;
    end.broken = status == Channel::ShakeStatus::kFailed;
  }

  void Read(End& end) {
    Spy().Begin();
    std::array<char, 20'000> buffer;
    const IoResult result = end.channel.Read(std::span(buffer).first(1 + random_() % buffer.size()));
    end.heard.append(buffer.data(), result.bytes);
    end.ended = result.status == IoStatus::kEnd;
    end.broken = result.status == IoStatus::kError;
  }

  void Flush(End& end) {
    Spy().Begin();
    const auto status = end.channel.Flush(end.out, 1 + random_() % 100'000);
    end.broken = status == Channel::FlushStatus::kError;
    EXPECT_FALSE(status == Channel::FlushStatus::kDone && WantsFlush(end));
  }

  std::minstd_rand random_;
  unsigned long few_ = 1;
  std::array<End, 2> ends_;
};

// Not EXPECT_EQ: nobody wants to read these bytes.
void ExpectHeard(const End& listener, const End& speaker) {
  EXPECT_TRUE(listener.heard == speaker.said)
      << listener.heard.size() << " bytes of " << speaker.said.size() << " were heard";
}

class ChannelFaults : public testing::TestWithParam<bool> {};

TEST_P(ChannelFaults, AllBytesArriveInOrderAndThenTheEnd) {
  const test::Seeds seeds = test::SeedsToPlay(kSeeds);
  std::size_t bytes = 0;
  for (unsigned long seed = seeds.first; seed < seeds.end && !HasFailure(); ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    Play play(seed, GetParam());
    play.Talk();
    EXPECT_FALSE(play.Broken());
    ExpectHeard(play.client(), play.server());
    ExpectHeard(play.server(), play.client());
    play.HangUp();
    EXPECT_TRUE(play.client().ended && play.server().ended);
    EXPECT_EQ(Spy().needless, 0) << "a call was made again that could only be in vain";
    bytes += play.client().heard.size();
  }
  EXPECT_GT(bytes, 0U);
}

TEST_P(ChannelFaults, AnErrorEndsItOnceAndWhatTheQueueLetGoOfHasArrived) {
  const test::Seeds seeds = test::SeedsToPlay(kSeeds);
  unsigned long broken = 0;
  for (unsigned long seed = seeds.first; seed < seeds.end && !HasFailure(); ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    Play play(seed, GetParam());
    play.BreakAfter(static_cast<int>(seed * seed % 200), kErrors[seed % std::size(kErrors)]);
    play.Talk();
    EXPECT_EQ(Spy().needless, 0) << "a call was made again that could only be in vain";
    EXPECT_EQ(play.Broken(), Spy().lots.calls_to_error == 0);
    if (!play.Broken()) continue;
    ++broken;
    play.TakeTurns(Lots());
    EXPECT_NE(play.client().broken, play.server().broken) << "one call failed";
    End& there = play.client().broken ? play.server() : play.client();
    End& gone = play.client().broken ? play.client() : play.server();
    EXPECT_TRUE(gone.said.starts_with(there.heard));
    EXPECT_TRUE(there.said.starts_with(gone.heard));
    const std::size_t let_go = gone.said.size() - gone.out.bytes();
    // With TLS what is encrypted waits beside the queue, and is gone with the connection.
    EXPECT_TRUE(GetParam() ? there.heard.size() <= let_go : there.heard.size() == let_go);
  }
  EXPECT_GT(2 * broken, seeds.end - seeds.first) << "a play in which nothing breaks proves nothing";
}

INSTANTIATE_TEST_SUITE_P(AtBothDoors, ChannelFaults, testing::Bool(),
                         [](const auto& with) { return with.param ? "Tls" : "Plain"; });

}  // namespace
}  // namespace parley
