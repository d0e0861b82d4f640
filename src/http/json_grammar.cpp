#include "json_grammar.h"

#include <algorithm>
#include <string>

#include "bridge/core/utf8.h"
#include "characters.h"

namespace bridge {
namespace {

using Kind = JsonFault::Kind;

/// Reads a text from its front. Every function that returns a bool says whether it may go on; if not,
/// `fault()` says why.
class Grammar {
 public:
  Grammar(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<JsonFault> check() {
    bool more = true;
    while (more)
      if (!take_value() || !take_ends(more)) return fault_;
    return at_end() ? std::nullopt : std::optional(JsonFault{Kind::trailing, at_});
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool is(char wanted) const { return !at_end() && text_[at_] == wanted; }
  bool is_a_digit() const { return !at_end() && is_digit(text_[at_]); }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool refuse(Kind kind) {
    fault_ = {kind, at_};
    return false;
  }
  /// Refuses the byte at this place, or the end of the text.
  bool refuse_this() {
    if (at_end()) return refuse(Kind::ends_early);
    if (static_cast<unsigned char>(text_[at_]) < 0x80) return refuse(Kind::syntax);
    if (decode_utf8(text_.substr(at_)).length > 0) return refuse(Kind::syntax);
    return refuse(is_cut_character() ? Kind::ends_early : Kind::not_utf8);
  }
  /// @return true if the text ends within a character: a client that counts characters instead of bytes for
  ///   its Content-Length cuts it there.
  bool is_cut_character() const {
    const std::string_view rest = text_.substr(at_);
    const auto lead = static_cast<unsigned char>(rest.front());
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return lead >= 0xC2 && lead <= 0xF4 && rest.size() < length &&
           std::all_of(rest.begin() + 1, rest.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
  }
  bool take(char wanted) {
    if (!is(wanted)) return refuse_this();
    ++at_;
    return true;
  }

  /// Takes a value without parts, or opening brackets down to the first value without parts.
  bool take_value() {
    while (true) {
      skip_space();
      if (!is('{') && !is('[')) return take_single();
      if (open_.size() == max_depth_) return refuse(Kind::too_deep);
      open_ += text_[at_++];
      skip_space();
      if (is(closing())) return true;  // empty: take_ends() closes it
      if (open_.back() == '{' && !take_name()) return false;
    }
  }
  char closing() const { return open_.back() == '{' ? '}' : ']'; }

  bool take_name() {
    skip_space();
    if (!take_string()) return false;
    skip_space();
    return take(':');
  }

  /// Takes the closing brackets behind a value, and the comma before the next one.
  /// @param more set to true if another value has to follow.
  bool take_ends(bool& more) {
    skip_space();
    while (!open_.empty() && is(closing())) {
      ++at_;
      open_.pop_back();
      skip_space();
    }
    more = !open_.empty();
    if (!more) return true;
    return take(',') && (open_.back() == '[' || take_name());
  }

  bool take_single() {
    if (is('"')) return take_string();
    if (is('-') || is_a_digit()) return take_number();
    for (const std::string_view word : {"true", "false", "null"})
      if (is(word.front())) return take_word(word);
    return refuse_this();
  }

  bool take_word(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [this](char c) { return take(c); });
  }

  bool take_number() {
    if (is('-')) ++at_;
    if (is('0')) {
      ++at_;
    } else if (!take_digits()) {
      return false;
    }
    if (is('.')) {
      ++at_;
      if (!take_digits()) return false;
    }
    if (!is('e') && !is('E')) return true;
    ++at_;
    if (is('+') || is('-')) ++at_;
    return take_digits();
  }
  bool take_digits() {
    if (!is_a_digit()) return refuse_this();
    while (is_a_digit()) ++at_;
    return true;
  }

  bool take_string() {
    if (!take('"')) return false;
    while (!is('"')) {
      if (at_end()) return refuse(Kind::ends_early);
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\\') {
        if (!take_escape()) return false;
      } else if (byte >= 0x20 && byte < 0x80) {
        ++at_;
      } else {
        const std::size_t length = byte < 0x20 ? 0 : decode_utf8(text_.substr(at_)).length;
        if (length == 0) return refuse_this();
        at_ += length;
      }
    }
    ++at_;
    return true;
  }

  bool take_escape() {
    ++at_;
    if (at_end()) return refuse_this();
    if (!is('u')) {
      if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) return refuse_this();
      ++at_;
      return true;
    }
    const std::size_t begin = at_;
    unsigned unit = 0;
    if (!take_unit(unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    unsigned second = 0;
    if (unit < 0xDC00) {
      if (!take('\\') || !take_unit(second)) return false;
      if (second >= 0xDC00 && second <= 0xDFFF) return true;
    }
    at_ = begin;
    return refuse(Kind::syntax);
  }
  /// Takes the `u` of an escape and its four digits.
  bool take_unit(unsigned& unit) {
    if (!take('u')) return false;
    for (int i = 0; i < 4; ++i) {
      if (at_end() || !is_hex_digit(text_[at_])) return refuse_this();
      unit = unit << 4U | hex_value(text_[at_++]);
    }
    return true;
  }

  std::string_view text_;
  const std::size_t max_depth_;
  std::size_t at_ = 0;
  std::string open_;  // the brackets around the place
  JsonFault fault_;
};

}  // namespace

std::optional<JsonFault> json_fault(std::string_view text, std::size_t max_depth) {
  return Grammar(text, max_depth).check();
}

}  // namespace bridge
