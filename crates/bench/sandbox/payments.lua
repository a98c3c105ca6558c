-- A payment of another order with each request. wrk runs this in one thread.
--   TOKENS  a file of payment access tokens, one to a line
--   COUNT   how many payments end the run, where the time is not to end it

local headers = {
  ["Accept"] = "application/vnd.bc.v1+json",
  ["Content-Type"] = "application/json",
}
local body = [[{"payment":{"payment_method_id":"stripe.card","instrument":{"type":"card",]]
  .. [["number":"4242424242424242","cardholder_name":"Jane Doe","expiry_month":12,]]
  .. [["expiry_year":2040,"verification_value":"123"}}}]]
local tokens = io.open(os.getenv("TOKENS"))
local count = tonumber(os.getenv("COUNT"))
local paid = 0
local is_rehearsal = true

function request()
  -- wrk looks at a request before it begins. Once the tokens run out, requests are refused, and
  -- `done` says so.
  headers["Authorization"] = "PAT " .. (not is_rehearsal and tokens:read() or "none")
  is_rehearsal = false
  return wrk.format("POST", nil, headers, body)
end

if count then
  function response(status)
    if status ~= 201 then return end
    paid = paid + 1
    -- The parent of the shell is wrk, which hears nothing until the shell is done, and ends in order.
    if paid == count then os.execute("(sleep 0.1; kill -s INT $PPID) &") end
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.3f,"refused":%d,"broken":%d,"p99_ms":%.2f}',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99) / 1000))
end
