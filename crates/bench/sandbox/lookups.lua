-- Asks for the transactions of one order after the other, and ends with the last. wrk runs this in
-- one thread.
--   ORDERS         a file of order ids, one to a line
--   COUNT          how many there are
--   STORE, TOKEN   the path of the store's orders, and its API account token

local headers = { ["Accept"] = "application/json", ["X-Auth-Token"] = os.getenv("TOKEN") }
local strangers = { ["Accept"] = "application/json" }
local orders = io.open(os.getenv("ORDERS"))
local count = tonumber(os.getenv("COUNT"))
local answers = 0
local is_rehearsal = true
found = 0

function setup(thread)
  only_thread = thread
end

function request()
  -- wrk looks at a request before it begins. Once the orders run out, 401 tells the answers apart
  -- from those that count.
  local order = not is_rehearsal and orders:read()
  is_rehearsal = false
  local path = os.getenv("STORE") .. "/" .. (order or "1") .. "/transactions"
  return wrk.format("GET", path, order and headers or strangers)
end

function response(status, _, body)
  if status == 401 then return end
  answers = answers + 1
  if status == 200 and body:find('"event":"purchase"', 1, true) then found = found + 1 end
  -- The parent of the shell is wrk, which hears nothing until the shell is done, and ends in order.
  if answers == count then os.execute("(sleep 0.1; kill -s INT $PPID) &") end
end

function done()
  print(string.format('{"found":%d}', only_thread:get("found")))
end
