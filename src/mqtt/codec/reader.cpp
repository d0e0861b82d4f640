#include "reader.h"

#include "fault.h"
#include "text.h"
#include "variable_byte_integer.h"

namespace bridge::mqtt {
namespace {

constexpr std::uint32_t octet(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

}  // namespace

std::string_view Reader::take(std::size_t size) {
  if (size > left_.size()) throw_malformed(packet_, "a field goes beyond its end");
  const std::string_view taken = left_.substr(0, size);
  left_.remove_prefix(size);
  return taken;
}

std::uint16_t Reader::two_byte_integer() {
  const std::string_view bytes = take(2);
  return static_cast<std::uint16_t>(octet(bytes, 0) << 8U | octet(bytes, 1));
}

std::uint32_t Reader::four_byte_integer() {
  const std::string_view bytes = take(4);
  return octet(bytes, 0) << 24U | octet(bytes, 1) << 16U | octet(bytes, 2) << 8U | octet(bytes, 3);
}

std::uint32_t Reader::variable_byte_integer() {
  const VariableByteInteger integer = read_variable_byte_integer(left_);
  if (integer.state == VariableByteInteger::State::cut_off)
    throw_malformed(packet_, "a field goes beyond its end");
  if (integer.state != VariableByteInteger::State::whole)
    throw_malformed(packet_, "a Variable Byte Integer is longer than it may be (1.5.5)");
  left_.remove_prefix(integer.size);
  return integer.value;
}

std::string_view Reader::utf8_string() {
  const std::string_view text = binary_data();
  if (!utf8_string_fault(text).empty())
    throw_malformed(packet_, "a text is not UTF-8, or has U+0000 (1.5.4)");
  return text;
}

std::uint16_t Reader::packet_identifier() {
  const std::uint16_t identifier = two_byte_integer();
  if (identifier == 0) throw_protocol_error(packet_, "its Packet Identifier is 0 (2.2.1)");
  return identifier;
}

void Reader::expect_end() const {
  if (!left_.empty()) throw_malformed(packet_, "has bytes behind its last field");
}

}  // namespace bridge::mqtt
