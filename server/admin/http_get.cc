#include "server/admin/http_get.h"

#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "common/buffer/blob.h"
#include "common/buffer/out_queue.h"
#include "common/io/selector.h"
#include "common/net/channel.h"
#include "common/net/connector.h"
#include "common/net/tls.h"

namespace parley {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;

struct NoAnswer {
  std::string why;
};

class Question {
 public:
  Question(const HttpAsk& ask, Duration patience)
      : ask_(ask), until_(ReadSystemClock().monotonic + patience) {}

  std::string Run() {
    Connect();
    Shake();
    Send();
    return Receive();
  }

 private:
  // Until the socket is ready.
  void Wait(int descriptor, bool writable) {
    Selector selector;
    selector.Watch(descriptor, !writable, writable);
    for (;;) {
      const Duration left = until_ - ReadSystemClock().monotonic;
      if (left <= Duration::zero()) throw NoAnswer{"it does not answer in time"};
      if (!selector.Wait(left).empty()) return;
    }
  }

  void Connect() {
    std::error_code error;
    auto connector = Connector::Start(ask_.server, error);
    if (!connector) throw NoAnswer{error.message()};
    for (;;) {
      Wait(connector->descriptor(), true);
      const auto status = connector->Finish(error);
      if (status == Connector::Status::kFailed) throw NoAnswer{error.message()};
      if (status == Connector::Status::kConnected) break;
    }
    if (!ask_.tls) {
      channel_ = std::make_unique<Channel>(connector->TakeStream());
      return;
    }
    std::string wrong;
    const auto context = TlsContext::Client("", wrong);
    if (!context) throw NoAnswer{wrong};
    channel_ = std::make_unique<Channel>(connector->TakeStream(),
                                         std::make_unique<TlsSession>(context, ask_.server.host));
  }

  void Shake() {
    for (;;) {
      const auto status = channel_->Shake();
      if (status == Channel::ShakeStatus::kDone) return;
      if (status == Channel::ShakeStatus::kFailed) throw NoAnswer{"the TLS handshake failed"};
      Wait(channel_->descriptor(), channel_->HasUnsent());
    }
  }

  void Send() {
    const std::string request = "GET " + ask_.path +
                                " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ask_.bearer +
                                "\r\nConnection: close\r\n\r\n";
    OutQueue out;
    out.Push(BlobRef::Copy(request));
    for (;;) {
      const auto status = channel_->Flush(out, request.size());
      if (status == Channel::FlushStatus::kError) throw NoAnswer{"the connection broke"};
      if (status == Channel::FlushStatus::kDone) return;
      Wait(channel_->descriptor(), true);
    }
  }

  std::string Receive() {
    std::string bytes;
    std::vector<char> piece(std::size_t{16} * 1024);
    while (bytes.size() < kMostBytes) {
      const IoResult result = channel_->Read(piece);
      if (result.status == IoStatus::kOk) bytes.append(piece.data(), result.bytes);
      if (result.status == IoStatus::kEnd) return bytes;
      if (result.status == IoStatus::kError) throw NoAnswer{"the connection broke"};
      if (result.status == IoStatus::kWouldBlock) Wait(channel_->descriptor(), false);
    }
    throw NoAnswer{"its answer does not end"};
  }

  const HttpAsk& ask_;
  MonotonicTime until_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace

std::optional<HttpReply> ParseHttpAnswer(const std::string& bytes) {
  constexpr std::string_view kBegin = "HTTP/1.1 ";
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with(kBegin) || head_end == std::string::npos) return std::nullopt;
  HttpReply said;
  const char* begin = bytes.data() + kBegin.size();
  if (std::from_chars(begin, begin + 3, said.status).ptr != begin + 3) return std::nullopt;
  said.body = bytes.substr(head_end + 4);
  return said;
}

std::optional<HttpReply> HttpGet(const HttpAsk& ask, Duration patience, std::string& error) try {
  auto said = ParseHttpAnswer(Question(ask, patience).Run());
  if (!said) error = "it does not answer in HTTP";
  return said;
} catch (const NoAnswer& none) {
  error = none.why;
  return std::nullopt;
}

}  // namespace parley
