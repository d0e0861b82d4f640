#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bridge {

/// One part of multipart/form-data: a field of the form.
struct FormPart {
  std::string name;
  std::string_view content_type;  // as its part says; empty if it says nothing
  bool is_file = false;           // it has a `filename`
  std::string_view content;
};

/// Goes through the parts of multipart/form-data (RFC 7578, RFC 2046, 5.1.1), strictly: nothing stands in
/// front of the first delimiter but one line break, nothing behind the last one but white space; a part has
/// at most 4 KiB of header, one Content-Disposition with a name, and no transfer encoding, which the RFC has
/// deprecated (4.7). One part at a time, so that a caller can stop at a name that it does not know.
class MultipartReader {
 public:
  /// @param content_type the value of the field, with its boundary.
  /// @throws Error malformed_content for a boundary that is missing or not valid (RFC 2046, 5.1.1).
  MultipartReader(std::string_view content_type, std::string_view content);

  /// @return nothing behind the last part.
  /// @throws Error malformed_content that says what is wrong.
  std::optional<FormPart> next();

 private:
  void take_first_delimiter();
  void take_delimiter_end();
  FormPart take_header();

  std::string delimiter_;  // with the line break in front of it
  std::string_view rest_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace bridge
