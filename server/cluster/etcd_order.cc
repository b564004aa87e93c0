#include "server/cluster/etcd_order.h"

#include <algorithm>
#include <utility>

#include "common/base/cluster_limits.h"
#include "common/base/limits.h"
#include "server/cluster/batch_text.h"

namespace parley::cluster {
namespace {

constexpr std::uint64_t kLogIn = 0;  // no ticket has this number

bool IsUrl(const std::string& url) {
  const std::size_t host = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : url.size();
  return host < url.size() && url.find_first_of("/?#@ \r\n", host) == std::string::npos;
}

}  // namespace

std::unique_ptr<EtcdOrder> EtcdOrder::Open(EtcdOptions options, OrderStart start, Selector& selector,
                                           std::string& error) {
  if (!IsClusterName(options.cluster) || !IsClusterName(start.self.server)) {
    error = "the names of a cluster and of a server have 1 to 64 letters, digits, '.', '_' and '-'";
    return nullptr;
  }
  if (options.urls.empty() || options.urls.size() > limits::kClusterUrls ||
      !std::ranges::all_of(options.urls, IsUrl)) {
    error = "etcd needs 1 to " + std::to_string(limits::kClusterUrls) +
            " addresses like http://HOST:PORT or https://HOST:PORT";
    return nullptr;
  }
  auto posts = HttpPosts::Open({options.ca_file, options.certificate_file, options.key_file}, selector);
  if (!posts) {
    error = "libcurl cannot start";
    return nullptr;
  }
  return std::unique_ptr<EtcdOrder>(new EtcdOrder(std::move(options), std::move(start), std::move(posts)));
}

EtcdOrder::EtcdOrder(EtcdOptions options, OrderStart start, std::unique_ptr<HttpPosts> posts)
    : Ordering(start),
      options_(std::move(options)),
      self_(std::move(start.self)),
      gateway_(options_.cluster),
      posts_(std::move(posts)) {
}

void EtcdOrder::Turn(MonotonicTime now) {
  posts_->Tick(now);
  while (auto part = posts_->Take()) Receive(std::move(*part), now);
  for (auto& [ticket, exchange] : exchanges_) {
    if (exchange.kind == StoreRequest::Kind::kFollow) ReadLines(ticket, exchange, now);
  }
  Tick(now);
  DropUnwanted();
  if (!LoggedIn(now)) return;
  while (const auto request = NextRequest(now)) Send(*request);
  DropUnwanted();
  if (reachable()) problem_.clear();
}

std::optional<MonotonicTime> EtcdOrder::NextTurn() const {
  auto next = posts_->NextDeadline();
  const auto sooner = [&next](std::optional<MonotonicTime> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  for (const auto& [ticket, exchange] : exchanges_) {
    if (exchange.paused && HasRoom()) sooner(MonotonicTime());  // there are lines to read
  }
  // Without a token, nothing else can be asked.
  const bool waits_for_token = !options_.user.empty() && token_.empty();
  if (!waits_for_token) sooner(NextDeadline());
  if (waits_for_token && !stopped()) sooner(login_until_ ? login_until_ : login_again_);
  return next;
}

void EtcdOrder::Receive(HttpPosts::Part part, MonotonicTime now) {
  if (part.id == kLogIn) {
    ReceiveLogIn(part, now);
    return;
  }
  const auto found = exchanges_.find(part.id);
  if (found == exchanges_.end()) return;
  Exchange& exchange = found->second;
  const bool follow = exchange.kind == StoreRequest::Kind::kFollow;
  exchange.bytes += part.bytes;
  const bool too_long = exchange.bytes.size() > limits::kClusterAnswerBytes && !exchange.paused;
  if (follow) ReadLines(part.id, exchange, now);
  if (!part.ended && !(too_long && exchange.bytes.size() > limits::kClusterAnswerBytes)) return;
  Gateway::Told told{{StoreAnswer::Outcome::kFailed}};
  if (too_long) {
    told.problem = "the answer is too long";
  } else if (!part.error.empty()) {
    told.problem = std::move(part.error);
  } else if (!follow) {
    told = gateway_.Read(exchange.kind, exchange.bytes);
  } else if (auto line = gateway_.ReadLine(exchange.bytes); line.end) {
    told = std::move(*line.end);  // a refusal, which has no end of a line
  }
  Told(part.id, told, now);
}

void EtcdOrder::ReadLines(std::uint64_t ticket, Exchange& exchange, MonotonicTime now) {
  std::size_t begin = 0;
  while (HasRoom()) {
    const std::size_t end = exchange.bytes.find('\n', std::max(begin, exchange.looked_at));
    if (end == std::string::npos) break;
    Gateway::Line line = gateway_.ReadLine(std::string_view(exchange.bytes).substr(begin, end - begin));
    begin = end + 1;
    if (!line.batches.empty()) Arrived(ticket, std::move(line.batches), now);
    if (line.end) Told(ticket, *line.end, now);
    if (!Waits(ticket)) break;
  }
  exchange.bytes.erase(0, begin);
  // Without room the loop above stopped early, so the bytes that are left may hold a whole line.
  exchange.looked_at = HasRoom() ? exchange.bytes.size() : 0;
  if (exchange.paused == HasRoom()) {
    exchange.paused = !exchange.paused;
    posts_->Pause(ticket, exchange.paused);
  }
}

void EtcdOrder::Told(std::uint64_t ticket, const Gateway::Told& told, MonotonicTime now) {
  exchanges_.at(ticket).told = true;
  if (told.logged_out) token_.clear();
  if (!told.problem.empty()) problem_ = told.problem;
  Answer(ticket, told.answer, now);
}

void EtcdOrder::DropUnwanted() {
  for (auto exchange = exchanges_.begin(); exchange != exchanges_.end();) {
    if (Waits(exchange->first)) {
      ++exchange;
    } else {
      if (!exchange->second.told) problem_ = "etcd does not answer";
      posts_->Cancel(exchange->first);
      exchange = exchanges_.erase(exchange);
    }
  }
}

bool EtcdOrder::LoggedIn(MonotonicTime now) {
  if (options_.user.empty() || !token_.empty()) return true;
  if (stopped()) return false;
  if (login_until_ && now >= *login_until_) {
    posts_->Cancel(kLogIn);
    LogInFailed("etcd does not answer", now);
  }
  if (!login_until_ && now >= login_again_) {
    login_answer_.clear();
    login_until_ = now + limits::kClusterAnswer;
    Post(kLogIn, login_site_, Gateway::LogIn(options_.user, options_.password), false);
  }
  return false;
}

void EtcdOrder::ReceiveLogIn(const HttpPosts::Part& part, MonotonicTime now) {
  login_answer_ += part.bytes;
  if (!part.ended && login_answer_.size() <= limits::kTokenBytes) return;
  std::string problem;
  const auto token = Gateway::ReadToken(login_answer_, problem);
  if (!part.error.empty()) problem = part.error;
  if (!part.ended) posts_->Cancel(kLogIn);
  if (!token) {
    LogInFailed(std::move(problem), now);
    return;
  }
  token_ = *token;
  login_until_.reset();
}

void EtcdOrder::LogInFailed(std::string problem, MonotonicTime now) {
  problem_ = std::move(problem);
  ++login_site_;
  login_until_.reset();
  login_again_ = now + limits::kClusterLongestPause;
}

void EtcdOrder::Send(const StoreRequest& request) {
  const bool follow = request.kind == StoreRequest::Kind::kFollow;
  exchanges_.emplace(request.ticket, Exchange{request.kind});
  Post(request.ticket, request.site, gateway_.Write(request, self_), follow);
}

void EtcdOrder::Post(std::uint64_t id, std::size_t site, const Gateway::Post& post, bool follow) {
  HttpPosts::Request request{id, options_.urls[site % options_.urls.size()], post.body, {}};
  request.url += post.path;
  if (!token_.empty()) request.headers.push_back("Authorization: " + token_);
  // So that a server without a leader, which would bring nothing, ends the stream.
  if (follow) request.headers.emplace_back("Grpc-Metadata-hasleader: true");
  posts_->Begin(std::move(request));
}

}  // namespace parley::cluster
