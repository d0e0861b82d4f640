#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bridge::test {

/// A mount namespace of its own for the program under test (mount_namespaces(7)), where this is permitted.
bool can_mount();
/// The words in front of a command that make `directory` a tmpfs of `size` for it, such as "64k".
std::vector<std::string> on_tmpfs(const std::string& directory, const std::string& size);
/// The words in front of a command that make `directory` read-only for it.
std::vector<std::string> on_read_only(const std::string& directory);
/// Gives the tmpfs of a program that runs another size.
void resize_tmpfs(pid_t process, const std::string& directory, const std::string& size);

}  // namespace bridge::test
