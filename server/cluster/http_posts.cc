#include "server/cluster/http_posts.h"

#include <curl/curl.h>

#include <array>
#include <set>
#include <utility>

#include "common/base/cluster_limits.h"

namespace parley::cluster {

struct HttpPosts::Multi {
  explicit Multi(Selector& watching) : selector(watching), handle(curl_multi_init()) {}
  ~Multi() {
    if (handle != nullptr) curl_multi_cleanup(handle);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  static int Watch(CURL* /*easy*/, curl_socket_t socket, int what, void* user, void* /*socket's*/) {
    auto& self = *static_cast<Multi*>(user);
    if (what == CURL_POLL_REMOVE) {
      self.selector.Remove(socket);
      self.sockets.erase(socket);
    } else {
      self.selector.Watch(socket, (what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
      self.sockets.insert(socket);
    }
    return 0;
  }
  static int SetTimer(CURLM* /*multi*/, long milliseconds, void* user) {
    auto& self = *static_cast<Multi*>(user);
    self.timer_is_new = true;
    self.wait = milliseconds < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(milliseconds));
    return 0;
  }

  Selector& selector;
  CURLM* handle;
  std::set<int> sockets;
  // libcurl says how long to wait; the time at which that began comes with the next Tick.
  bool timer_is_new = false;
  std::optional<std::chrono::milliseconds> wait;
  std::optional<MonotonicTime> timer;
};

struct HttpPosts::Transfer {
  Transfer(std::uint64_t id_of, std::string body_of, std::deque<Part>& to)
      : id(id_of), body(std::move(body_of)), easy(curl_easy_init()), parts(to) {}
  ~Transfer() {
    if (added_to != nullptr) curl_multi_remove_handle(added_to, easy);
    if (easy != nullptr) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  static std::size_t Write(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    self.parts.push_back({self.id, std::string(bytes, size * count)});
    return size * count;
  }
  void Set(const Options& options, const Request& request);

  std::uint64_t id;
  std::string body;
  CURL* easy;
  CURLM* added_to = nullptr;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};
  std::deque<Part>& parts;
};

void HttpPosts::Transfer::Set(const Options& options, const Request& request) {
  for (const std::string& header : request.headers) headers = curl_slist_append(headers, header.c_str());
  headers = curl_slist_append(headers, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Expect:");  // or a large body waits for the server's permission
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::Write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::chrono::milliseconds(limits::kClusterAnswer).count()));
  const auto file = [this](CURLoption option, const std::string& path) {
    if (!path.empty()) curl_easy_setopt(easy, option, path.c_str());
  };
  file(CURLOPT_CAINFO, options.ca_file);
  file(CURLOPT_SSLCERT, options.certificate_file);
  file(CURLOPT_SSLKEY, options.key_file);
}

std::unique_ptr<HttpPosts> HttpPosts::Open(Options options, Selector& selector) {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kStarted != CURLE_OK) return nullptr;
  std::unique_ptr<HttpPosts> posts(new HttpPosts(std::move(options), selector));
  if (posts->multi_->handle == nullptr) return nullptr;
  return posts;
}

HttpPosts::HttpPosts(Options options, Selector& selector)
    : options_(std::move(options)), multi_(std::make_unique<Multi>(selector)) {
  CURLM* const multi = multi_->handle;
  if (multi == nullptr) return;
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Multi::Watch);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, multi_.get());
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Multi::SetTimer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, multi_.get());
}

HttpPosts::~HttpPosts() {
  transfers_.clear();
}

void HttpPosts::Begin(Request request) {
  auto transfer = std::make_unique<Transfer>(request.id, std::move(request.body), parts_);
  if (transfer->easy == nullptr) {
    parts_.push_back({request.id, {}, true, "there is not enough memory"});
    return;
  }
  transfer->Set(options_, request);
  if (curl_multi_add_handle(multi_->handle, transfer->easy) == CURLM_OK) transfer->added_to = multi_->handle;
  transfers_[request.id] = std::move(transfer);
}

void HttpPosts::Cancel(std::uint64_t id) {
  transfers_.erase(id);
  std::erase_if(parts_, [id](const Part& part) { return part.id == id; });
}

void HttpPosts::Pause(std::uint64_t id, bool pause) {
  const auto found = transfers_.find(id);
  if (found != transfers_.end())
    curl_easy_pause(found->second->easy, pause ? CURLPAUSE_RECV : CURLPAUSE_CONT);
}

std::vector<std::uint64_t> HttpPosts::ids() const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, transfer] : transfers_) ids.push_back(id);
  return ids;
}

void HttpPosts::Ready(const Selector::Ready& ready) {
  if (!multi_->sockets.contains(ready.descriptor)) return;
  int running = 0;
  const int what = (ready.readable ? CURL_CSELECT_IN : 0) | (ready.writable ? CURL_CSELECT_OUT : 0);
  curl_multi_socket_action(multi_->handle, ready.descriptor, what, &running);
  Finish();
}

void HttpPosts::Tick(MonotonicTime now) {
  if (multi_->timer && now >= *multi_->timer && !multi_->timer_is_new) {
    multi_->timer.reset();
    int running = 0;
    curl_multi_socket_action(multi_->handle, CURL_SOCKET_TIMEOUT, 0, &running);
    Finish();
  }
  if (std::exchange(multi_->timer_is_new, false)) {
    multi_->timer = multi_->wait ? std::optional(now + *multi_->wait) : std::nullopt;
  }
}

std::optional<MonotonicTime> HttpPosts::NextDeadline() const {
  // Long ago: there is something to do at once.
  return multi_->timer_is_new || !parts_.empty() ? MonotonicTime() : multi_->timer;
}

void HttpPosts::Finish() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_->handle, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    Part end{transfer->id, {}, true};
    if (result != CURLE_OK) {
      end.error = transfer->error[0] != '\0' ? transfer->error.data() : curl_easy_strerror(result);
    }
    transfers_.erase(transfer->id);
    parts_.push_back(std::move(end));
  }
}

std::optional<HttpPosts::Part> HttpPosts::Take() {
  if (parts_.empty()) return std::nullopt;
  Part part = std::move(parts_.front());
  parts_.pop_front();
  return part;
}

}  // namespace parley::cluster
