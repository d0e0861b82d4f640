#pragma once

#include <openssl/bio.h>

#include <string>
#include <string_view>

namespace bridge::mqtt {

/// A BIO that reads off the front of `incoming` and appends to `outgoing`, both of which outlive it.
/// OpenSSL's own BIO for memory would copy what has arrived once more, and overwrite its whole memory each
/// time it is emptied.
/// @return null if there is no memory for it; belongs to the caller, or to the SSL that it is given to.
BIO* make_memory_bio(std::string_view& incoming, std::string& outgoing);

}  // namespace bridge::mqtt
