-- wrk: POST /publish with a message of its own in each request, and one line of figures at the end.
-- Arguments: QoS, and a word that tells the messages of this run from those of others.
local qos, run, sent = "0", "", 0

function init(args)
  qos, run = args[1], args[2]
end

function request()
  sent = sent + 1
  local body = string.format('{"topic":"bench/%s","msg":"%d","qos":%s}', run, sent, qos)
  return wrk.format("POST", "/publish", {["Content-Type"] = "application/json"}, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("figures answered=%d refused=%d broken=%d us=%d p50=%d p99=%d\n", summary.requests,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
