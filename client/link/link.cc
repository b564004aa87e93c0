#include "client/link/link.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/limits.h"

namespace parley::client {
namespace {

// For one address of the server: two of them fit into the patience of a pipe.
constexpr std::chrono::seconds kConnectTimeout{4};

}  // namespace

Link::Link(Selector& selector, Endpoint server, std::function<double()> random, const Trust* trust)
    : selector_(selector), server_(std::move(server)), trust_(trust), backoff_(std::move(random)) {
  selector_.Watch(resolver_.descriptor(), true, false);
}

Link::~Link() {
  Close();
  selector_.Remove(resolver_.descriptor());
}

void Link::Open() {
  deadline_.reset();
  resolver_.Start(server_);
}

void Link::OnReady(const Selector::Ready& ready, MonotonicTime now) {
  if (ready.descriptor == resolver_.descriptor()) {
    OnResolved(now);
  } else if (connector_ && ready.descriptor == connector_->descriptor()) {
    OnConnector(now);
  } else if (channel_ && ready.descriptor == channel_->descriptor()) {
    OnChannel(ready, now);
  }
}

void Link::OnTime(MonotonicTime now) {
  if (!deadline_ || now < *deadline_) return;
  deadline_.reset();
  if (!connector_ && !shaking_) return Open();
  Close();
  last_error_ = "it does not answer";
  TryNextAddress(now);
}

bool Link::TakeUp() {
  return std::exchange(came_up_, false);
}

std::optional<std::string> Link::TakeDown() {
  return std::exchange(went_down_, std::nullopt);
}

void Link::Send(std::string_view bytes) {
  if (!bytes.empty()) outgoing_.Push(BlobRef::Copy(bytes));
}

void Link::Flush() {
  if (!up() || unsent() == 0) return;
  const Channel::FlushStatus status = channel_->Flush(outgoing_, limits::kFlushBytes);
  // A broken connection may still hold what the server said last: reading finds that, and then the end.
  if (status == Channel::FlushStatus::kError) outgoing_.Clear();
  selector_.Watch(channel_->descriptor(), true, unsent() > 0);
}

std::size_t Link::unconfirmed() {
  int bytes = 0;
  if (!channel_ || ::ioctl(channel_->descriptor(), TIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::size_t>(std::max(bytes, 0));
}

void Link::FinishSending() {
  if (channel_) channel_->FinishSending();
}

void Link::Break(const std::string& why, MonotonicTime now) {
  Fail(why, now);
}

void Link::Close() {
  if (connector_) selector_.Remove(connector_->descriptor());
  connector_.reset();
  if (channel_) selector_.Remove(channel_->descriptor());
  channel_.reset();
  shaking_ = false;
  outgoing_.Clear();
}

void Link::Fail(const std::string& why, MonotonicTime now) {
  Close();
  came_up_ = closed_by_server_ = false;
  went_down_ = why;
  deadline_ = now + std::exchange(rest_, Duration::zero()) + backoff_.Next();
}

void Link::OnResolved(MonotonicTime now) {
  std::optional<Resolver::Result> result = resolver_.Take();
  if (!result) return;
  last_error_ = result->error;
  addresses_ = std::move(result->addresses);
  std::ranges::reverse(addresses_);
  TryNextAddress(now);
}

void Link::TryNextAddress(MonotonicTime now) {
  while (!addresses_.empty()) {
    const Endpoint address = std::move(addresses_.back());
    addresses_.pop_back();
    std::error_code error;
    connector_ = Connector::Start(address, error);
    if (connector_) {
      selector_.Watch(connector_->descriptor(), false, true);
      deadline_ = now + kConnectTimeout;
      return;
    }
    last_error_ = error.message();
  }
  Fail(CannotReach(last_error_), now);
}

void Link::OnConnector(MonotonicTime now) {
  selector_.Remove(connector_->descriptor());
  std::error_code error;
  switch (connector_->Finish(error)) {
    case Connector::Status::kConnected:
      shaking_ = trust_ != nullptr;
      channel_ = shaking_
                     ? std::make_unique<Channel>(connector_->TakeStream(), trust_->NewSession(server_.host))
                     : std::make_unique<Channel>(connector_->TakeStream());
      connector_.reset();
      selector_.Watch(channel_->descriptor(), true, false);
      if (shaking_) {
        Shake(now);
      } else {
        CameUp();
      }
      break;
    case Connector::Status::kWaiting:
    case Connector::Status::kNext:
      selector_.Watch(connector_->descriptor(), false, true);
      break;
    case Connector::Status::kFailed:
      last_error_ = error.message();
      connector_.reset();
      TryNextAddress(now);
      break;
  }
}

void Link::CameUp() {
  deadline_.reset();
  came_up_ = true;
}

void Link::Shake(MonotonicTime now) {
  switch (channel_->Shake()) {
    case Channel::ShakeStatus::kWaiting:
      selector_.Watch(channel_->descriptor(), true, channel_->HasUnsent());
      return;
    case Channel::ShakeStatus::kFailed:
      Fail(CannotReach("the TLS handshake failed; is that its TLS door?"), now);
      return;
    case Channel::ShakeStatus::kDone:
      break;
  }
  refusal_ = trust_->Refusal(*channel_->tls(), server_);
  if (refusal_) {
    Close();
    deadline_.reset();
    return;
  }
  shaking_ = false;
  selector_.Watch(channel_->descriptor(), true, channel_->HasUnsent());
  CameUp();
  if (channel_->HasBuffered()) Read(now);
}

void Link::OnChannel(const Selector::Ready& ready, MonotonicTime now) {
  if (shaking_) return Shake(now);
  if (ready.writable) Flush();
  if (ready.readable) Read(now);
}

void Link::Read(MonotonicTime now) {
  do {
    std::array<char, limits::kReadBytes> buffer;
    const IoResult result = channel_->Read(buffer);
    if (result.status == IoStatus::kOk) incoming_.Append({buffer.data(), result.bytes});
    if (result.status == IoStatus::kEnd) {
      Fail("the server closed the connection", now);
      closed_by_server_ = true;
    } else if (result.status == IoStatus::kError) {
      Fail("the connection to " + ToString(server_) + " broke", now);
    }
  } while (channel_ && channel_->HasBuffered());
}

std::string Link::CannotReach(const std::string& reason) const {
  return "can't reach " + ToString(server_) + ": " + reason;
}

}  // namespace parley::client
