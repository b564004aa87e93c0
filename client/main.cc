// chat_client: see --help.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "client/app.h"
#include "client/options.h"
#include "client/ui/output.h"
#include "client/ui/terminal.h"

namespace {

// Where a standard stream is closed, the next descriptor would take its number. Standard input is then
// empty, and writing to the others fails as it did.
void KeepStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace parley::client;
  KeepStandardStreams();
  SetUpLocale();
  try {
    const auto parsed = ParseOptions({argv + 1, argv + argc}, SystemSurroundings());
    if (const auto* const end = std::get_if<EarlyEnd>(&parsed)) {
      std::fputs(end->text.c_str(), end->status == 0 ? stdout : stderr);
      return end->status;
    }
    return Run(std::get<Options>(parsed));
  } catch (const std::exception& error) {  // out of memory, descriptors or threads
    return TellError(error.what());
  }
}
