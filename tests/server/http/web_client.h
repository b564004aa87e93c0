// Asks an HttpService, and takes its answer apart.

#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "server/http/http_service.h"

namespace parley::test {

struct Heard {
  int status = 0;
  std::string status_line;
  std::map<std::string, std::string> fields;  // by name, in lower case
  std::string body;
  bool keep_alive = false;
  bool upgraded = false;
  bool parley_v1 = false;
  HttpRefusal refusal;  // for the operator

  // The field's value; "" where it is not there.
  [[nodiscard]] std::string Field(const std::string& name) const;
};

// Where a request comes from.
enum class From {
  kTls,          // the TLS door, another machine
  kTlsLoopback,  // the TLS door, this machine
  kPlain,        // the plain door, another machine
  kLoopback,     // the plain door, this machine
};

class WebClient {
 public:
  explicit WebClient(HttpSettings settings = {}) : service_(std::move(settings)) {}

  HttpService& service() { return service_; }

  // A GET of `target` from the TLS door. `fields`: more lines, each with its CR LF.
  Heard Get(std::string_view target, std::string_view fields = "", From from = From::kTls);
  Heard Head(std::string_view target, std::string_view fields = "");
  // A whole request head, which must be one.
  Heard Ask(std::string_view head, From from = From::kTls);
  // A WebSocket handshake that is right, with more fields.
  Heard Upgrade(std::string_view fields = "", From from = From::kTls);

 private:
  HttpService service_;
};

// Takes a response apart, and checks what holds for each: a date, the security fields, the length of its
// body.
Heard TakeApart(const HttpResponse& response);

// Sun, 06 Nov 1994 08:49:37 GMT: the time of every request.
std::chrono::system_clock::time_point RequestTime();

}  // namespace parley::test
