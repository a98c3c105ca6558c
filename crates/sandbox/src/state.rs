//! What the sandbox remembers: stores, their orders, and the money that moved.

mod check;
pub(crate) mod currency;
pub(crate) mod definition;
pub(crate) mod error;
pub(crate) mod landings;
pub(crate) mod ledger;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod served;
pub(crate) mod settlement;
pub(crate) mod shared;
pub(crate) mod store;
pub(crate) mod store_file;
pub(crate) mod transaction;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whatever became of another thread that held the lock: every critical section leaves
/// its data whole at each step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
