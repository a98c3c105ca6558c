-- Makes orders through the V2 API, with an address and two lines each.
--   TOKEN   the store's API account token

wrk.method = "POST"
wrk.headers["X-Auth-Token"] = os.getenv("TOKEN")
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"status_id":0,"billing_address":{"first_name":"Jane","last_name":"Doe","street_1":"1 Main Street",]]
  .. [["city":"Austin","state":"Texas","zip":"78701","country":"United States","country_iso2":"US",]]
  .. [["email":"jane@example.com"},"products":[{"name":"Poster","quantity":1,"price_inc_tax":10.98},]]
  .. [[{"name":"Frame","quantity":2,"price_inc_tax":25}]}]]
