#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "kept_buffer.h"
#include "response.h"
#include "stream.h"

namespace bridge {

/// The bytes that are still to be sent to one client: a response in one piece, or its head and then what its
/// stream has, chunk by chunk. Does no I/O.
class ResponseWriter {
 public:
  ResponseWriter() = default;
  ~ResponseWriter() { abandon_stream(); }
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  /// Begins to send `wire`; what it had before is sent.
  void begin(std::string wire);
  std::string_view unsent() const { return std::string_view(out_).substr(sent_); }
  /// The first `bytes` of unsent() are with the kernel.
  void sent(std::size_t bytes) { sent_ += bytes; }
  /// All is sent: keeps a small buffer for the next response.
  void finish();
  std::size_t memory() const { return out_.size(); }
  void release();

  /// The content of the response that begins comes from `stream`. @param http_1_0 the client knows no chunks
  ///   (RFC 9112, 7.1): the end of the connection is the end of the content.
  void follow(std::shared_ptr<Stream> stream, bool http_1_0);
  bool has_stream() const { return stream_ != nullptr; }
  /// @param wake called from any thread when take_chunk() has something, as Stream::attach() does.
  void attach(std::function<void()> wake) { stream_->attach(std::move(wake)); }
  /// @return what the stream has for the wire, maybe nothing; after its end has_stream() is false.
  std::string take_chunk();
  /// Lets the stream end behind what was sent into it.
  void end_stream() { stream_->end(); }
  /// The client is gone: nobody reads the stream.
  void abandon_stream();
  /// The same for a response that is not sent.
  static void abandon(const Response& response);

 private:
  std::string out_;
  std::size_t sent_ = 0;
  std::shared_ptr<Stream> stream_;
  bool http_1_0_ = false;
};

}  // namespace bridge
