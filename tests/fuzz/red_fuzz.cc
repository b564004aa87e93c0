// RED: blocks lie within the payload, one after another, and what is written reads as it was.
//
// Input: a payload.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/red.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::RedBlock;
using parley::RedReader;
using parley::fuzz::Require;

// The blocks; nothing if the payload is malformed.
std::optional<std::vector<RedBlock>> BlocksOf(std::string_view payload) {
  std::vector<RedBlock> blocks;
  RedReader reader(payload);
  auto step = reader.Next();
  for (; step.status == RedReader::Status::kBlock; step = reader.Next()) blocks.push_back(step.block);
  Require(reader.Next().status == step.status);  // that is final
  if (step.status == RedReader::Status::kEnd) return blocks;
  Require(blocks.empty());
  return std::nullopt;
}

void RequireSame(const std::vector<RedBlock>& some, const std::vector<RedBlock>& others, std::uint8_t type) {
  Require(some.size() == others.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    Require(others[i].payload_type == type && some[i].age == others[i].age && some[i].data == others[i].data);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload = parley::fuzz::Text(data, size);
  const auto blocks = BlocksOf(payload);
  const auto newest = parley::NewestRedBlock(payload);
  Require(blocks.has_value() == newest.has_value());
  if (!blocks) return 0;
  Require(newest->data == blocks->back().data && blocks->back().age == 0);
  std::size_t bytes = 1 + 4 * (blocks->size() - 1);
  for (const RedBlock& block : *blocks) {
    Require(block.data.empty() || block.data.data() == payload.data() + bytes);
    bytes += block.data.size();
  }
  Require(bytes == payload.size());

  std::string copy(payload);
  parley::RewriteRed(copy, 5);
  RequireSame(*blocks, *BlocksOf(copy), 5);
  copy.clear();
  parley::AppendRed(copy, 6, std::span(*blocks).first(blocks->size() - 1), newest->data);
  RequireSame(*blocks, *BlocksOf(copy), 6);
  return 0;
}
