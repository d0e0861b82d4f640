#include "inflater.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "append_within.h"
#include "bridge/core/error.h"

namespace bridge {
namespace {

// of zlib's formats this one and no other
constexpr int gzip_format = 16 + MAX_WBITS;
constexpr int zlib_format = MAX_WBITS;
constexpr std::size_t inflated_portion = 32768;  // inflated at a time

[[noreturn]] void refuse_coded(const std::string& what) { throw Error(Errc::malformed_content, what); }

std::string name_of(ContentCoding coding) { return coding == ContentCoding::gzip ? "gzip" : "deflate"; }

}  // namespace

Inflater::Inflater(ContentCoding coding, std::size_t max_body)
    : coding_(coding), max_body_(max_body), stream_(std::make_unique<z_stream>()) {
  const int format = coding == ContentCoding::gzip ? gzip_format : zlib_format;
  if (inflateInit2(stream_.get(), format) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

void Inflater::take(std::string_view bytes, std::string& content) {
  while (!bytes.empty()) {
    if (between_members_) begin_next_member(bytes);
    bytes.remove_prefix(inflate_portion(bytes, content));
  }
}

/// Refuses anything but another member of gzip: those bytes would be counted nowhere and mean nothing.
void Inflater::begin_next_member(std::string_view rest) {
  constexpr char first_byte_of_magic = '\x1f';
  if (coding_ != ContentCoding::gzip || rest.front() != first_byte_of_magic)
    refuse_coded("there is more behind the end of the " + name_of(coding_) + " data");
  inflateReset(stream_.get());
  between_members_ = false;
}

/// @return how many of `bytes` are used up; all of them unless a member ends.
std::size_t Inflater::inflate_portion(std::string_view bytes, std::string& content) {
  std::array<char, inflated_portion> portion;  // not cleared: a body may have 50,000 members
  // zlib does not write to its input, though its type would let it
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), 1U << 30U));
  const uInt given = stream_->avail_in;
  int result = Z_OK;
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(portion.data());
    stream_->avail_out = static_cast<uInt>(portion.size());
    result = inflate(stream_.get(), Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    const std::size_t size = portion.size() - stream_->avail_out;
    if (size > max_body_ - content.size())
      throw Error(Errc::too_large,
                  "the content must not be larger than " + std::to_string(max_body_) + " bytes, inflated");
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
      refuse_coded("the content is not " + name_of(coding_) + ", as Content-Encoding says, or is damaged");
    append_within(content, {portion.data(), size}, max_body_);
  } while (result != Z_STREAM_END && stream_->avail_out == 0);  // there may be more
  between_members_ = result == Z_STREAM_END;
  return given - stream_->avail_in;
}

void Inflater::finish() const {
  if (!between_members_) refuse_coded("the " + name_of(coding_) + " data ends too early");
}

}  // namespace bridge
