#include "client/link/transfer.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "common/base/limits.h"
#include "common/base/sha256.h"

namespace parley::client {
namespace {

namespace fs = std::filesystem;

// A piece of the file, and how much of it may wait in the connection.
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kMostUnsent = 4 * kPiece;
// A connection on which nothing moves for so long is given up.
constexpr std::chrono::seconds kSilence{30};
// Connections that are lost one after the other without anything moved.
constexpr int kMostLosses = 6;

constexpr int kOk = 200;
constexpr int kCreated = 201;
constexpr int kNoContent = 204;
constexpr int kPartialContent = 206;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kTooLarge = 413;
constexpr int kRangeNotSatisfiable = 416;
constexpr int kNoSpace = 507;

std::string WhyRefused(int status) {
  if (status == kNotFound) return "the server no longer waits for it; try again";
  if (status == kTooLarge) return "the file is too large for this server";
  if (status == kNoSpace) return "the server has no space left for files";
  return "the server refused it (HTTP " + std::to_string(status) + ")";
}

// Makes `part` the file `path`, unless there is one by now.
bool Publish(const std::string& part, const std::string& path) {
  if (::link(part.c_str(), path.c_str()) == 0) {
    ::unlink(part.c_str());
    return true;
  }
  // A file system without hard links.
  std::error_code failed;
  if (errno == EEXIST || fs::exists(path, failed)) return false;
  fs::rename(part, path, failed);
  return !failed;
}

}  // namespace

Transfer::Transfer(Selector& selector, Endpoint server, std::function<double()> random, const Trust* trust,
                   TransferOrder order)
    : order_(std::move(order)),
      server_(server),
      link_(selector, std::move(server), std::move(random), trust) {
  if (Prepare()) link_.Open();
}

std::optional<MonotonicTime> Transfer::deadline() const {
  if (ended_) return std::nullopt;
  if (link_.deadline()) return link_.deadline();
  return asked_ == Asked::kNothing ? std::nullopt : std::optional(silent_until_);
}

std::uint64_t Transfer::done() const {
  return at_ - std::min<std::uint64_t>(at_, order_.upload ? link_.unsent() : 0);
}

bool Transfer::Prepare() {
  std::error_code failed;
  if (order_.upload) {
    file_.open(order_.path, std::ios::in | std::ios::binary);
    if (!file_) Fail("can't read " + order_.path);
    return !ended_;
  }
  if (fs::exists(order_.path, failed)) {
    Fail(order_.path + " is there already; choose another name");
    return false;
  }
  at_ = fs::is_regular_file(Part(), failed) ? fs::file_size(Part(), failed) : 0;
  if (failed || at_ > order_.size) at_ = 0;
  file_.open(Part(), std::ios::out | std::ios::binary | (at_ > 0 ? std::ios::app : std::ios::trunc));
  if (!file_) Fail("can't write " + Part() + ": " + std::strerror(errno));
  if (!ended_ && at_ == order_.size) Finish();
  return !ended_;
}

void Transfer::Turn(MonotonicTime now) {
  if (ended_) return;
  link_.OnTime(now);
  if (link_.refusal()) return Fail(*link_.refusal());
  if (link_.TakeUp()) {
    silent_until_ = now + kSilence;
    Begin();
  }
  if (!link_.incoming().empty()) silent_until_ = now + kSilence;
  Receive();
  if (ended_) return;
  if (const auto why = link_.TakeDown()) return HandleDown(*why);
  Feed();
  link_.Flush();
  if (done() != std::exchange(moved_before_, done())) silent_until_ = now + kSilence;
  if (asked_ != Asked::kNothing && now >= silent_until_) link_.Break("the server does not answer", now);
}

// --- Asking ---

std::string Transfer::HeadOf(std::string_view method, std::string_view fields) const {
  return std::string(method) + " " + order_.url + " HTTP/1.1\r\nHost: " + ToString(server_) + "\r\n" +
         std::string(fields) + "\r\n";
}

void Transfer::Begin() {
  head_.reset();
  link_.incoming().Clear();
  if (!order_.upload) return Get();
  if (std::exchange(put_before_, true)) return AskForOffset();
  Put(0);
}

void Transfer::AskForOffset() {
  asked_ = Asked::kOffset;
  link_.Send(HeadOf("HEAD", ""));
}

void Transfer::Put(std::uint64_t offset) {
  asked_ = Asked::kPut;
  if (offset > std::exchange(confirmed_, offset)) losses_ = 0;
  at_ = offset;
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  std::string fields = "Content-Length: " + std::to_string(order_.size - offset) + "\r\n";
  if (offset > 0) {
    fields += "Content-Range: bytes " + std::to_string(offset) + "-" + std::to_string(order_.size - 1) + "/" +
              std::to_string(order_.size) + "\r\n";
  }
  link_.Send(HeadOf("PUT", fields));
}

void Transfer::Get() {
  asked_ = Asked::kGet;
  link_.Send(HeadOf("GET", at_ > 0 ? "Range: bytes=" + std::to_string(at_) + "-\r\n" : ""));
}

void Transfer::Feed() {
  if (asked_ != Asked::kPut) return;
  std::array<char, kPiece> piece;
  while (at_ < order_.size && link_.unsent() < kMostUnsent) {
    const std::uint64_t wanted = std::min<std::uint64_t>(piece.size(), order_.size - at_);
    file_.read(piece.data(), static_cast<std::streamsize>(wanted));
    if (file_.gcount() <= 0) return Fail(order_.path + " has changed while it was sent; send it again");
    const auto got = static_cast<std::size_t>(file_.gcount());
    link_.Send({piece.data(), got});
    at_ += got;
    link_.Flush();
  }
}

// --- Answers ---

void Transfer::Receive() {
  ByteQueue& incoming = link_.incoming();
  while (!ended_ && !incoming.empty()) {
    if (head_) {
      const auto body = incoming.view().substr(
          0, static_cast<std::size_t>(std::min<std::uint64_t>(incoming.size(), body_left_)));
      OnBody(body);
      body_left_ -= body.size();
      incoming.Consume(body.size());
      if (body_left_ == 0) head_.reset();
      continue;
    }
    bool wrong = false;
    const auto head = ParseHttpAnswerHead(incoming.view(), wrong);
    if (wrong || (head && asked_ == Asked::kNothing)) return Fail("the server does not answer in HTTP");
    if (!head) return;
    incoming.Consume(head->consumed);
    body_left_ = asked_ == Asked::kOffset ? 0 : head->length;  // an answer to HEAD has no body
    if (body_left_ > 0) head_ = head;
    OnHead(*head);
  }
}

void Transfer::OnHead(const HttpAnswerHead& head) {
  if (head.status < kOk) return;  // 100 Continue
  const Asked asked = std::exchange(asked_, Asked::kNothing);
  if (asked == Asked::kGet) {
    asked_ = asked;  // the body is to come
    return OnDownloadAnswer(head);
  }
  OnUploadAnswer(head);
}

void Transfer::OnUploadAnswer(const HttpAnswerHead& head) {
  const bool has_offset = head.upload_offset && *head.upload_offset <= order_.size;
  if (head.status == kCreated || (has_offset && *head.upload_offset == order_.size)) {
    at_ = order_.size;
    ended_ = true;
  } else if (has_offset && (head.status == kOk || head.status == kNoContent || head.status == kConflict)) {
    Put(*head.upload_offset);
  } else {
    Fail(WhyRefused(head.status));
  }
}

void Transfer::OnDownloadAnswer(const HttpAnswerHead& head) {
  const bool rest = head.status == kPartialContent && head.range_start == at_;
  if (head.status == kOk && at_ > 0) {  // from the beginning, although the rest was asked for
    file_.close();
    file_.open(Part(), std::ios::out | std::ios::binary | std::ios::trunc);
    at_ = 0;
  }
  if (head.status == kRangeNotSatisfiable) {
    std::error_code ignored;
    fs::remove(Part(), ignored);
  }
  if (head.status != kOk && !rest) return Fail(WhyRefused(head.status));
  if (at_ + head.length != order_.size)
    Fail("the size of the file differs from the size that the server announced; try again");
}

void Transfer::OnBody(std::string_view bytes) {
  if (asked_ != Asked::kGet) return;  // the text of an error
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) return Fail("can't write " + Part() + "; is the disk full?");
  at_ += bytes.size();
  losses_ = 0;
  if (at_ == order_.size) Finish();
}

void Transfer::Finish() {
  file_.close();
  if (file_.fail()) return Fail("can't write " + Part() + "; is the disk full?");
  if (Sha256OfFile(Part()) != order_.sha256) {
    std::error_code ignored;
    fs::remove(Part(), ignored);
    return Fail("checksum mismatch; try again");
  }
  if (!Publish(Part(), order_.path))
    return Fail("can't write " + order_.path + "; does a file of this name exist now?");
  ended_ = true;
}

// --- The end ---

// The link comes back by itself.
void Transfer::HandleDown(const std::string& why) {
  asked_ = Asked::kNothing;
  head_.reset();
  if (++losses_ > kMostLosses) Fail(why);
}

void Transfer::Fail(std::string why) {
  ended_ = true;
  error_ = std::move(why);
}

}  // namespace parley::client
