#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "broker_gate.h"
#include "disk_faults.h"
#include "fault_plan.h"
#include "machine_watch.h"
#include "run_result.h"
#include "support/bridge_process.h"
#include "support/mosquitto.h"
#include "support/mqtt_probe.h"
#include "tampering_proxy.h"
#include "witness.h"
#include "writer.h"

namespace bridge::test {

/// The bridge, its broker, a network and a disk that fail as planned, and writers that go on all the while.
class FaultRun {
 public:
  /// @param tampering a fault that the bridge seems to have, which the ledger must find.
  explicit FaultRun(FaultPlan plan, Tampering tampering = Tampering::none);
  ~FaultRun();

  RunResult run();
  /// All that is known of a run that broke a bar.
  std::string evidence() const;

 private:
  BridgeOptions bridge_options();
  void start_writers();
  void stop_writers();
  void strike(const Blow& blow);
  void strike_bridge(const Blow& blow);
  void await_recovery(TimePoint healed_at);
  void strike_disk(const DiskBlow& blow);
  void strike_disk_as_planned();
  void keep_calm();
  void finish();
  bool drained();
  bool drains();
  void look_at_dead_letters();
  void look_at_what_was_seen();
  RunResult result() const;

  FaultPlan plan_;
  std::vector<WriterOptions> cast_;
  RunLedger ledger_;
  Witness witness_;
  BrokerGate gate_;
  Mosquitto broker_;
  FaultProxy proxy_;
  TamperingProxy tampering_;
  DiskFaults disk_;
  BridgeProcess bridge_;
  std::unique_ptr<MqttProbe> subscriber_;  // in runs in which the broker is not killed
  std::atomic<std::size_t> outages_ = 0;
  std::atomic<bool> enough_ = false;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::thread> threads_;
  std::atomic<std::int64_t> disk_healed_at_ = 0;  // of Clock
  MachineWatch machine_;
  std::vector<std::optional<std::chrono::milliseconds>> recoveries_;
  bool drained_ = false;
  std::string log_;
  TimePoint started_at_ = Clock::now();
};

}  // namespace bridge::test
