// HttpPosts sends HTTP POST requests with libcurl, several at once, and passes on each part of an answer when
// it arrives.
//
// libcurl never waits here: the caller's Selector watches its sockets. libcurl looks up names on its own
// thread. Only one thread may use an HttpPosts.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/io/selector.h"

namespace parley::cluster {

class HttpPosts {
 public:
  struct Options {
    // PEM files of TLS: who signs the servers' certificates (empty: the system's authorities), and this
    // client's own certificate and key (empty: none).
    std::string ca_file, certificate_file, key_file;
  };
  struct Request {
    std::uint64_t id;  // the caller's
    std::string url;   // http or https
    std::string body;
    std::vector<std::string> headers;
  };
  struct Part {
    std::uint64_t id;
    std::string bytes;       // of the answer's body
    bool ended = false;      // nothing more comes with that id
    std::string error = {};  // if the request ended without a whole answer: why
  };

  // `selector` must outlive this object. Null if libcurl cannot start.
  static std::unique_ptr<HttpPosts> Open(Options options, Selector& selector);
  ~HttpPosts();
  HttpPosts(const HttpPosts&) = delete;
  HttpPosts& operator=(const HttpPosts&) = delete;

  void Begin(Request request);
  // Nothing more comes with that id.
  void Cancel(std::uint64_t id);
  // Stops reading for that id (`pause`), or resumes it. What was read before is still passed on.
  void Pause(std::uint64_t id, bool pause);
  [[nodiscard]] std::vector<std::uint64_t> ids() const;

  // Takes what a Selector has reported. Ignores descriptors that are not its own.
  void Ready(const Selector::Ready& ready);
  void Tick(MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  // The next piece of an answer, or nothing.
  std::optional<Part> Take();

 private:
  struct Multi;
  struct Transfer;
  explicit HttpPosts(Options options, Selector& selector);
  void Finish();

  Options options_;
  std::unique_ptr<Multi> multi_;
  std::map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::deque<Part> parts_;
};

}  // namespace parley::cluster
