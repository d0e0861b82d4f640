#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bridge/config/load.h"
#include "bridge/core/clock.h"
#include "bridge/core/on_exit.h"
#include "bridge/daemon/supervisor.h"
#include "bridge/http/health_client.h"
#include "bridge/http/server.h"
#include "bridge/listener/listener.h"
#include "bridge/log/spdlog_logger.h"
#include "bridge/loop/loops.h"
#include "bridge/metrics/counters.h"
#include "bridge/mqtt/broker_session.h"
#include "bridge/outbox/sqlite_outbox.h"
#include "bridge/relay/message_log.h"
#include "bridge/relay/message_receiver.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/repeated_requests.h"
#include "bridge/relay/subscriptions.h"
#include "bridge/tls/pem_files.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

constexpr int exit_config = 78;           // EX_CONFIG of sysexits.h
constexpr auto longest_silence = 5s;      // of a thread, before the watchdog is no longer fed
constexpr auto time_for_answers = 2s;     // when stopping: for what waits for the broker
constexpr auto time_for_disk = 1s;        // then for what the disk is to keep
constexpr auto time_for_sending = 500ms;  // and then for the answers to leave
constexpr auto time_to_stop = 4900ms;
constexpr auto time_for_health = 3s;

std::vector<std::string> unready_reasons(const BrokerSession& session, const Publisher& publisher,
                                         const PahoListener& listener, const Subscriptions& subscriptions,
                                         const Outbox* outbox) {
  std::vector<std::string> reasons;
  if (!session.connected() || !publisher.is_connected()) {
    const std::string why = session.why_not_connected();
    reasons.push_back("not connected to the broker" + (why.empty() ? why : ": " + why));
  }
  if (!subscriptions.list().empty() && !listener.connected())
    reasons.emplace_back("the connection that listens is not up");
  else
    for (const std::string& filter : subscriptions.not_granted())
      reasons.push_back("not subscribed to " + filter);
  if (outbox == nullptr) return reasons;
  if (const OutboxStatus status = outbox->status(); !status.accepting)
    reasons.push_back("the outbox does not accept messages: " + status.reason);
  return reasons;
}

/// Conditions that an operator should look at although the bridge is ready; /readyz shows them.
std::vector<std::string> standing_warnings(const LoadedSettings& loaded, const Publisher& publisher,
                                           const Outbox* outbox) {
  std::vector<std::string> warnings = publisher.conditions();
  for (const Fault& warning : loaded.warnings)
    if (warning.key == "state_dir") warnings.push_back(warning.what);
  if (outbox != nullptr && outbox->status().nearly_full) warnings.emplace_back("the outbox is nearly full");
  return warnings;
}

/// Reads the certificates anew, on SIGHUP.
void renew_certificates(HttpServer& server, BrokerSession& session, Logger& logger) {
  bool any = false, all_well = true;
  const auto renew = [&](auto& part) {  // one that fails does not keep the other from it
    try {
      any = part.reload() || any;
    } catch (const Error& error) {
      all_well = false;
      logger.error(std::string("The earlier certificates stay in use: ") + error.what());
    }
  };
  renew(server);
  renew(session);
  if (any)
    logger.info("Certificates are loaded anew");
  else if (all_well)
    logger.info("There is nothing to load anew");
}

void remember_responses(SqliteOutbox& outbox, RepeatedRequests& repeats) {
  if (outbox.remembered_responses()) return repeats.remember(*outbox.remembered_responses());
  repeats.await_earlier_process();
  outbox.when_responses_are_known(
      [&repeats](const std::vector<RememberedResponse>& responses) { repeats.remember(responses); });
}

/// The number of the settings; one by default, which is the fastest: docs/performance.md.
std::size_t loops_wanted(const HttpSettings& settings) { return std::max<std::size_t>(settings.threads, 1); }

