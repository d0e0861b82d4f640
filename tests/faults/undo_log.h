#pragma once

#include <string>
#include <vector>

#include "faulty_disk_control.h"

namespace bridge::test {

/// A change to a file, and the bytes that it replaced.
struct Undo {
  UndoRecord record;
  std::string replaced;
};

std::vector<Undo> read_undo_log(const std::string& file);
/// The changes that no flush of their file followed, the oldest first.
std::vector<Undo> unflushed_of(std::vector<Undo> log);
/// Takes a change back.
/// @param directory that has the file; one that was removed stays removed.
void take_back(const Undo& undo, const std::string& directory);

}  // namespace bridge::test
