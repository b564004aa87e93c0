// chat_server.

#include <cstdio>
#include <variant>

#include "common/base/logging.h"
#include "server/app/app.h"
#include "server/config/config.h"

int main(int argc, char** argv) {
  const auto read = parley::ReadConfig(argc, argv);
  if (const auto* end = std::get_if<parley::EndNow>(&read)) {
    std::fputs(end->text.c_str(), end->status == 0 ? stdout : stderr);
    return end->status;
  }
  const auto& config = std::get<parley::Config>(read);
  parley::SetUpLogging(config.log_level, config.log_format);
  return parley::Serve(config);
}
