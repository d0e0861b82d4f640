#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "bridge/core/packet_size.h"
#include "codec_bytes.h"

namespace {

std::size_t allocations = 0;  // the tests have one thread

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace bridge::mqtt {
namespace {

template <typename Work>
std::size_t allocations_of(Work work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

TEST(AllocationTest, IsCounted) {
  EXPECT_EQ(allocations_of([] { EXPECT_EQ(std::string(100, 'a').size(), 100u); }), 1u);
}

TEST(AllocationTest, IsNotNeededToReadAPublishWithoutUserProperties) {
  const std::string whole = bytes("32 1C 00 03 'a/b' 00 0A 0D 01 01 02 00 00 00 01 08 00 03 'r/t' 'payload'");
  EXPECT_EQ(allocations_of([&whole] {
              const auto frame = read_frame(whole, 1000);
              const Packet packet = decode(*frame, whole, Version::v5);
              EXPECT_EQ(text_fault(std::get<Publish>(packet)), "");
            }),
            0u);
}

TEST(AllocationTest, IsNotNeededToReadAnAcknowledgement) {
  const std::string whole = bytes("40 02 00 0A");
  EXPECT_EQ(allocations_of([&whole] {
              const auto frame = read_frame(whole, 1000);
              EXPECT_TRUE(read_short_acknowledgement(*frame, whole, Version::v5));
            }),
            0u);
}

TEST(AllocationTest, IsNotNeededToWriteWhereThereIsRoom) {
  Message message{"a/topic", std::string(1000, 'p'), QoS::at_least_once, false, {}};
  message.properties.user_properties = {{"name", "value"}};
  std::string out;
  out.reserve(1000);
  EXPECT_EQ(allocations_of([&] {
              encode_publish_head(out, message, {false, 7, 30}, Version::v5);
              encode_acknowledgement(out, PacketType::pubrel, 7, 0, Version::v5);
              EXPECT_GT(publish_packet_size(message, 5), 1000u);
            }),
            0u);
}

}  // namespace
}  // namespace bridge::mqtt
