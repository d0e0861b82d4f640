#pragma once

#include <sys/types.h>

#include <string_view>

namespace bridge::config {

/// The extended attribute in which Linux keeps a file's access control list (acl(5)).
inline constexpr const char* access_list_attribute = "system.posix_acl_access";

/// @return true if a list gives any right to the file's group, to another group, to others, or to a user
///   other than root and `self`. The group bits of the file's mode do not tell: a file with a list shows its
///   mask there, the most that anyone named in it may have.
/// @param bytes the attribute's value. Bytes that the kernel would not write count as open.
bool grants_rights_to_others(std::string_view bytes, uid_t self);

}  // namespace bridge::config
