"""Makes generated calls reach further than the first check.

A payment access token is good for one payment, and a random order id or payment method is
unknown. So every payment gets a token of its own, and every other call gets an order or a
method that exists. The rest of each call stays as it was generated.
"""

import itertools
import json
import os
import urllib.request

import schemathesis

ADMIN_URL = os.environ["SANDBOX_ADMIN_URL"]
CUSTOMER = 11
METHODS = {
    "card": "stripe.card",
    "stored_card": "stripe.card",
    "stored_paypal_account": "braintree.paypal",
    "stored_bank_account": "braintree.ach",
    "gift_certificate": "bigcommerce.gift_certificate",
    "store_credit": "bigcommerce.store_credit",
    "tokenized_card": "bolt.card",
}


def payable_orders():
    """Orders with a payment access token each, without end."""
    body = json.dumps({"count": 200, "total": "0.01", "customer_id": CUSTOMER}).encode()
    url = f"{ADMIN_URL}/stores/teststore1/payable-orders"
    while True:
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            yield from json.load(response)


ORDERS = payable_orders()
TURNS = itertools.cycle([True, False])


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers if case.headers is not None else {}
    exists = next(TURNS)
    if case.operation.path == "/payments":
        order = next(ORDERS)
        headers["Authorization"] = f"PAT {order['payment_access_token']}"
        case.headers = headers
        if exists:
            use_known_method(case.body)
    elif exists:
        # A reset forgets the orders that were made, but not the ones that are defined.
        admin = "{hash}" in case.operation.path
        use_known_order(case, 215 if admin else next(ORDERS)["order_id"])
    if case.operation.path.endswith("/payable-orders"):
        make_few_orders(case.body)


def use_known_method(body):
    payment = body.get("payment") if isinstance(body, dict) else None
    instrument = payment.get("instrument") if isinstance(payment, dict) else None
    kind = instrument.get("type") if isinstance(instrument, dict) else None
    if isinstance(kind, str) and kind in METHODS:
        payment["payment_method_id"] = METHODS[kind]


def make_few_orders(body):
    """A million orders are allowed, and take a while."""
    count = body.get("count") if isinstance(body, dict) else None
    if isinstance(count, int) and 50 < count <= 1_000_000:
        body["count"] = count % 50


def use_known_order(case, order_id):
    if case.path_parameters and "hash" in case.path_parameters:
        case.path_parameters["hash"] = "teststore1"
    if isinstance(case.body, dict) and isinstance(case.body.get("order"), dict):
        case.body["order"]["id"] = order_id
    if case.query and "order_id" in case.query:
        case.query["order_id"] = order_id
    if case.path_parameters and "order_id" in case.path_parameters:
        case.path_parameters["order_id"] = order_id
