// chat_server.

#include <sys/prctl.h>

#include <cstdio>
#include <variant>

#include "common/base/logging.h"
#include "server/admin/commands.h"
#include "server/app/app.h"
#include "server/config/command.h"
#include "server/config/config.h"

namespace {

// Keys, and passwords that are being checked, are in this process' memory: it goes into no core file, and no
// other process of the same user reads it. The sanitizers must.
void KeepMemoryPrivate() {
#ifndef PARLEY_SANITIZED
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

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
  KeepMemoryPrivate();
  const auto run = [](const auto& what) { return Run(what); };
  if (const auto command = parley::ReadCommand(argc, argv)) return std::visit(run, *command);
  return std::visit(run, parley::ReadConfig(argc, argv));
}
