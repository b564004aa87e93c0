// Holds the place of http_service.cc and static_files.cc until they are there; to be deleted then.
#include "server/http/http_service.h"

namespace parley {
HttpAnswer HttpService::Answer(const HttpRequest&, const HttpContext&) const {
  return Refuse({501, "not yet"}, {});
}
HttpResponse HttpService::Refuse(const HttpBad& bad, std::chrono::system_clock::time_point) {
  return {bad.status,
          "HTTP/1.1 " + std::to_string(bad.status) +
              " Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
          {},
          false};
}
StaticFiles StaticFiles::Load(const std::filesystem::path&) {
  return {};
}
const StaticFile* StaticFiles::Find(std::string_view) const {
  return nullptr;
}
}  // namespace parley
