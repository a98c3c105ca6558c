//! The sandbox over real sockets, driven by a client that knows nothing of its code.

mod client;
mod faults;
mod payments;
