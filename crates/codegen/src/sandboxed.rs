//! Runs the generator where its panics and its recursion do no harm.

use std::{panic, sync::Once, thread};

/// The generator recurses over the schemas; a stack this large is only ever used as needed.
const STACK: usize = 256 << 20;

const THREAD: &str = "generator";

/// Runs `work` on a thread of its own, and turns a panic into its message.
pub(crate) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    silence_panics();
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name(THREAD.to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|error| format!("no thread could be started: {error}"))?;
        thread.join().map_err(|payload| {
            let text = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            text.unwrap_or_else(|| "it gave no reason".to_owned())
        })
    })
}

/// Keeps the panics of generator threads off standard error. The hook is set once and for all,
/// and goes by the thread's name, so that no other thread's panic is ever lost.
fn silence_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                others(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(run(|| 1), Ok(1));
        assert_eq!(run(|| panic!("plain")), Err::<(), _>("plain".to_owned()));
        assert_eq!(
            run(|| panic!("no. {}", 2)),
            Err::<(), _>("no. 2".to_owned())
        );
    }
}
