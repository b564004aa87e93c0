#include "common/net/channel.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <string>

namespace parley {
namespace {

// What one recv() of a TLS channel takes, and what one record carries at most (RFC 8446, section 5.1).
constexpr std::size_t kWireBytes = std::size_t{64} * 1024;
constexpr std::size_t kRecordBytes = std::size_t{16} * 1024;

// Shared by all channels of a thread: nothing stays in them between calls.
std::span<char> WireBuffer() {
  static thread_local std::array<char, kWireBytes> buffer;
  return buffer;
}
std::span<char> RecordBuffer() {
  static thread_local std::array<char, kRecordBytes> buffer;
  return buffer;
}

std::span<std::string_view> Views() {
  static thread_local std::array<std::string_view, Stream::kMostViews> views;
  return views;
}

std::size_t SizeOf(std::span<const std::string_view> views) {
  return std::transform_reduce(views.begin(), views.end(), std::size_t{0}, std::plus<>(),
                               [](std::string_view view) { return view.size(); });
}

}  // namespace

Channel::ShakeStatus Channel::Shake() {
  if (!tls_) return ShakeStatus::kDone;
  const IoResult wire = stream_.Read(WireBuffer());
  if (wire.status == IoStatus::kEnd || wire.status == IoStatus::kError) return ShakeStatus::kFailed;
  tls_->Receive({WireBuffer().data(), wire.bytes});
  const TlsSession::Status status = tls_->Handshake();
  if (SendEncrypted() == FlushStatus::kError) return ShakeStatus::kFailed;
  switch (status) {
    case TlsSession::Status::kOk:
      return ShakeStatus::kDone;
    case TlsSession::Status::kNeedMore:
      return ShakeStatus::kWaiting;
    case TlsSession::Status::kEnd:
    case TlsSession::Status::kError:
      break;
  }
  return ShakeStatus::kFailed;
}

IoResult Channel::Read(std::span<char> into) {
  if (!tls_) return stream_.Read(into);
  IoResult wire{IoStatus::kWouldBlock};
  if (!tls_->HasBuffered()) {
    wire = stream_.Read(WireBuffer());
    if (wire.status != IoStatus::kOk) return wire;
    tls_->Receive({WireBuffer().data(), wire.bytes});
  }
  const TlsSession::Result plain = tls_->Read(into);
  switch (plain.status) {
    case TlsSession::Status::kOk:
      return {IoStatus::kOk, plain.bytes};
    case TlsSession::Status::kNeedMore:
      return {IoStatus::kWouldBlock};
    case TlsSession::Status::kEnd:
      return {IoStatus::kEnd};
    case TlsSession::Status::kError:
      break;
  }
  SendEncrypted();  // the alert that says why
  return {IoStatus::kError};
}

Channel::FlushStatus Channel::Flush(OutQueue& out, std::size_t budget) {
  return tls_ ? FlushTls(out, budget) : FlushPlain(out, budget);
}

Channel::FlushStatus Channel::FlushPlain(OutQueue& out, std::size_t budget) {
  while (!out.empty()) {
    if (budget == 0) return FlushStatus::kBudget;
    const auto gathered = Views().first(out.Gather(Views(), budget));
    const std::size_t offered = SizeOf(gathered);
    const IoResult result = stream_.Write(gathered);
    if (result.status == IoStatus::kError) return FlushStatus::kError;
    if (result.status == IoStatus::kWouldBlock) return FlushStatus::kBlocked;
    out.Consume(result.bytes);
    budget -= result.bytes;
    // The socket is full: another call would only say so.
    if (result.bytes < offered) return FlushStatus::kBlocked;
  }
  return FlushStatus::kDone;
}

Channel::FlushStatus Channel::FlushTls(OutQueue& out, std::size_t budget) {
  for (;;) {
    const std::size_t max = std::min(budget, kEncryptedAtOnce);
    if (tls_->outgoing().empty() && !Encrypt(out, max)) return FlushStatus::kError;
    const std::size_t offered = tls_->outgoing().size();
    const FlushStatus sent = SendEncrypted();
    if (sent != FlushStatus::kDone) return sent;
    if (out.empty()) return FlushStatus::kDone;
    budget -= std::min(budget, offered);
    if (budget == 0) return FlushStatus::kBudget;
  }
}

bool Channel::Encrypt(OutQueue& out, std::size_t max) {
  while (!out.empty() && tls_->outgoing().size() < max) {
    // A record's worth of blobs in one piece: a record a blob would cost more in headers and tags than in
    // text.
    const auto gathered = Views().first(out.Gather(Views(), kRecordBytes));
    char* end = RecordBuffer().data();
    for (const std::string_view view : gathered) end = std::ranges::copy(view, end).out;
    const auto size = static_cast<std::size_t>(end - RecordBuffer().data());
    if (tls_->Write({RecordBuffer().data(), size}) != TlsSession::Status::kOk) return false;
    out.Consume(size);
  }
  return true;
}

Channel::FlushStatus Channel::SendEncrypted() {
  std::string& outgoing = tls_->outgoing();
  if (outgoing.empty()) return FlushStatus::kDone;
  const std::array<std::string_view, 1> views = {outgoing};
  const IoResult result = stream_.Write(views);
  if (result.status == IoStatus::kError) return FlushStatus::kError;
  if (result.bytes < outgoing.size()) {
    outgoing.erase(0, result.bytes);
    return FlushStatus::kBlocked;
  }
  std::string().swap(outgoing);  // an idle peer holds no memory for it
  return FlushStatus::kDone;
}

void Channel::FinishSending() {
  if (tls_) {
    tls_->FinishSending();
    SendEncrypted();
  }
  stream_.FinishSending();
}

}  // namespace parley
