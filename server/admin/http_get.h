// Asks a server on this machine for one path by HTTP, and waits for the answer.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/endpoint.h"

namespace parley {

struct HttpAsk {
  Endpoint server;
  bool tls = false;  // whatever certificate the server has: what is sent must be no secret of value
  std::string path;
  std::string bearer;  // the token to send
};

struct HttpReply {
  int status = 0;
  std::string body;
};

// Nothing if there is no answer within `patience`, or none in HTTP; then `error` says why.
std::optional<HttpReply> HttpGet(const HttpAsk& ask, Duration patience, std::string& error);

// Splits an answer that came until the end of the connection. Nothing if it is not HTTP, or cut short.
std::optional<HttpReply> ParseHttpAnswer(const std::string& bytes);

}  // namespace parley
