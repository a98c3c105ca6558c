//! Which attempt of the journal each call of the process came to.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::{Event, Id, Span, Subscriber, field::Field, info_span};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// Listens to the attempts that the journal makes in the span of each call.
#[derive(Clone, Default)]
pub(super) struct CallAttempts(Arc<Mutex<HashMap<Id, CallAttempt>>>);

/// The attempt that was made for a call.
#[derive(Clone, Debug)]
pub(super) struct CallAttempt {
    pub(super) id: String,
    /// It has its key and its order, or had them.
    pub(super) is_claimed: bool,
}

/// What the journal's events come from, and with them whatever is listened to.
const TARGET: &str = "bigcommerce_payments_journal::call";

/// The span of a call.
pub(super) fn call_span() -> Span {
    info_span!(target: TARGET, "call")
}

impl CallAttempts {
    /// The attempt that was made in the span of a call, if one was.
    pub(super) fn of(&self, span: &Span) -> Option<CallAttempt> {
        self.lock().remove(&span.id()?)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, CallAttempt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for CallAttempts {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = HashMap::new();
        event.record(&mut |field: &Field, value: &dyn Debug| {
            let text = format!("{value:?}").trim_matches('"').to_owned();
            fields.insert(field.name(), text);
        });
        let mut scope = context.event_scope(event).into_iter().flatten();
        let call = scope.find(|span| span.metadata().target() == TARGET);
        let (Some(call), Some(id)) = (call, fields.remove("attempt_id")) else {
            return;
        };
        let is_claimed = match fields.get("step").map(String::as_str) {
            Some("claiming") => false,
            Some("claimed") => true,
            _ => return,
        };
        self.lock()
            .insert(call.id(), CallAttempt { id, is_claimed });
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.lock().remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use tracing::{debug, subscriber::with_default};
    use tracing_subscriber::{layer::SubscriberExt as _, registry};

    use super::{CallAttempts, call_span};

    #[test]
    fn each_call_has_its_own_attempt() {
        let attempts = CallAttempts::default();
        with_default(registry().with(attempts.clone()), || {
            let [claimed, refused, idle] = [(); 3].map(|()| call_span());
            claimed.in_scope(|| debug!(step = "claiming", attempt_id = "one".to_owned()));
            refused.in_scope(|| debug!(step = "claiming", attempt_id = "two".to_owned()));
            claimed.in_scope(|| debug!(step = "claimed", attempt_id = "one".to_owned()));
            claimed.in_scope(|| debug!(step = "taken over", attempt_id = "three".to_owned()));

            let of = |span| attempts.of(span).map(|it| (it.id, it.is_claimed));
            assert_eq!(of(&claimed), Some(("one".to_owned(), true)));
            assert_eq!(of(&refused), Some(("two".to_owned(), false)));
            assert_eq!(of(&idle), None);

            claimed.in_scope(|| debug!(step = "claimed", attempt_id = "one".to_owned()));
            drop(claimed);
            assert!(attempts.lock().is_empty());
        });
    }
}
