#include "server/media/transport.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

constexpr std::string_view kSha256 = "sha-256 ";

// `AB:CD` as `abcd`.
std::string Hex(std::string_view fingerprint) {
  if (fingerprint.substr(0, kSha256.size()) != kSha256) return "";
  std::string hex(fingerprint.substr(kSha256.size()));
  std::erase(hex, ':');
  std::transform(hex.begin(), hex.end(), hex.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  return hex;
}

}  // namespace

Transport::Transport(const std::shared_ptr<DtlsContext>& context, std::string_view fingerprint)
    : fingerprint_(Hex(fingerprint)), dtls_(context) {
}

Transport::State Transport::Receive(std::string_view datagram, MonotonicTime now) {
  if (state_ == State::kNew) {
    state_ = State::kHandshake;
    deadline_ = now + limits::kDtlsHandshake;
    due_ = now + limits::kDtlsTick;
  }
  if (state_ == State::kHandshake || state_ == State::kConnected) Advance(dtls_.Receive(datagram));
  return state_;
}

Transport::State Transport::Tick(MonotonicTime now) {
  if (state_ != State::kHandshake) return state_;
  due_ = now + limits::kDtlsTick;
  Advance(dtls_.Retransmit());
  if (state_ == State::kHandshake && now >= deadline_) Finish(State::kFailed);
  return state_;
}

void Transport::Advance(DtlsSession::Status status) {
  switch (status) {
    case DtlsSession::Status::kHandshake:
      break;
    case DtlsSession::Status::kConnected:
      if (state_ == State::kHandshake) Connect();
      break;
    case DtlsSession::Status::kEnd:
      Finish(State::kClosed);
      break;
    case DtlsSession::Status::kError:
      Finish(State::kFailed);
      break;
  }
}

void Transport::Connect() {
  const auto keys = dtls_.Keys();
  if (!keys || fingerprint_.empty() || dtls_.PeerFingerprint() != fingerprint_) return Finish(State::kFailed);
  sender_ = MakeSrtpSender(keys->profile, keys->server);
  receiver_ = SrtpReceiver::Make(keys->profile, keys->client);
  if (!sender_ || !receiver_) return Finish(State::kFailed);
  state_ = State::kConnected;
  due_.reset();
}

void Transport::Finish(State state) {
  state_ = state;
  due_.reset();
  sender_.reset();
  receiver_.reset();
}

void Transport::Close() {
  if (state_ != State::kConnected) return;
  dtls_.Close();
  Finish(State::kClosed);
}

}  // namespace parley
