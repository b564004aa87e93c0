#include "server/media/transport.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"
#include "common/codec/rtp.h"
#include "tests/server/media/page.h"

namespace parley {
namespace {

using State = Transport::State;

class TransportTest : public testing::Test {
 protected:
  explicit TransportTest(const std::string& fingerprint = FingerprintOf(PageCertificate(1))) {
    std::string error;
    auto server = DtlsContext::Server(ServerCertificate().certificate, ServerCertificate().key, error);
    auto page = DtlsContext::Client(PageCertificate(1).certificate, PageCertificate(1).key, error);
    transport_ = std::make_unique<Transport>(server, fingerprint);
    page_ = std::make_unique<DtlsSession>(page);
  }

  void Carry() {
    page_->Start();
    for (bool moved = true; moved;) {
      moved = false;
      for (const std::string& datagram : page_->TakeOutgoing()) {
        transport_->Receive(datagram, now_);
        moved = true;
      }
      for (const std::string& datagram : transport_->TakeOutgoing()) {
        page_->Receive(datagram);
        moved = true;
      }
    }
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<DtlsSession> page_;
};

TEST_F(TransportTest, PacketsOfThePageAreDecryptedAndOursReachIt) {
  EXPECT_EQ(transport_->state(), State::kNew);
  EXPECT_EQ(transport_->sender(), nullptr);
  Carry();
  ASSERT_EQ(transport_->state(), State::kConnected);
  EXPECT_FALSE(transport_->Due());
  const SrtpKeys keys = *page_->Keys();
  const auto sender = MakeSrtpSender(keys.profile, keys.client);
  const auto receiver = SrtpReceiver::Make(keys.profile, keys.server);

  std::string packet;
  AppendRtp(packet, {false, 111, 1, 2, 3}, {}, "voice");
  const std::string plain = packet;
  packet.resize(plain.size() + kSrtpRoom);
  packet.resize(*sender->Protect(packet, plain.size()));
  EXPECT_EQ(transport_->receiver()->Unprotect(packet), plain.size());

  packet = plain;
  packet.resize(plain.size() + kSrtpRoom);
  packet.resize(*transport_->sender()->Protect(packet, plain.size()));
  EXPECT_EQ(receiver->Unprotect(packet), plain.size());
}

TEST_F(TransportTest, AHandshakeThatTakesTooLongFails) {
  page_->Start();
  transport_->Receive(page_->TakeOutgoing().front(), now_);
  EXPECT_EQ(transport_->state(), State::kHandshake);
  EXPECT_EQ(transport_->Due(), now_ + limits::kDtlsTick);
  EXPECT_EQ(transport_->Tick(now_ + limits::kDtlsHandshake - std::chrono::milliseconds(1)),
            State::kHandshake);
  EXPECT_EQ(transport_->Tick(now_ + limits::kDtlsHandshake), State::kFailed);
  EXPECT_FALSE(transport_->Due());
}

TEST_F(TransportTest, APageThatClosesIsHeard) {
  Carry();
  page_->Close();
  for (const std::string& datagram : page_->TakeOutgoing()) transport_->Receive(datagram, now_);
  EXPECT_EQ(transport_->state(), State::kClosed);
  EXPECT_EQ(transport_->sender(), nullptr);
}

TEST_F(TransportTest, APageIsToldOfTheEnd) {
  Carry();
  transport_->Close();
  for (const std::string& datagram : transport_->TakeOutgoing()) page_->Receive(datagram);
  EXPECT_EQ(page_->status(), DtlsSession::Status::kEnd);
}

class OtherFingerprint : public TransportTest {
 protected:
  OtherFingerprint() : TransportTest(FingerprintOf(ServerCertificate())) {}
};
TEST_F(OtherFingerprint, ACertificateThatSignalingDidNotNameIsRejected) {
  Carry();
  EXPECT_EQ(transport_->state(), State::kFailed);
  EXPECT_EQ(transport_->receiver(), nullptr);
}

class UnknownFingerprint : public TransportTest {
 protected:
  UnknownFingerprint() : TransportTest("sha-1 AB:CD") {}
};
TEST_F(UnknownFingerprint, AFingerprintOfAnotherKindMatchesNobody) {
  Carry();
  EXPECT_EQ(transport_->state(), State::kFailed);
}

}  // namespace
}  // namespace parley
