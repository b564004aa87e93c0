#include "tests/server/http/expand.h"

#include <brotli/decode.h>
#include <zlib.h>

namespace parley::test {
namespace {

constexpr std::size_t kMost = 1024 * 1024;

}  // namespace

std::string ExpandGzip(std::string_view bytes) {
  z_stream stream = {};
  inflateInit2(&stream, MAX_WBITS + 16);
  std::string out(kMost, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return result == Z_STREAM_END ? out : "not gzip";
}

std::string ExpandBrotli(std::string_view bytes) {
  std::size_t size = kMost;
  std::string out(size, '\0');
  const auto result =
      BrotliDecoderDecompress(bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                              reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return result == BROTLI_DECODER_RESULT_SUCCESS ? out : "not brotli";
}

std::string Wordy(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += "word " + std::to_string(i % 50) + '\n';
  text.resize(size);
  return text;
}

}  // namespace parley::test
