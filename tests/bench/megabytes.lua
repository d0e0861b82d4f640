-- wrk: POST /topics/bench/megabytes with a megabyte at QoS 0, and one line at the end: megabytes a second.
local whole

function init()
  whole = wrk.format("POST", "/topics/bench/megabytes", {}, string.rep("x", 1000000))
end

function request()
  return whole
end

function done(summary)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("figures %.0f\n", (summary.requests - failed) * 1e6 / summary.duration))
end
