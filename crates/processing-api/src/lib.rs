//! Generated client of the BigCommerce payments host.
