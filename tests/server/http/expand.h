// Compressed bytes as what they were.

#pragma once

#include <string>
#include <string_view>

namespace parley::test {

std::string ExpandGzip(std::string_view bytes);
std::string ExpandBrotli(std::string_view bytes);

// A text that compresses well, of `size` bytes.
std::string Wordy(std::size_t size);

}  // namespace parley::test
