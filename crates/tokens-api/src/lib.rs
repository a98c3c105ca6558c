//! Generated client of the BigCommerce tokens host.
