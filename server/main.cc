// chat_server.

#include <cstdio>
#include <variant>

#include "common/base/logging.h"
#include "common/base/platform.h"
#include "server/admin/commands.h"
#include "server/app/app.h"
#include "server/config/command.h"
#include "server/config/config.h"

namespace {

int Run(const parley::EndNow& end) {
  std::fputs(end.text.c_str(), end.status == 0 ? stdout : stderr);
  return end.status;
}

int Run(const parley::Config& config) {
  parley::SetUpLogging(config.log_level, config.log_format);
  return parley::Serve(config);
}

}  // namespace

int main(int argc, char** argv) {
#ifndef PARLEY_SANITIZED
  // Keys, and passwords that are being checked, are in it. The sanitizers must read it.
  parley::KeepMemoryPrivate();
#endif
  const auto run = [](const auto& what) { return Run(what); };
  if (const auto command = parley::ReadCommand(argc, argv)) return std::visit(run, *command);
  return std::visit(run, parley::ReadConfig(argc, argv));
}
