#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace bridge::mqtt {

/// A queue in one block of memory, which grows with the number of elements and is kept when they leave: a
/// message that passes through allocates nothing.
template <typename Type>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Counted from the front.
  Type& operator[](std::size_t index) { return places_[(first_ + index) & (places_.size() - 1)]; }
  const Type& operator[](std::size_t index) const { return places_[(first_ + index) & (places_.size() - 1)]; }
  Type& front() { return places_[first_]; }
  const Type& front() const { return places_[first_]; }

  void push_back(Type value) {
    if (size_ == places_.size()) grow();
    places_[(first_ + size_) & (places_.size() - 1)] = std::move(value);
    ++size_;
  }
  void pop_front() {
    places_[first_] = Type{};
    first_ = (first_ + 1) & (places_.size() - 1);
    --size_;
  }
  void clear() {
    while (!empty()) pop_front();
  }

 private:
  void grow() {
    std::vector<Type> larger(places_.empty() ? 16 : 2 * places_.size());  // a power of two
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    places_ = std::move(larger);
    first_ = 0;
  }

  std::vector<Type> places_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace bridge::mqtt
