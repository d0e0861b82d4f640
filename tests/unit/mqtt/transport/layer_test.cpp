#include "layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace bridge::mqtt {
namespace {

/// The lower Transport: takes what it has room for.
class NarrowCarrier : public Carrier {
 public:
  TransportEvents events;
  std::string taken;
  std::size_t room = 0;
  std::deque<std::function<void()>> later;

  void start(TransportEvents to) override { events = std::move(to); }
  std::size_t write(std::span<const std::string_view> parts) override {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
      const std::size_t step = std::min(room, part.size());
      taken += part.substr(0, step);
      room -= step;
      size += step;
    }
    return size;
  }
  void close_after(std::string last) override { taken += last; }
  void call_later(std::function<void()> task) override { later.push_back(std::move(task)); }
  Traffic traffic() const override { return {}; }

  void run_later() {
    for (; !later.empty(); later.pop_front()) later.front()();
  }
};

/// Writes in blocks of four, and answers each `?` that it receives.
class BlockLayer : public Layer {
 public:
  using Layer::Layer;

 private:
  HandshakeStep shake(std::string_view&) override { return {true, std::nullopt}; }
  std::string_view name() const override { return "block"; }
  void decode(std::string_view bytes) override {
    outgoing().append(static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '?')), '!');
  }
  std::size_t encode(PartsReader& parts) override {
    const std::string_view block = parts.front(4);
    outgoing().append(block);
    parts.skip(block.size());
    return block.size();
  }
  void say_farewell() override {}
};

class LayerTest : public ::testing::Test {
 protected:
  LayerTest() {
    layer.shake_hands([this](const std::optional<ConnectFailure>&) {
      layer.start({[](std::string_view) {}, [this] { ++times_writable; }, [](const TransportEnd&) {}});
    });
    lower.run_later();
  }
  std::size_t write(std::string_view bytes) {
    const std::array<std::string_view, 1> parts{bytes};
    return layer.write(parts);
  }

  std::unique_ptr<NarrowCarrier> owned = std::make_unique<NarrowCarrier>();
  NarrowCarrier& lower = *owned;
  BlockLayer layer{std::move(owned)};
  int times_writable = 0;
};

TEST_F(LayerTest, TakesNoMoreThanOneBlockBeyondTheRoomBelow) {
  lower.room = 6;
  EXPECT_EQ(write("aaaabbbbcccc"), 8U);
  EXPECT_EQ(lower.taken, "aaaabb");
}

TEST_F(LayerTest, TellsOfRoomOnceWhatItHasTakenHasLeft) {
  lower.room = 6;
  write("aaaabbbbcccc");
  lower.events.on_writable();
  EXPECT_EQ(times_writable, 0) << "there is no room yet";
  lower.room = 100;
  lower.events.on_writable();
  EXPECT_EQ(times_writable, 1);
  lower.events.on_writable();
  EXPECT_EQ(times_writable, 1) << "nobody waits any more";
}

TEST_F(LayerTest, TellsOfRoomThatAnAnswerOfItsOwnHasFound) {
  lower.room = 6;
  write("aaaabbbbcccc");
  lower.room = 100;
  lower.events.on_received("?");  // afterwards nothing waits below, so no on_writable() comes from there
  EXPECT_EQ(lower.taken, "aaaabbbb!");
  lower.run_later();
  EXPECT_EQ(times_writable, 1);
}

TEST(LayerAtTheStartTest, TellsOfRoomThatItHasFoundWhenBytesBeginToFlow) {
  auto owned = std::make_unique<NarrowCarrier>();
  NarrowCarrier& lower = *owned;
  BlockLayer layer(std::move(owned));
  int times_writable = 0;
  layer.shake_hands([&](const std::optional<ConnectFailure>&) {
    layer.start({[](std::string_view) {}, [&] { ++times_writable; }, [](const TransportEnd&) {}});
    lower.room = 6;
    const std::array<std::string_view, 1> parts{"aaaabbbbcccc"};
    EXPECT_EQ(layer.write(parts), 8U);
    lower.room = 100;  // before the layer looks again
  });
  lower.run_later();
  EXPECT_EQ(lower.taken, "aaaabbbb");
  EXPECT_EQ(times_writable, 1);
}

}  // namespace
}  // namespace bridge::mqtt
