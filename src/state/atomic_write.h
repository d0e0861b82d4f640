#pragma once

#include <filesystem>
#include <string_view>

namespace bridge {

/// Replaces `file` by `bytes`: a new file beside it, flushed, moved over it, the directory flushed. After it
/// has returned true the bytes survive a power loss; after false the old file stands as it was.
bool write_atomically(const std::filesystem::path& file, std::string_view bytes);

}  // namespace bridge
