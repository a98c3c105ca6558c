//! Applies an overlay action by action, so that the outcome of each is known.

use roas_overlay::{
    apply::{Apply, ApplyError, ApplyErrorKind, ApplyOptions},
    common::apply::{compile_path, locate},
    v1_1,
};
use serde_json::Value;

use crate::{
    Document,
    overlay::{Applied, Overlay, OverlayProblemKind, selection},
    place::Below,
    pointer,
};

pub(super) fn apply(overlay: &Overlay, original: &Document) -> Applied {
    let mut application = Application::new(overlay, original);
    let outcomes: Vec<Outcome> = (0..overlay.actions.len())
        .map(|index| application.apply_action(index))
        .collect();
    let value = &application.document.value;
    let problems = outcomes
        .into_iter()
        .enumerate()
        .filter_map(|(index, outcome)| {
            let kind = match outcome {
                Outcome::Failed(kind) => kind,
                Outcome::Changed(touched) => {
                    let as_before = |at: &String| original.value.pointer(at) == value.pointer(at);
                    if !touched.iter().all(as_before) {
                        return None;
                    }
                    OverlayProblemKind::MadeUpstream
                }
            };
            Some(overlay.problem(index, kind))
        })
        .collect();
    Applied {
        document: application.document,
        problems,
    }
}

/// What came of one action: the nodes it changed, or why it changed none.
enum Outcome {
    Changed(Vec<String>),
    Failed(OverlayProblemKind),
}

struct Application<'o> {
    overlay: &'o Overlay,
    document: Document,
    /// The index of the overlay among the sources of the document.
    source: u16,
}

impl<'o> Application<'o> {
    fn new(overlay: &'o Overlay, original: &Document) -> Self {
        let mut document = original.clone();
        let source = u16::try_from(document.sources.len()).unwrap_or(u16::MAX);
        document.sources.push(overlay.name().to_owned());
        Self {
            overlay,
            document,
            source,
        }
    }

    fn apply_action(&mut self, index: usize) -> Outcome {
        let (pointers, changed) = match self.attempt(index) {
            Ok(done) => done,
            Err(kind) => return Outcome::Failed(kind),
        };
        let mut touched = Vec::new();
        differences(
            &self.document.value,
            &changed,
            &mut String::new(),
            &mut touched,
        );
        if touched.is_empty() {
            return Outcome::Failed(OverlayProblemKind::NoChange);
        }
        self.mark(index, &pointers);
        self.document.value = changed;
        Outcome::Changed(touched)
    }

    /// Finds where an action matches, and what the document becomes by it.
    fn attempt(&self, index: usize) -> Result<(Vec<String>, Value), OverlayProblemKind> {
        let action = &self.overlay.actions[index];
        let value = &self.document.value;
        let pointers = located(value, &action.target)?;
        selection::check(&pointers, action.is_remove())
            .map_err(OverlayProblemKind::Inapplicable)?;
        let mut changed = value.clone();
        if action.is_remove() {
            remove_all(&mut changed, &pointers)?;
            return Ok((pointers, changed));
        }
        let single = v1_1::Overlay {
            actions: vec![action.clone()],
            ..v1_1::Overlay::default()
        };
        let options = ApplyOptions::ErrorOnZeroMatch | ApplyOptions::ErrorOnMixedKindMatch;
        single.apply(&mut changed, options).map_err(failure)?;
        Ok((pointers, changed))
    }

    /// Does to the marks what the action did to the values.
    fn mark(&mut self, index: usize, pointers: &[String]) {
        let action = &self.overlay.actions[index];
        if action.is_remove() {
            for pointer in pointers.iter().rev() {
                self.document.marks.remove(pointer);
            }
            return;
        }
        let addition = match &action.copy {
            Some(copy) => located(&self.document.value, copy)
                .ok()
                .and_then(|at| self.document.marks.at(at.first()?).cloned()),
            None => self.overlay.update_marks(index).cloned().map(|mut marks| {
                marks.set_source(self.source);
                marks
            }),
        };
        let Some(addition) = addition else { return };
        for pointer in pointers {
            if let Some(target) = self.document.marks.at_mut(pointer) {
                match (&mut target.below, &addition.below) {
                    (Below::Items(items), Below::Nothing | Below::Entries(_)) => {
                        items.push(addition.clone());
                    }
                    _ => target.merge(&addition),
                }
            }
        }
    }
}

/// Removes nodes, from the last to the first. The library would do it too, but fill the gap in
/// a mapping with its last entry, so that the order of the document were lost.
fn remove_all(value: &mut Value, pointers: &[String]) -> Result<(), OverlayProblemKind> {
    if pointers.is_empty() {
        return Err(OverlayProblemKind::NoMatch);
    }
    let scalar = |at: &String| {
        value
            .pointer(at)
            .is_some_and(|v| !v.is_object() && !v.is_array())
    };
    if pointers.iter().any(scalar) {
        return Err(OverlayProblemKind::Inapplicable(
            ApplyErrorKind::PrimitiveActionTarget.to_string(),
        ));
    }
    for pointer in pointers.iter().rev() {
        let Some((parent, token)) = pointer::split_last(pointer) else {
            continue;
        };
        match value.pointer_mut(parent) {
            Some(Value::Object(map)) => {
                map.shift_remove(&*token);
            }
            Some(Value::Array(items)) => {
                if let Ok(index) = token.parse::<usize>()
                    && index < items.len()
                {
                    items.remove(index);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn located(value: &Value, path: &str) -> Result<Vec<String>, OverlayProblemKind> {
    let path = compile_path(path).map_err(OverlayProblemKind::Inapplicable)?;
    Ok(locate(value, &path))
}

fn failure(error: ApplyError) -> OverlayProblemKind {
    match error.kind {
        ApplyErrorKind::ZeroMatch => OverlayProblemKind::NoMatch,
        kind => OverlayProblemKind::Inapplicable(kind.to_string()),
    }
}

/// Collects the pointers of the nodes that differ. A list whose length differs is one node,
/// because its items cannot be told apart by their index.
fn differences(before: &Value, after: &Value, at: &mut String, found: &mut Vec<String>) {
    let length = at.len();
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                at.push('/');
                at.push_str(&pointer::escape(key));
                match after.get(key) {
                    Some(other) => differences(value, other, at, found),
                    None => found.push(at.clone()),
                }
                at.truncate(length);
            }
            for key in after.keys().filter(|key| !before.contains_key(*key)) {
                found.push(format!("{at}/{}", pointer::escape(key)));
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                at.push('/');
                at.push_str(&index.to_string());
                differences(before, after, at, found);
                at.truncate(length);
            }
        }
        _ if before == after => {}
        _ => found.push(at.clone()),
    }
}
