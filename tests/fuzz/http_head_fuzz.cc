// The HTTP request head, and what the service answers to it: the same however the bytes arrive, no request
// that two readers could understand differently, and no bytes of the request that make lines of their own in
// the answer.
//
// Input: two characters for where the bytes are cut in two, then the bytes.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/limits.h"
#include "common/codec/http_head.h"
#include "server/http/file_answers.h"
#include "server/http/http_service.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::HttpBad;
using parley::HttpField;
using parley::HttpNeedMore;
using parley::HttpRequest;
using parley::fuzz::Require;

using Result = std::variant<HttpNeedMore, HttpRequest, HttpBad>;

bool IsSame(const Result& one, const Result& other) {
  if (one.index() != other.index()) return false;
  if (const auto* bad = std::get_if<HttpBad>(&one)) return bad->status == std::get<HttpBad>(other).status;
  const auto* request = std::get_if<HttpRequest>(&one);
  if (request == nullptr) return true;
  const auto& same = std::get<HttpRequest>(other);
  return request->method == same.method && request->target == same.target && request->host == same.host &&
         request->consumed == same.consumed && request->content_length == same.content_length &&
         request->chunked == same.chunked &&
         std::ranges::equal(request->fields, same.fields, [](const HttpField& a, const HttpField& b) {
           return a.name == b.name && a.value == b.value;
         });
}

bool HasControl(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

void CheckRequest(const HttpRequest& request, std::string_view input) {
  Require(request.consumed <= input.size() && request.consumed <= parley::limits::kHttpHeadBytes);
  Require(input[request.consumed - 1] == '\n');
  Require(IsSame(request, parley::ParseHttpHead(input.substr(0, request.consumed))));
  Require(!request.method.empty() && !request.target.empty());
  Require(!HasControl(request.target) && request.target.find(' ') == std::string_view::npos);
  Require(request.fields.size() <= parley::limits::kHttpFields);
  for (const HttpField& field : request.fields) Require(!field.name.empty() && !HasControl(field.value));
  // Nobody else may have a body, and a PUT has one length.
  if (request.method == "PUT") {
    Require(request.Has("Content-Length") == request.content_length.has_value());
    Require(request.Has("Transfer-Encoding") == request.chunked);
    Require(!request.chunked || !request.content_length);
  } else {
    Require(!request.Has("Transfer-Encoding") && !request.HasBody());
    Require(!request.Has("Content-Length") || request.Only("Content-Length") == "0");
  }
  Require(request.minor_version == 0 || request.Only("Host").has_value());
}

// Each line but the first is a field of ours.
void CheckHead(std::string_view head) {
  Require(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4);
  Require(head.starts_with("HTTP/1.1 "));
  for (std::size_t at = 0; at < head.size(); ++at) {
    Require(head[at] != '\n' || (at > 0 && head[at - 1] == '\r'));
    Require(head[at] != '\r' || head[at + 1] == '\n');
    Require(head[at] != '\0');
  }
}

void CheckAnswers(const HttpRequest& request) {
  static const parley::HttpService kService(
      {.https_port = 8443, .ca_certificate = "x", .metrics = [] { return ""; }});
  for (const bool tls : {false, true}) {
    const parley::HttpAnswer answer = kService.Answer(request, {.tls = tls, .loopback = true});
    std::visit([](const auto& said) { CheckHead(said.head); }, answer);
  }
}

// A PUT brings bytes that belong to the file, one behind the other; a GET gets bytes that are there.
void CheckFiles(const HttpRequest& request) {
  constexpr std::uint64_t kSize = 1000, kThere = 10;
  const auto part = parley::PartOf(request, kSize, kThere);
  if (const auto* brings = std::get_if<parley::UploadPart>(&part)) {
    Require(brings->first == kThere && brings->bytes > 0 && brings->bytes <= kSize - kThere);
    Require(brings->bytes == request.content_length);
  }
  // What people choose stands in the head.
  const auto answer = parley::AnswerWithFile(parley::FileQuestionOf(request),
                                             {.name = request.target,
                                              .media_type = request.Only("Content-Type").value_or("x/y"),
                                              .sha256 = "0",
                                              .size = kSize},
                                             {});
  CheckHead(answer.response.head);
  Require(answer.begin <= answer.end && answer.end <= kSize);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view input = parley::fuzz::Text(data + 2, size - 2);
  const std::size_t cut = (data[0] * 256U + data[1]) % (input.size() + 1);
  const Result whole = parley::ParseHttpHead(input);
  const Result part = parley::ParseHttpHead(input.substr(0, cut));
  Require(std::holds_alternative<HttpNeedMore>(part) || IsSame(part, whole));
  if (const auto* request = std::get_if<HttpRequest>(&whole)) {
    CheckRequest(*request, input);
    CheckAnswers(*request);
    CheckFiles(*request);
  }
  if (const auto* bad = std::get_if<HttpBad>(&whole)) CheckHead(parley::HttpService::Refuse(*bad, {}).head);
  return 0;
}
