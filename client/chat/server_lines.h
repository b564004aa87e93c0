// ServerLines splits what arrives on one connection into lines.

#pragma once

#include <cstddef>
#include <string_view>

#include "common/buffer/byte_queue.h"
#include "common/codec/lines.h"

namespace parley::client {

class ServerLines {
 public:
  // A fresh connection begins.
  void Reset() { decoder_ = LineDecoder(kMost); }

  // Gives each whole line to `take`, without its newline; empty ones are dropped. False where no server of
  // ours would send this: a line that is no JSON object, or one without end.
  template <typename Take>
  bool Drain(ByteQueue& incoming, Take take) {
    while (true) {
      const LineDecoder::Result result = decoder_.Next(incoming.view());
      if (result.status == LineDecoder::Status::kNeedMore) return true;
      if (result.status == LineDecoder::Status::kTooLong) return false;
      if (!result.line.empty()) {
        if (result.line.front() != '{') return false;
        take(result.line);
      }
      incoming.Consume(result.consumed);
    }
  }

 private:
  // A reply carries at most 256 KiB of messages, and 256 members.
  static constexpr std::size_t kMost = 1024 * 1024;
  LineDecoder decoder_{kMost};
};

}  // namespace parley::client
