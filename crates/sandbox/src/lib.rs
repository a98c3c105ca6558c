//! A BigCommerce test store in a box: both payment hosts, orders, faults and a ledger.
