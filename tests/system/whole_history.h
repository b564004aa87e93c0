// Every message of a room, as a newcomer finds it.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/support/line_peer.h"

namespace parley::test {

// By their sequences, which have no holes.
inline std::vector<Json> WholeHistory(std::uint16_t port, std::string_view room) {
  LinePeer reader(port, "reader");
  reader.Join(room);
  std::vector<Json> all;
  while (true) {
    const Json page = reader.Ask(
        "history", {{"room", room}, {"after", static_cast<std::int64_t>(all.size())}, {"limit", 200}});
    for (std::size_t i = 0; i < page["messages"].size(); ++i) {
      all.push_back(page["messages"][i]);
      EXPECT_EQ(all.back()["seq"], static_cast<std::int64_t>(all.size()));
    }
    if (!page["more"].Flag()) return all;
  }
}

}  // namespace parley::test
