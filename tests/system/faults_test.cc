// The real server while calls fail under it: sockets that read and write by bytes, are interrupted or break;
// no descriptor or memory for one more; a disk that is full, slow or broken; a wall clock that jumps. Nobody
// else loses anything, what was acknowledged is there, what can't be is said, and the server recovers.

#include "tests/support/faults.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/bystanders.h"
#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_peer.h"
#include "tests/support/unique_fd.h"
#include "tests/support/web_peer.h"
#include "tests/system/seed.h"

namespace parley::test {
namespace {

// The page that the test shares with a server.
class FaultPage {
 public:
  FaultPage() : file_(folder_.path() / "faults") {
    std::ofstream(file_) << std::string(sizeof(Faults), '\0');
    const UniqueFd fd(::open(file_.c_str(), O_RDWR | O_CLOEXEC));
    void* const page = ::mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (page == MAP_FAILED) throw Failure("no shared page");
    page_ = static_cast<Faults*>(page);
    page_->seed = Seed();
  }
  ~FaultPage() { ::munmap(page_, sizeof(Faults)); }
  FaultPage(const FaultPage&) = delete;
  FaultPage& operator=(const FaultPage&) = delete;

  Faults* operator->() { return page_; }
  [[nodiscard]] Environment environment() const {
    return {{"LD_PRELOAD", PARLEY_FAULTS_LIBRARY}, {kFaultsFile, file_.string()}};
  }

 private:
  TemporaryFolder folder_;
  std::filesystem::path file_;
  Faults* page_ = nullptr;
};

class FaultsTest : public testing::Test {
 protected:
  std::string data() { return (folder_.path() / "data").string(); }
  void MakeSocketsPoor() {
    faults_->interrupted = 100;
    faults_->would_block = 100;
    faults_->short_io = 1'000;  // every one
  }

