// Makes the few pages that the server writes itself: for a person at a wrong address, and for a person who is
// to trust its certificate. Chinese and English, no script, one style sheet.

#pragma once

#include <string>
#include <string_view>

namespace parley {

// Where the pages find their style sheet.
inline constexpr std::string_view kPageStylePath = "/trust.css";
std::string_view PageStyle();

// `root` is the relative address of the first page, as seen from the address that was asked for: "./", "../"
// and so on.
std::string NotFoundPage(std::string_view root);

// How to trust the local CA on each system. `fingerprint` is what a person compares with the terminal.
std::string TrustPage(std::string_view fingerprint);

}  // namespace parley
