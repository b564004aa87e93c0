// Converts the configuration to what the log and the Exchange take.

#pragma once

#include <string>
#include <vector>

#include "server/config/config.h"
#include "server/engine/exchange.h"
#include "server/model/retention.h"

namespace parley {

// Reads the TURN secret's file. Throws CannotStart.
ExchangeOptions ToExchangeOptions(const Config& config);

// Skips rooms whose names are not valid: ToExchangeOptions rejects them.
Retention ToRetention(const Config& config);

// The keys of the rooms that are read from the log when the server starts: the lobby and the listed ones.
// The others are read when somebody joins. Skips listed rooms if one is not valid, as above.
std::vector<std::string> RoomsToBegin(const Config& config);

}  // namespace parley
