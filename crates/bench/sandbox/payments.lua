-- A payment of another order with each request. wrk runs this in one thread.

local body = [[{"payment":{"payment_method_id":"stripe.card","instrument":{"type":"card",]]
  .. [["number":"4242424242424242","cardholder_name":"Jane Doe","expiry_month":12,]]
  .. [["expiry_year":2040,"verification_value":"123"}}}]]

local tokens = io.lines(os.getenv("TOKENS"))

function request()
  local token = tokens()
  -- Once the orders run out there is nothing left to pay.
  if not token then
    wrk.thread:stop()
    token = "none"
  end
  return wrk.format("POST", nil, {
    ["Accept"] = "application/vnd.bc.v1+json",
    ["Authorization"] = "PAT " .. token,
    ["Content-Type"] = "application/json",
  }, body)
end
