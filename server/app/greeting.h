// Writes what a person who starts the server in a terminal sees: where the page is, and how to trust it.

#pragma once

#include <string>

namespace parley {

// The host of the page's URL if the TLS door listens on this address. `::` and `0.0.0.0` become this
// machine's own address in the local network, and loopback becomes `localhost`.
std::string PageHost(const std::string& door);

// The page's URL for others in the local network, its QR code in half blocks, and the certificate's
// fingerprint (of lower-case hex; empty: none is shown).
std::string Greeting(const std::string& url, const std::string& fingerprint);

}  // namespace parley
