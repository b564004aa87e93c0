// Transfer uploads or downloads one file by HTTP, over a connection of its own. After a lost
// connection it continues where it was.
//
// A download is written to NAME.part, and renamed to NAME when it is complete and its checksum is
// right. It overwrites no file. The next attempt continues a download that failed. Owned by a loop,
// which calls OnReady and Turn as it does for a LiveLink. The Selector and the Trust must outlive it;
// one thread.
//
// It has more than 12 members because an upload and a download are one state machine: most steps are the
// same.

#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client/link/http_answer.h"
#include "client/link/link.h"
#include "common/base/clock.h"
#include "common/base/endpoint.h"
#include "common/io/selector.h"

namespace parley::client {

struct TransferOrder {
  bool upload = false;
  std::string url;   // a path on the server
  std::string path;  // here
  std::uint64_t size = 0;
  std::string sha256 = {};  // of a download, lower-case hex
};

class Transfer {
 public:
  // `random`, `trust`: see Link.
  Transfer(Selector& selector, Endpoint server, std::function<double()> random, const Trust* trust,
           TransferOrder order);

  void OnReady(const Selector::Ready& ready, MonotonicTime now) { link_.OnReady(ready, now); }
  // When Turn has something to do, if nothing happens before.
  [[nodiscard]] std::optional<MonotonicTime> deadline() const;
  void Turn(MonotonicTime now);

  // It ended; then error() says why, if it failed.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::optional<std::string>& error() const { return error_; }
  // Bytes that are on the other side, as far as is known here.
  [[nodiscard]] std::uint64_t done() const;

 private:
  // The requests for the server.
  enum class Asked { kNothing, kOffset, kPut, kGet };

  bool Prepare();
  void Begin();
  void AskForOffset();
  void Put(std::uint64_t offset);
  void Get();
  void Feed();
  void Receive();
  void OnHead(const HttpAnswerHead& head);
  void OnUploadAnswer(const HttpAnswerHead& head);
  void OnDownloadAnswer(const HttpAnswerHead& head);
  void OnBody(std::string_view bytes);
  void Finish();
  void HandleDown(const std::string& why);
  void Fail(std::string why);
  [[nodiscard]] std::string HeadOf(std::string_view method, std::string_view fields) const;
  [[nodiscard]] std::string Part() const { return order_.path + ".part"; }

  TransferOrder order_;
  Endpoint server_;
  Link link_;
  MonotonicTime silent_until_{};  // something must move by then
  std::uint64_t moved_before_ = 0;
  Asked asked_ = Asked::kNothing;
  std::optional<HttpAnswerHead> head_;  // of the answer whose body is coming
  std::uint64_t body_left_ = 0;
  std::fstream file_;
  std::uint64_t at_ = 0;         // bytes that were read from the file, or written to it
  std::uint64_t confirmed_ = 0;  // bytes of an upload that the server has told of
  bool put_before_ = false;
  int losses_ = 0;  // since anything moved
  bool ended_ = false;
  std::optional<std::string> error_;
};

}  // namespace parley::client
