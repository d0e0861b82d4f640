#include "loss_report.h"

#include <algorithm>

#include "bridge/core/escape.h"

namespace bridge {
namespace {

constexpr std::size_t most_lines = 20;

std::string print(const Salvage::Range& range) {
  if (range.first == range.second) return "Message number " + std::to_string(range.first) + " is";
  return "Messages number " + std::to_string(range.first) + " to " + std::to_string(range.second) + " are";
}

void report_rest(std::size_t lines, const char* of_what, Logger& logger) {
  if (lines > most_lines) logger.error("... and " + std::to_string(lines - most_lines) + " more " + of_what);
}

}  // namespace

void report_gaps(const std::vector<Salvage::Range>& gaps, Logger& logger) {
  for (std::size_t i = 0; i < std::min(gaps.size(), most_lines); ++i)
    logger.error(print(gaps[i]) + " lost, unless delivered, expired, removed or refused before");
  report_rest(gaps.size(), "such ranges", logger);
}

void report_losses(const Salvage& salvage, Logger& logger) {
  const auto dead = static_cast<std::size_t>(
      std::count_if(salvage.records().begin(), salvage.records().end(),
                    [](const Salvage::Found& found) { return found.is_dead_letter; }));
  logger.warn("Saved from the damaged outbox: " + std::to_string(salvage.records().size() - dead) +
              " messages, " + std::to_string(dead) + " dead letters, " +
              std::to_string(salvage.answers().size()) + " answers, " +
              std::to_string(salvage.changes().size()) + " changes of subscriptions");
  for (std::size_t i = 0; i < std::min(salvage.damaged().size(), most_lines); ++i)
    logger.error("The stored message number " + std::to_string(salvage.damaged()[i].sequence) +
                 " with the id " + escape_line(salvage.damaged()[i].id, 100) +
                 " is damaged on the disk and is lost");
  report_rest(salvage.damaged().size(), "such messages", logger);
  report_gaps(salvage.gaps(), logger);
}

}  // namespace bridge
