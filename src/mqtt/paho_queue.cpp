#include "paho_queue.h"

#include <pthread.h>

// Of the library's inside (MQTTAsyncUtils.h, 1.3.12): how it forgets a client that is destroyed, without
// destroying it. The handle is the client's structure.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
extern pthread_mutex_t* mqttasync_mutex;
extern pthread_mutex_t* mqttcommand_mutex;
void MQTTAsync_freeCommands(MQTTAsync client);
}
// NOLINTEND(readability-identifier-naming)

namespace bridge::mqtt {
namespace {

class Held {
 public:
  explicit Held(pthread_mutex_t* mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
  ~Held() { pthread_mutex_unlock(mutex_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  pthread_mutex_t* mutex_;
};

}  // namespace

/// In the order in which the library's sending thread takes the two.
void drop_queued(MQTTAsync handle) {
  const Held library(mqttasync_mutex);
  const Held queue(mqttcommand_mutex);
  MQTTAsync_freeCommands(handle);
}

}  // namespace bridge::mqtt
