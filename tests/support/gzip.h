#pragma once

#include <zlib.h>

#include <string>

namespace bridge::test {

inline std::string deflated(const std::string& content, int format) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, format, 9, Z_DEFAULT_STRATEGY);
  std::string coded(deflateBound(&stream, content.size()) + 32, '\0');
  std::string input = content;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  deflate(&stream, Z_FINISH);
  coded.resize(coded.size() - stream.avail_out);
  deflateEnd(&stream);
  return coded;
}

/// `content` as one member of gzip (RFC 1952).
inline std::string gzip_of(const std::string& content) { return deflated(content, 16 + MAX_WBITS); }

/// `content` in zlib's format (RFC 1950), which HTTP calls deflate.
inline std::string zlib_of(const std::string& content) { return deflated(content, MAX_WBITS); }

/// `content` as bare deflate data (RFC 1951), without a format around them.
inline std::string bare_deflate_of(const std::string& content) { return deflated(content, -MAX_WBITS); }

}  // namespace bridge::test
