#include "tests/support/tls_peer.h"

#include <array>
#include <utility>

#include "tests/support/deadline.h"

namespace parley::test {
namespace {

std::shared_ptr<TlsContext> Context() {
  std::string error;
  static const std::shared_ptr<TlsContext> context = TlsContext::Client("", error);
  return context;
}

}  // namespace

TlsPeer::TlsPeer(std::uint16_t port, const RawPeer::Options& options)
    : wire_(port, options), session_(std::make_unique<TlsSession>(Context(), "localhost")) {
  TlsSession::Status status = session_->Handshake();
  while (status == TlsSession::Status::kNeedMore) {
    wire_.Send(std::exchange(session_->outgoing(), {}));
    const std::string answer = wire_.Receive();
    if (answer.empty()) throw Failure("closed in the middle of the TLS handshake");
    session_->Receive(answer);
    status = session_->Handshake();
  }
  if (status != TlsSession::Status::kOk) throw Failure("the TLS handshake failed");
  wire_.Send(std::exchange(session_->outgoing(), {}));
}

void TlsPeer::Send(std::string_view bytes) {
  session_->Write(bytes);
  wire_.Send(std::exchange(session_->outgoing(), {}));
}

void TlsPeer::SendLast(std::string_view bytes, std::string_view junk) {
  if (!bytes.empty()) session_->Write(bytes);
  session_->FinishSending();
  wire_.Send(std::exchange(session_->outgoing(), {}).append(junk));
}

std::string TlsPeer::ReceiveExactly(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string TlsPeer::ReceiveThrough(std::string_view end) {
  std::size_t found = 0;
  while ((found = buffer_.find(end)) == std::string::npos) {
    if (!Fill()) return std::exchange(buffer_, {});
  }
  return ReceiveExactly(found + end.size());
}

std::string TlsPeer::ReceiveToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, {});
}

bool TlsPeer::Fill() {
  for (;;) {
    const std::string arrived = session_->HasBuffered() ? "" : wire_.Receive();
    if (arrived.empty() && !session_->HasBuffered()) return false;
    session_->Receive(arrived);
    std::array<char, 16384> plain{};
    const TlsSession::Result result = session_->Read(plain);
    buffer_.append(plain.data(), result.bytes);
    if (result.bytes > 0) return true;
    if (result.status != TlsSession::Status::kNeedMore) return false;
  }
}

}  // namespace parley::test
