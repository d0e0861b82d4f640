#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "response.h"

namespace bridge {

/// Answers one request, once, from any thread, now or later. Copies share it. If the last copy is destroyed
/// without an answer, the request is answered 500, so that no client waits for ever.
class Responder {
 public:
  /// Takes the answer; called once, from the thread that completes.
  using Sink = std::function<void(Response)>;

  explicit Responder(Sink sink) : state_(std::make_shared<State>(std::move(sink))) {}

  /// The first answer counts; later ones are dropped.
  void complete(Response response) const { state_->complete(std::move(response)); }

 private:
  class State {
   public:
    explicit State(Sink sink) : sink_(std::move(sink)) {}
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    void complete(Response response) {
      if (!completed_.exchange(true)) sink_(std::move(response));
    }

   private:
    Sink sink_;
    std::atomic<bool> completed_{false};
  };
  std::shared_ptr<State> state_;
};

}  // namespace bridge
