//! Who allocated the memory at an address.

use std::{
    ffi::c_void,
    sync::{Arc, Mutex, PoisonError},
};

use static_alloc::Bump;
use tracking_allocator::{AllocationGroupId, AllocationRegistry, AllocationTracker, Allocator};

/// All that the searched process may ever allocate.
const CAPACITY: usize = 1 << 30;

/// An allocator that never gives the same memory out twice. What a buffer held when it was freed
/// stays where it was, so that it can be found, and belongs to one buffer only.
pub type RememberingAllocator = Allocator<Bump<[u8; CAPACITY]>>;

/// The allocator of a program that searches itself.
pub const fn remembering_allocator() -> RememberingAllocator {
    Allocator::from_allocator(Bump::uninit())
}

/// Every allocation since it was started, with the calls that led to it.
#[derive(Clone, Default)]
pub(crate) struct AllocationLog(Arc<Mutex<Vec<Allocation>>>);

struct Allocation {
    address: usize,
    size: usize,
    /// Return addresses, the innermost first.
    callers: Box<[usize]>,
}

impl AllocationLog {
    /// Keeps note of all allocations from now on.
    pub(crate) fn start() -> Self {
        let log = Self::default();
        // Only one log is started in a process; a second one would stay empty, and every hit
        // would then be reported as one that nobody allocated.
        let _ = AllocationRegistry::set_global_tracker(log.clone());
        AllocationRegistry::enable_tracking();
        log
    }

    /// The functions that led to the allocation of the memory at this address, the innermost
    /// first, or `None` where it is no memory of the heap.
    pub(crate) fn callers_of(&self, address: usize) -> Option<Vec<String>> {
        AllocationRegistry::disable_tracking();
        let allocations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let allocation = allocations
            .iter()
            .find(|it| (it.address..it.address + it.size).contains(&address))?;
        let mut names = Vec::new();
        for caller in &allocation.callers {
            backtrace::resolve(*caller as *mut c_void, |symbol| {
                names.extend(symbol.name().map(|name| format!("{name:#}")));
            });
        }
        Some(names)
    }
}

impl AllocationTracker for AllocationLog {
    fn allocated(&self, address: usize, size: usize, _: usize, _: AllocationGroupId) {
        let mut callers = Vec::with_capacity(64);
        backtrace::trace(|frame| {
            callers.push(frame.ip() as usize);
            true
        });
        let allocation = Allocation {
            address,
            size,
            callers: callers.into(),
        };
        let mut allocations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        allocations.push(allocation);
    }

    fn deallocated(
        &self,
        _: usize,
        _: usize,
        _: usize,
        _: AllocationGroupId,
        _: AllocationGroupId,
    ) {
        // Its memory is never used again, and what it holds is still searched.
    }
}
