// What the page's files answer to any path, and to any condition: the file that stands there, as it is, or
// none. Nothing else can be had.
//
// Input: the target on the first line, fields on the others.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/codec/http_head.h"
#include "server/http/http_service.h"
#include "server/http/url_path.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/server/http/expand.h"
#include "tests/server/http/folder.h"

namespace {

using parley::HttpAnswer;
using parley::HttpRequest;
using parley::HttpResponse;
using parley::HttpService;
using parley::StaticFiles;
using parley::fuzz::Require;
using parley::test::Folder;
using parley::test::LoadFiles;

const std::map<std::string, std::string>& Contents() {
  static const std::map<std::string, std::string> contents = {
      {"/index.html", "<p>" + parley::test::Wordy(700)},
      {"/a", "a"},
      {"/a b.txt", "with a space"},
      {"/assets/app.js", parley::test::Wordy(2000)},
      {"/assets/\xC3\xA9.svg", "<svg>"},
      {"/ws.html", "no socket"},
  };
  return contents;
}

// Each form of each file is the file. Looked at once: it takes its time.
void RequireForms(const StaticFiles& files) {
  Require(files.size() == Contents().size());
  for (const auto& [path, content] : Contents()) {
    const parley::StaticFile* const file = files.Find(path);
    Require(file != nullptr && file->identity.body.view() == content);
    const auto gzip = file->gzip.body.view(), brotli = file->brotli.body.view();
    Require(gzip.empty() || parley::test::ExpandGzip(gzip) == content);
    Require(brotli.empty() || parley::test::ExpandBrotli(brotli) == content);
  }
}

struct Served {
  StaticFiles files;
  HttpService service{{.ca_certificate = "x", .metrics = [] { return "metrics"; }}};
};

const Served& Shared() {
  static const Served* const served = [] {
    const Folder folder;
    folder.Write("secret", "secret");
    folder.Write("page/.hidden", "secret");
    for (const auto& [path, content] : Contents()) folder.Write("page" + path, content);
    auto* made = new Served;
    made->files = LoadFiles(folder.path() / "page");
    RequireForms(made->files);
    made->service.set_files(made->files);
    return made;
  }();
  return *served;
}

// RFC 3986, section 2.1, the plainest way: one byte a step.
std::optional<std::string> Decode(std::string_view target) {
  std::string path;
  for (target = target.substr(0, target.find('?')); !target.empty();) {
    const char first = target.front();
    if (first == '\\') return std::nullopt;
    if (first != '%') {
      path += first;
      target.remove_prefix(1);
      continue;
    }
    const std::string digits(target.substr(1, 2));
    if (digits.size() != 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      return std::nullopt;
    }
    path += static_cast<char>(static_cast<unsigned char>(std::strtoul(digits.c_str(), nullptr, 16)));
    target.remove_prefix(3);
  }
  return path;
}

std::string_view ValueOf(std::string_view head, std::string_view name) {
  const std::string line = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(line);
  if (at == std::string_view::npos) return {};
  head.remove_prefix(at + line.size());
  return head.substr(0, head.find("\r\n"));
}

std::string_view FormOf(const parley::StaticFile& file, std::string_view coding) {
  if (coding == "gzip") return file.gzip.body.view();
  if (coding == "br") return file.brotli.body.view();
  Require(coding.empty());
  return file.identity.body.view();
}

// What is said of a file that is there.
void RequireFile(const HttpRequest& request, const HttpResponse& response, const std::string& path) {
  const parley::StaticFile& file = *Shared().files.Find(path);
  Require(response.status == 200 || response.status == 304 || response.status == 412);
  if (response.status == 304) Require(request.Has("If-None-Match") && !response.body);
  if (response.status == 412) Require(request.Has("If-Match"));
  if (response.status != 200) return;
  Require(!ValueOf(response.head, "ETag").empty() && !ValueOf(response.head, "Content-Type").empty());
  const std::string_view length = ValueOf(response.head, "Content-Length");
  if (request.method == "HEAD") {
    Require(!response.body);
  } else {
    Require(response.body.view() == FormOf(file, ValueOf(response.head, "Content-Encoding")));
    Require(length == std::to_string(response.body.size()));
  }
  if (!request.Has("Accept-Encoding")) Require(ValueOf(response.head, "Content-Encoding").empty());
  Require(ValueOf(response.head, "Content-Encoding").empty() ||
          ValueOf(response.head, "Vary") == "Accept-Encoding");
}

bool IsRoute(const std::string& path) {
  constexpr std::array kRoutes = {"/index.html", "/ws",    "/healthz",  "/metrics",
                                  "/ca.crt",     "/trust", "/trust.css"};
  return std::ranges::find(kRoutes, path) != kRoutes.end();
}

void Check(const HttpRequest& request, bool tls) {
  const HttpAnswer answer = Shared().service.Answer(request, {.tls = tls, .loopback = true});
  const auto* const response = std::get_if<HttpResponse>(&answer);
  const auto path = Decode(request.target);
  Require(parley::DecodePath(parley::PathOf(request.target)) == path);
  if (response == nullptr) {
    Require(path == "/ws");
    return;
  }
  Require(response->body.view().find("secret") == std::string_view::npos);
  if (request.method != "GET" && request.method != "HEAD") {
    Require(response->status == 405);
  } else if (!path) {
    Require(response->status == 400);
  } else if (path == "/" || parley::RoomOf(*path)) {
    RequireFile(request, *response, "/index.html");
  } else if (!IsRoute(*path)) {
    const bool there = Contents().contains(*path);
    Require((Shared().files.Find(*path) != nullptr) == there);
    if (there) {
      RequireFile(request, *response, *path);
    } else {
      Require(response->status == 404);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = parley::fuzz::Text(data, size);
  const std::string target(input.substr(0, input.find('\n')));
  input.remove_prefix(std::min(input.size(), target.size() + 1));
  for (const char* const method : {"GET ", "HEAD "}) {
    const std::string head = method + target + " HTTP/1.1\r\nHost: lab\r\n" + std::string(input) + "\r\n\r\n";
    const auto parsed = parley::ParseHttpHead(head);
    const auto* const request = std::get_if<HttpRequest>(&parsed);
    if (request == nullptr) return 0;
    Check(*request, false);
    Check(*request, true);
  }
  return 0;
}
