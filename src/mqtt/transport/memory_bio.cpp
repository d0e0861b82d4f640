#include "memory_bio.h"

#include <algorithm>
#include <memory>
#include <new>

namespace bridge::mqtt {
namespace {

struct Ends {
  std::string_view& incoming;
  std::string& outgoing;
};

Ends& ends_of(BIO* bio) { return *static_cast<Ends*>(BIO_get_data(bio)); }

int read_memory(BIO* bio, char* to, int size) {
  std::string_view& incoming = ends_of(bio).incoming;
  BIO_clear_retry_flags(bio);
  if (incoming.empty()) {
    BIO_set_retry_read(bio);  // more may come
    return -1;
  }
  const std::size_t taken = incoming.copy(to, static_cast<std::size_t>(std::max(size, 0)));
  incoming.remove_prefix(taken);
  return static_cast<int>(taken);
}

int write_memory(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  try {
    ends_of(bio).outgoing.append(from, static_cast<std::size_t>(std::max(size, 0)));
  } catch (const std::bad_alloc&) {  // OpenSSL is C
    return -1;
  }
  return size;
}

long control_memory(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int destroy_memory(BIO* bio) {
  delete static_cast<Ends*>(BIO_get_data(bio));
  BIO_set_data(bio, nullptr);
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of the bridge");
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method, read_memory);
  BIO_meth_set_write(method, write_memory);
  BIO_meth_set_ctrl(method, control_memory);
  BIO_meth_set_destroy(method, destroy_memory);
  return method;
}

}  // namespace

BIO* make_memory_bio(std::string_view& incoming, std::string& outgoing) {
  static BIO_METHOD* const method =
      make_method();  // never freed: sessions may live to the end of the process
  BIO* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, new Ends{incoming, outgoing});
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace bridge::mqtt
