#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bridge/config/load.h"

namespace bridge {

/// A directory of its own for one test; gone with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_(testing::TempDir() + "/bridge-config-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string write(const std::string& name, const std::string& content, mode_t mode = 0600) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file, std::ios::binary) << content;
    chmod(file.c_str(), mode);
    return file;
  }

 private:
  std::string path_;
};

using Variables = Environment;

/// The three layers of settings that a test gives. `$DIR` in the file stands for the test's own directory.
class Given {
 public:
  std::string file;
  Variables variables;
  std::vector<std::string> flags;
  TemporaryDirectory directory;
  FurtherCheck further = {};

  LoadedSettings load() const {
    std::vector<std::string> arguments = {"mqtt-rest-bridge"};
    if (!file.empty()) arguments.push_back("--config=" + directory.write("bridge.toml", placed(file)));
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    const CommandLine line = parse_command_line(static_cast<int>(pointers.size()), pointers.data(), "1.2.3");
    EXPECT_EQ(line.action, CommandLine::Action::run) << line.text;
    return load_settings(line, variables, further);
  }

  /// The settings, which must have no fault.
  Settings settings() const {
    LoadedSettings loaded = load();
    EXPECT_EQ(lines(loaded.faults), "");
    return std::move(loaded.settings);
  }

  /// All faults as `--check` prints them, a line each, without the directory.
  std::string faults() const { return lines(load().faults); }

  /// All warnings, in the same way.
  std::string warnings() const { return lines(load().warnings); }

 private:
  std::string placed(std::string text) const {
    for (std::size_t at = 0; (at = text.find("$DIR", at)) != text.npos;)
      text.replace(at, 4, directory.path());
    return text;
  }

  std::string lines(const std::vector<Fault>& faults) const {
    std::string text;
    for (const Fault& fault : faults) {
      std::string line = print_fault(fault);
      if (line.starts_with(directory.path() + "/")) line.erase(0, directory.path().size() + 1);
      text += line + "\n";
    }
    return text;
  }
};

}  // namespace bridge
