// Events in a few words, as the expectations of tests write them: "lab #1 Ana: hi", "error muted".

#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/protocol/event.h"
#include "server/model/media_messages.h"

namespace parley::test {

// Names by member id: ids are random, and tests speak of people.
using NamesById = std::map<std::string, std::string>;

// What an event is, in one word: its type on the wire, or of an error its code.
std::string KindOf(const protocol::Event& event);

// What it says. A `ref` stands before it: "r1: ok".
std::string Describe(const protocol::Event& event, const std::optional<std::string>& ref,
                     const NamesById& names);

// What the SFU is told: "join lab Ana voice camera", "wants lab Ana Ben:screen:720".
std::string Describe(const MediaCommand& command, const NamesById& names);

}  // namespace parley::test
