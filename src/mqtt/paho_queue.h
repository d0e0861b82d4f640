#pragma once

#include <MQTTAsync.h>

namespace bridge::mqtt {

/// Takes from the library what it has not yet begun to send for a client that has no connection, and reports
/// it as failed. Left alone, the library would send it on the next connection, before and beside what its
/// owner sends again: twice, and out of order. Only while no attempt to connect is under way, and not from a
/// callback.
void drop_queued(MQTTAsync handle);

}  // namespace bridge::mqtt