/// Waits until `done`, which is asked on the loop's thread, returns true, or the time is over.
void await(Loop& loop, TimePoint until, const std::function<bool()>& done) {
  constexpr std::chrono::milliseconds between_looks{5};
  bool is_done = false;
  const auto look = [&] {
    loop.run_there([&] { is_done = done(); });
    return is_done;
  };
  while (!look() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(between_looks);
}

/// The bridge, built upwards and stopped downwards.
int run(const LoadedSettings& loaded) {
  forget_proxies_of_environment();
  leave_openssl_to_itself();
  Settings settings = loaded.settings;
  settings.mqtt.client_id = client_id_of(settings.mqtt);
  Supervisor supervisor;
  Counters counters;
  const SteadyClock clock;
  SpdlogLogger logger(settings.log, counters);
  for (const Fault& warning : loaded.warnings) logger.warn(print_fault(warning));
  try {
    Loops loops(loops_wanted(settings.http));
    Loop& loop = loops.front();
    RepeatedRequests repeats(clock, counters);  // made before the outbox, whose thread calls it until it ends
    std::unique_ptr<SqliteOutbox> outbox;
    if (settings.state_dir != "none")
      outbox = std::make_unique<SqliteOutbox>(settings.state_dir, settings.outbox, logger, counters);
    BrokerSession session(settings.mqtt, loop, logger, counters);
    PahoListener listener(settings.mqtt, settings.mqtt.client_id + "-listener", logger, counters);
    Subscriptions subscriptions(settings.mqtt.subscribe,
                                outbox ? outbox->subscription_changes() : std::vector<SubscriptionChange>(),
                                listener, outbox.get(), logger);
    if (outbox) remember_responses(*outbox, repeats);
    Publisher publisher(settings, session.session(), loop, clock, counters, outbox.get());
    MessageLog message_log(logger, counters, settings.log.max_payload);
    MessageReceiver receiver(subscriptions, message_log);
    const auto reasons = [&] {
      return unready_reasons(session, publisher, listener, subscriptions, outbox.get());
    };
    const auto warnings = [&] { return standing_warnings(loaded, publisher, outbox.get()); };
    HttpServer server(loops, settings,
                      {publisher, repeats, outbox.get(), subscriptions, reasons, warnings, BRIDGE_VERSION},
                      logger, counters);

    const OnExit end_threads([&] {  // while the objects that they call still live; also if start() throws
      server.stop(0ms);
      listener.stop();
      loops.stop();
      outbox.reset();
    });

    server.start();
    session.start(publisher, [&] { return subscriptions.list().empty(); });
    loops.start();
    listener.start(receiver);
    logger.info("Listening on " + server.where());
    supervisor.ready();
    supervisor.wait([&] { renew_certificates(server, session, logger); },
                    [&] {
                      logger.tell_drops();
                      const auto why = reasons();
                      return why.empty() ? std::string("Connected") : "Not ready: " + why.front();
                    },
                    [&] {
                      const TimePoint oldest =
                          std::min(loops.last_sign_of_life(), listener.last_sign_of_life());
                      return clock.now() - oldest < longest_silence;
                    });

    supervisor.stopping();
    logger.info("Stopping");
    exit_at_the_latest(time_to_stop, EXIT_SUCCESS);
    const TimePoint answered_by = clock.now() + time_for_answers;
    loop.run_there([&] { publisher.leave_stored(); });
    server.drain(time_for_answers);
    await(loop, answered_by, [&] { return publisher.at_rest(); });
    loop.run_there([&] { publisher.begin_stop(); });
    await(loop, clock.now() + time_for_disk, [&] { return publisher.is_stopped(); });
    loop.run_there([&] { publisher.end(); });
    server.stop(time_for_sending);
    listener.stop();
    session.stop();
    return EXIT_SUCCESS;
  } catch (const Error& error) {
    logger.error(error.what());
    return error.errc() == Errc::invalid_setting ? exit_config : EXIT_FAILURE;
  } catch (const std::exception& error) {
    logger.error(error.what());
    return EXIT_FAILURE;
  }
}

int report(const LoadedSettings& loaded) {
  for (const Fault& fault : loaded.faults) std::cerr << print_fault(fault) << '\n';
  for (const Fault& warning : loaded.warnings) std::cerr << "warning: " << print_fault(warning) << '\n';
  return loaded.faults.empty() ? EXIT_SUCCESS : exit_config;
}

int check_health(const LoadedSettings& loaded, bool ready) {
  std::string problem;
  for (const Fault& fault : loaded.faults)
    if (problem.empty() && decides_where_to_listen(fault)) problem = print_fault(fault);
  if (problem.empty()) problem = ask_for_health(loaded.settings.http, ready, time_for_health);
  if (!problem.empty()) std::cerr << "mqtt-rest-bridge: " << problem << '\n';
  return problem.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

int start(int argc, const char* const* argv) {
  const CommandLine command_line = parse_command_line(argc, argv, BRIDGE_VERSION);
  if (command_line.action == CommandLine::Action::show_text) {
    (command_line.exit_status == 0 ? std::cout : std::cerr) << command_line.text;
    return command_line.exit_status;
  }
  using Action = CommandLine::Action;
  const bool asks = command_line.action == Action::healthcheck;
  const LoadedSettings loaded =
      load_settings(command_line, process_environment(), asks ? FurtherCheck() : certificate_faults);
  if (asks) return check_health(loaded, command_line.ready);
  if (!loaded.faults.empty() || command_line.action == Action::check) return report(loaded);
  if (command_line.action == Action::print_config) {
    std::cout << print_settings(loaded.settings);
    return EXIT_SUCCESS;
  }
  return run(loaded);
}

}  // namespace
}  // namespace bridge

int main(int argc, char** argv) {
  try {
    return bridge::start(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "mqtt-rest-bridge: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