  FaultPage faults_;
  TemporaryFolder folder_;
};

constexpr int kText = 0x81;  // the first byte of a frame

std::string Text(int number) {
  return "message " + std::to_string(number) + std::string(static_cast<std::size_t>(number % 7) * 300, '.');
}

// A WebSocket over TLS that is in the lab, and heard of its own coming.
WebPeer InTheLab(const ServerProcess& server, std::string_view name) {
  WebPeer peer(TlsPeer(server.tls_port()));
  EXPECT_EQ(peer.Upgrade("localhost").status, 101);
  EXPECT_EQ(peer.Ask("hello", {{"protocol", 1}, {"name", name}})["type"], "welcome");
  EXPECT_EQ(peer.Ask("join", {{"room", "lab"}})["type"], "joined");
  while (Json::Parse(peer.NextFrame().payload)["type"] != "member_joined") {
  }
  return peer;
}

// --- Sockets ---

TEST_F(FaultsTest, ShortReadsAndWritesInterruptionsAndFalseAlarmsLoseNothing) {
  constexpr int kMessages = 40;
  ServerProcess server({"--rate", "0"}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  LinePeer bo(server.port(), "Bo");
  ana.Join("lab");
  bo.Join("lab");
  MakeSocketsPoor();
  for (int i = 0; i < kMessages; ++i) ana.Send("message", {{"room", "lab"}, {"text", Text(i)}});
  for (int i = 0; i < kMessages; ++i) EXPECT_EQ(ana.NextReply()["seq"], i + 1);
  for (int i = 0; i < kMessages; ++i) EXPECT_EQ(bo.NextEvent("message")["text"], Text(i));
  EXPECT_GT(faults_->done_ios, 1'000U);
}

TEST_F(FaultsTest, SocketFaultsOverTlsAndByWebSocketLoseNothing) {
  ServerProcess server({"--rate", "0"}, faults_.environment());
  Bystanders people(server);
  MakeSocketsPoor();
  people.TalkOn(30);
  WebPeer cy = InTheLab(server, "Cy");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(cy.Ask("message", {{"room", "lab"}, {"text", Text(i)}})["type"], "ok");
  }
  const Json kept = cy.Ask("history", {{"room", "lab"}, {"limit", 20}})["messages"];
  ASSERT_EQ(kept.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(kept[static_cast<std::size_t>(i)]["text"], Text(i));
  people.Stop();
  EXPECT_GT(faults_->done_ios, 1'000U);
}

TEST_F(FaultsTest, AResetEndsOneConnectionAndNobodyElses) {
  ServerProcess server({}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  LinePeer bo(server.port(), "Bo");
  ana.Join("lab");
  bo.Join("lab");
  for (const int error : {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT}) {
    LinePeer cy(server.port(), "Cy");
    cy.Join("lab");
    ana.NextEvent("member_joined");
    bo.NextEvent("member_joined");
    faults_->io_error = error;
    faults_->ios = 1;
    cy.SendLine(R"({"type":"ping"})");
    EXPECT_EQ(ana.NextEvent("member_left")["reason"], "lost") << error;
    EXPECT_EQ(bo.NextEvent("member_left")["name"], "Cy");
    EXPECT_EQ(ana.Say("lab", "still here")["type"], "ok");
    EXPECT_EQ(bo.NextEvent("message")["text"], "still here");
  }
}

TEST_F(FaultsTest, AResetOfAWebSocketOverTlsToo) {
  ServerProcess server({}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  ana.Join("lab");
  for (const int error : {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT}) {
    WebPeer cy = InTheLab(server, "Cy");
    ana.NextEvent("member_joined");
    ana.Settle();
    faults_->io_error = error;
    faults_->ios = 1;
    cy.SendFrame(kText, R"({"type":"ping"})");
    EXPECT_EQ(ana.NextEvent("member_left")["reason"], "lost") << error;
    EXPECT_EQ(ana.Say("lab", "still here")["type"], "ok");
  }
}

TEST_F(FaultsTest, APeerThatConnectsWithoutAFreeDescriptorOrMemoryIsServedAfterwards) {
  ServerProcess server({}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  ana.Join("lab");
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EINTR, EPROTO}) {
    const std::uint32_t before = faults_->done_accepts;
    faults_->accept_error = error;
    faults_->accepts = 3;
    LinePeer bo(server.port(), "Bo");
    EXPECT_EQ(Outcome(bo.Join("lab")), "joined") << error;
    EXPECT_EQ(bo.Say("lab", "hello")["type"], "ok");
    EXPECT_EQ(ana.NextEvent("message")["text"], "hello");
    EXPECT_EQ(Outcome(bo.Leave("lab")), "ok");
    EXPECT_EQ(faults_->done_accepts, before + 3);
    bo.wire().Close();
    ana.Settle();
    faults_->accepts = 1;
    WebPeer cy = InTheLab(server, "Cy");
    EXPECT_EQ(faults_->accepts, 0);
  }
}

// --- The disk ---

TEST_F(FaultsTest, AFullDiskIsSaidAndWhatWasAcknowledgedIsThere) {
  struct Trouble {
    const char* name;
    std::atomic<std::int32_t> Faults::*fault;
    int error;
  };
  for (const Trouble& trouble :
       {Trouble{"full disk", &Faults::write_error, ENOSPC}, Trouble{"broken disk", &Faults::write_error, EIO},
        Trouble{"sync fails", &Faults::sync_error, EIO}}) {
    SCOPED_TRACE(trouble.name);
    const TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const std::vector<std::string> options{"--data", data, "--durability", "full"};
    {
      ServerProcess server(options, faults_.environment());
      LinePeer ana(server.port(), "Ana");
      LinePeer bo(server.port(), "Bo");
      ana.Join("lab");
      bo.Join("lab");
      EXPECT_EQ(ana.Say("lab", "before")["seq"], 1);
      (*faults_.operator->()).*trouble.fault = trouble.error;
      EXPECT_EQ(Outcome(ana.Say("lab", "lost")), "internal");
      (*faults_.operator->()).*trouble.fault = 0;
      EXPECT_EQ(ana.Say("lab", "after")["seq"], 2);
      EXPECT_EQ(bo.NextEvent("message")["text"], "before");
      EXPECT_EQ(bo.NextEvent("message")["text"], "after");
      server.process().Signal(SIGKILL);
      server.process().WaitForExit();
    }
    ServerProcess again(options, faults_.environment());
    LinePeer cy(again.port(), "Cy");
    const Json messages = cy.Join("lab")["messages"];
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0]["text"], "before");
    EXPECT_EQ(messages[1]["text"], "after");
  }
}

TEST_F(FaultsTest, ASlowDiskDelaysOnlyMessages) {
  ServerProcess server({"--data", data(), "--durability", "full"}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  LinePeer bo(server.port(), "Bo");
  ana.Join("lab");
  bo.Join("lab");
  faults_->sync_millis = 300;
  ana.Send("message", {{"room", "lab"}, {"text", "slow"}});
  while (faults_->done_syncs == 0) bo.Ask("ping");
  // The disk is at it now; and many pings and whispers pass meanwhile.
  EXPECT_EQ(Outcome(bo.Ask("whisper", {{"to", ana.id()}, {"text", "psst"}})), "ok");
  EXPECT_EQ(ana.NextEvent("whisper")["text"], "psst");
  EXPECT_EQ(ana.NextReply()["seq"], 1);
  EXPECT_EQ(bo.NextEvent("message")["text"], "slow");
}

// --- The clock ---

TEST_F(FaultsTest, AWallClockThatJumpsDisconnectsNobodyAndKeepsTheOrder) {
  constexpr std::int32_t kYear = 365 * 24 * 3'600;
  ServerProcess server({"--data", data()}, faults_.environment());
  LinePeer ana(server.port(), "Ana");
  LinePeer bo(server.port(), "Bo");
  ana.Join("lab");
  bo.Join("lab");
  int seq = 0;
  for (const std::int32_t jump : {kYear, -kYear, 3'600, 0}) {
    faults_->clock_seconds = jump;
    const Json said = ana.Say("lab", "at another time");
    EXPECT_EQ(said["seq"], ++seq);
    EXPECT_EQ(bo.NextEvent("message")["seq"], seq);
    EXPECT_EQ(bo.Ask("ping")["type"], "pong");
  }
  // What is under way has its time by a clock of its own: a head, a handshake.
  WebPeer web(server.port());
  web.Send("GET /healthz HTTP/1.1\r\n");
  RawPeer shaking(server.tls_port());
  shaking.Send("\x16");
  ana.Settle();
  const std::size_t descriptors = server.Descriptors();
  for (const std::int32_t jump : {kYear, -kYear, 0}) {
    faults_->clock_seconds = jump;
    ana.Settle();
    EXPECT_EQ(server.Descriptors(), descriptors);
  }
  web.Send("Host: localhost\r\n\r\n");
  EXPECT_EQ(web.NextAnswer().status, 200);
  // A token is good for a day: not after the clock went on by a year, and again once it is right.
  const std::string token = bo.token();
  bo.wire().Close();
  ana.NextEvent("member_left");
  faults_->clock_seconds = kYear;
  LinePeer early(server.port());
  EXPECT_EQ(Outcome(early.HelloWithToken(token)), "bad_credentials");
  faults_->clock_seconds = 0;
  LinePeer back(server.port());
  EXPECT_EQ(back.HelloWithToken(token)["name"], "Bo");
  EXPECT_EQ(back.Join("lab", {{"since", 0}})["messages"].size(), 4U);
}

}  // namespace
}  // namespace parley::test
