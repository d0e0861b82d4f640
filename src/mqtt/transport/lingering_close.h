#pragma once

#include <asio/ip/tcp.hpp>
#include <string>

namespace bridge::mqtt {

/// Sends `last`, ends the sending direction, and reads on until the peer has closed, too, for 2 s at most. A
/// socket that is closed while the peer still sends answers with a reset, which takes what was sent last with
/// it: the DISCONNECT would be lost, and the broker would publish the Will. What can be done at once is done
/// at once.
void close_lingering(asio::ip::tcp::socket socket, std::string last);

}  // namespace bridge::mqtt
