#pragma once

#include <string>
#include <vector>

#include "faulty_disk_control.h"

namespace bridge::test {

/// A change to a file, and what stood there before.
struct Undo {
  UndoRecord record;
  std::string replaced;
};

std::vector<Undo> read_undo_log(const std::string& file);
/// Those that no flush of their file followed, the oldest first.
std::vector<Undo> unflushed_of(std::vector<Undo> log);
/// @param directory where the file is looked for; one that is gone stays so.
void take_back(const Undo& undo, const std::string& directory);

}  // namespace bridge::test
