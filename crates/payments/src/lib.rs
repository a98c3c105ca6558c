//! Take payments through BigCommerce: the payment access token hand-off, safe with money.
