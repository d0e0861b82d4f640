#include "toml_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "text_file.h"

namespace bridge::config {
namespace {

constexpr std::size_t max_file_bytes = 1048576;

RawValue raw_value(const toml::node& node, const std::string& path);

RawTable raw_table(const toml::table& table, const std::string& path) {
  RawTable members;
  for (const auto& [key, node] : table) members.push_back({std::string(key.str()), raw_value(node, path)});
  return members;
}

RawList raw_list(const toml::array& array, const std::string& path) {
  RawList list;
  for (const toml::node& node : array) list.push_back(raw_value(node, path));
  return list;
}

RawValue raw_value(const toml::node& node, const std::string& path) {
  RawValue raw;
  raw.line = node.source().begin.line;
  raw.place = path + ":" + std::to_string(raw.line);
  if (const auto* boolean = node.as_boolean()) raw.data = boolean->get();
  if (const auto* integer = node.as_integer()) raw.data = integer->get();
  if (const auto* string = node.as_string()) raw.data = string->get();
  if (const auto* array = node.as_array()) raw.data = raw_list(*array, path);
  if (const auto* table = node.as_table()) raw.data = raw_table(*table, path);
  return raw;
}

bool begins_an_assignment(const std::string& line) {
  const std::size_t equals = line.find('=');
  return equals != line.npos &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals), [](unsigned char c) {
           return std::isalnum(c) != 0 || std::isspace(c) != 0 || c == '_' || c == '.' || c == '"' ||
                  c == '\'';
         });
}

/// @return true if the text at `line` may be part of a password, which may have begun lines before: the fault
///   must not show it then.
bool may_show_a_password(const std::string& document, std::size_t line) {
  std::istringstream lines(document);
  std::string text;
  std::string assignment;
  for (std::size_t number = 1; number <= line && std::getline(lines, text); ++number) {
    if (text.starts_with('[') || begins_an_assignment(text)) assignment.clear();
    assignment += text;
  }
  return assignment.find("pass") != assignment.npos;
}

Fault syntax_fault(const toml::parse_error& error, const std::string& document, const std::string& path) {
  const std::size_t line = error.source().begin.line;
  const std::string what =
      may_show_a_password(document, line)
          ? "is not valid TOML; does all text stand in quotes? (No more is said, it may hold a password)"
          : "is not valid TOML: " + std::string(error.description());
  return {path + ":" + std::to_string(line), "", what};
}

}  // namespace

RawTable read_toml_file(const std::string& path, std::vector<Fault>& faults) {
  TextFile file(path);
  std::optional<std::string> document;
  if (file.problem().empty()) document = file.read(max_file_bytes);
  if (!document) {
    faults.push_back({path, "", file.problem()});
    return {};
  }
  try {
    return raw_table(toml::parse(*document, path), path);
  } catch (const toml::parse_error& error) {
    faults.push_back(syntax_fault(error, *document, path));
    return {};
  }
}

}  // namespace bridge::config
