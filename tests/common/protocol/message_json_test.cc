// What tests/vectors can't show of messages that change: sizes are never told too small.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "common/protocol/event.h"

namespace parley::protocol {
namespace {

constexpr Sequence kLargest = ~Sequence{0};

MessageState StateWith(const std::string& text) {
  return {.rev = kLargest,
          .edited = WallTime{},
          .deleted = true,
          .reactions = std::vector<Reaction>(3, {text, kLargest, {text, text}, true}),
          .poll = Poll{.question = text,
                       .options = {text, text},
                       .multiple = true,
                       .counts = {kLargest, kLargest},
                       .voters = kLargest,
                       .closed = true,
                       .mine = {{kLargest, kLargest}}}};
}

TEST(EncodedSizeBound, OfAMessageThatChangedIsNotTooSmall) {
  for (const std::string& text : {std::string("x"), std::string(500, '\x01'), std::string("\U0001F44D")}) {
    const MessageEvent message{.room = text,
                               .seq = kLargest,
                               .time = {},
                               .from = {text, text, text},
                               .text = text,
                               .id = text,
                               .reply_to = kLargest,
                               .state = std::make_shared<const MessageState>(StateWith(text))};
    const std::size_t one = EncodeEvent(HistoryReply{"lobby", {message}, false}).size();
    const std::size_t two = EncodeEvent(HistoryReply{"lobby", {message, message}, false}).size();
    EXPECT_GE(EncodedSizeBound(message), two - one);
  }
}

TEST(EncodedSizeBound, OfAChangeIsNotTooSmall) {
  for (const std::string& text : {std::string("x"), std::string(500, '\x01'), std::string("\U0001F44D")}) {
    const MessageChanged change{text, kLargest, {}, text, StateWith(text)};
    const std::size_t one = EncodeEvent(HistoryReply{"lobby", {}, false, {{change}}}).size();
    const std::size_t two = EncodeEvent(HistoryReply{"lobby", {}, false, {{change, change}}}).size();
    EXPECT_GE(EncodedSizeBound(change), two - one);
  }
}

}  // namespace
}  // namespace parley::protocol
