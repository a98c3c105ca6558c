//! Runs the generator where its panics and its recursion do no harm.

use std::{
    cell::Cell,
    io,
    panic::{self, AssertUnwindSafe},
    sync::Once,
    thread,
};

/// The generator recurses over the schemas; a stack this large is only ever used as needed.
const STACK: usize = 256 << 20;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread of its own with a large stack. A panic of it goes on in the caller.
///
/// # Errors
///
/// When the system cannot start a thread.
pub(crate) fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)?;
        Ok(worker
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })
}

/// Turns a panic of `work` into its message, and keeps it off standard error.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    silence_caught_panics();
    let before = CATCHING.replace(true);
    // What `work` leaves behind half done is its own, and goes with it.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(before);
    outcome.map_err(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "it gave no reason".to_owned())
    })
}

/// Sets the hook once and for all. It goes by the thread, so that no other panic is ever lost.
fn silence_caught_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.get() {
                others(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(catch_panic(|| 1), Ok(1));
        assert_eq!(
            catch_panic(|| panic!("plain")),
            Err::<(), _>("plain".to_owned())
        );
        assert_eq!(
            catch_panic(|| panic!("no. {}", 2)),
            Err::<(), _>("no. 2".to_owned())
        );
        assert!(!CATCHING.get());
    }

    #[test]
    fn a_deep_recursion_has_room() {
        fn deep(levels: u32) -> u32 {
            let here = std::hint::black_box([levels; 256]);
            if levels == 0 {
                0
            } else {
                deep(levels - 1) + here[0] - levels + 1
            }
        }
        assert_eq!(with_large_stack(|| deep(20_000)).unwrap(), 20_000);
    }
}
