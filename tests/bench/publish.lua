-- wrk: POST /publish with a message of its own in each request, and one line of figures at the end.
-- Arguments: QoS, topic, and "close" if each request shall have a connection of its own.
-- The request is built once and its number put in, because the load shares the processors with what it measures.
local first = 10000000 -- all numbers have as many digits: one Content-Length
local before, after, loader
sent = -1 -- wrk makes one request only to look at it. Global: done() asks this thread for it

function setup(thread)
  loader = thread
end

function init(args)
  local body = string.format('{"topic":"%s","msg":"%d","qos":%s}', args[2], first, args[1])
  local fields = {["Content-Type"] = "application/json"}
  if args[3] == "close" then fields["Connection"] = "close" end
  local whole = wrk.format("POST", "/publish", fields, body)
  local from, to = whole:find(tostring(first), 1, true)
  before, after = whole:sub(1, from - 1), whole:sub(to + 1)
end

function request()
  sent = sent + 1
  return before .. (first + sent) .. after
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("figures sent=%d answered=%d refused=%d broken=%d us=%d p50=%d p99=%d\n",
    loader:get("sent"), summary.requests - errors.status, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
