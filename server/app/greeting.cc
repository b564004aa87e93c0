#include "server/app/greeting.h"

#include <qrencode.h>

#include <memory>

#include "common/net/certificate.h"
#include "server/keys/local_names.h"

namespace parley {
namespace {

// Black on white whatever the terminal's colours, two rows of modules a line, with the quiet zone that
// scanners want (ISO/IEC 18004: four modules; two are enough for every phone that was tried).
std::string QrText(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1), QRcode_free);
  if (!code) return "";
  constexpr int kQuiet = 2;
  const auto dark = [&](int row, int column) {
    if (row < 0 || column < 0 || row >= code->width || column >= code->width) return false;
    return (code->data[row * code->width + column] & 1U) != 0;
  };
  std::string lines;
  for (int row = -kQuiet; row < code->width + kQuiet; row += 2) {
    lines += "  \x1b[30;107m";
    for (int column = -kQuiet; column < code->width + kQuiet; ++column) {
      const bool upper = dark(row, column);
      const bool lower = dark(row + 1, column);
      lines += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    lines += "\x1b[0m\n";
  }
  return lines;
}

}  // namespace

std::string PageHost(const std::string& door) {
  std::string host = door;
  if (door == "::") host = LanAddress(Families::kBoth);
  if (door == "0.0.0.0") host = LanAddress(Families::kIpv4);
  const bool own = host.empty() || host == "::1" || host.starts_with("127.");
  return own ? "localhost" : host;
}

std::string Greeting(const std::string& url, const std::string& fingerprint) {
  std::string text = "\n  " + url + "\n\n" + QrText(url) + "\n";
  if (!fingerprint.empty()) {
    text +=
        "  Fingerprint of the certificate (SHA-256). Compare it with the one in the browser's certificate"
        " details:\n  " +
        WithColons(fingerprint) + "\n\n";
  }
  return text;
}

}  // namespace parley
