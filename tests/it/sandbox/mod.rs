//! The sandbox over real sockets, driven by a client that knows nothing of its code.

mod admin;
mod admin_access;
mod arrivals;
mod bounds;
mod client;
mod concurrency;
mod determinism;
mod faults;
mod forms;
mod headers;
mod hostile;
mod landing;
mod limits;
mod messages;
mod orders;
mod payments;
mod reversals;
mod served;
mod split;
mod table;
mod tls;
