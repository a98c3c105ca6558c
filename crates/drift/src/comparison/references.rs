//! References: following them, and what changes in the references themselves.

use std::collections::HashMap;

use super::{Comparison, common, keys};
use crate::{
    context::Context,
    node::{Node, Pair},
    resolve::Target,
};

impl<'a> Comparison<'a> {
    /// What two nodes are or refer to; nothing where a reference leads nowhere, which is
    /// reported.
    pub(crate) fn follow(&mut self, context: &Context, pair: &Pair<'a>) -> Option<Pair<'a>> {
        let base = self.base.target(&pair.base);
        let revision = self.revision.target(&pair.revision);
        let passed = |node: &Node<'a>, target: Target<'a>| match target {
            Target::Here => Some(vec![node.clone()]),
            Target::There(mut passed) => {
                passed.insert(0, node.clone());
                Some(passed)
            }
            Target::Outside | Target::Nowhere => None,
        };
        let base = passed(&pair.base, base);
        let revision = passed(&pair.revision, revision);
        let (Some(mut base), Some(mut revision)) = (base, revision) else {
            self.hop(context, pair);
            return None;
        };
        self.hops(context, &base, &revision);
        let (base, revision) = (base.pop()?, revision.pop()?);
        self.mark_compared(&base, &revision);
        Some(Pair { base, revision })
    }

    /// Compares the references on two ways: the first with the first, and then those that
    /// stand at the same place in both documents.
    pub(crate) fn hops(&mut self, context: &Context, base: &[Node<'a>], revision: &[Node<'a>]) {
        if let ([base], [revision]) = (base, revision)
            && base.str("$ref").is_none()
            && revision.str("$ref").is_none()
        {
            return;
        }
        let at: HashMap<_, _> = revision
            .iter()
            .skip(1)
            .map(|node| (node.pointer.to_string(), node))
            .collect();
        let same = base.iter().skip(1).filter_map(|base| {
            let revision = *at.get(&base.pointer.to_string())?;
            Some(Pair {
                base: base.clone(),
                revision: revision.clone(),
            })
        });
        let first = base
            .first()
            .zip(revision.first())
            .map(|(base, revision)| Pair {
                base: base.clone(),
                revision: revision.clone(),
            });
        for pair in first.into_iter().chain(same) {
            self.mark_compared(&pair.base, &pair.revision);
            self.hop(context, &pair);
        }
    }

    /// Reports what changed in a reference itself and beside it.
    pub(crate) fn hop(&mut self, context: &Context, pair: &Pair<'a>) {
        let texts = (pair.base.str("$ref"), pair.revision.str("$ref"));
        if texts == (None, None) {
            return;
        }
        self.beside_reference(context, pair);
        let field = pair.get("$ref");
        self.consider(&field);
        let (led, leads) = (
            self.base.target(&pair.base),
            self.revision.target(&pair.revision),
        );
        let is_outside = matches!(led, Target::Outside) || matches!(leads, Target::Outside);
        let (id, message) = match texts {
            (from, to) if from == to && led.is_reached() == leads.is_reached() => return,
            (from, to) if is_outside => (
                "reference-outside-changed",
                match (from, to) {
                    (Some(from), Some(to)) => format!("refers to {to}, no longer to {from}"),
                    (Some(from), None) => format!("spells out what {from} was"),
                    (None, to) => {
                        format!("refers to {} for what was spelled out", to.unwrap_or("?"))
                    }
                } + "; another file is not read",
            ),
            (_, Some(to)) if !leads.is_reached() => (
                "reference-unresolvable",
                format!("{to:?} leads to nothing in this document"),
            ),
            (Some(from), _) if !led.is_reached() => (
                "reference-repaired",
                format!("{from:?} led to nothing in this document"),
            ),
            (Some(from), Some(to)) => (
                "reference-changed",
                format!("refers to {to}, no longer to {from}"),
            ),
            (Some(from), None) => ("reference-changed", format!("spells out what {from} was")),
            (None, to) => {
                let to = to.unwrap_or_default();
                (
                    "reference-changed",
                    format!("refers to {to} for what was spelled out"),
                )
            }
        };
        self.report(context, id, &field, message);
    }

    /// Reports what changed beside references, where OpenAPI 3.0 gives it no meaning.
    fn beside_reference(&mut self, context: &Context, pair: &Pair<'a>) {
        let beside = |node: &Node<'a>| match node.str("$ref") {
            Some(_) => node.clone(),
            None => node.emptied(),
        };
        let sides = Pair {
            base: beside(&pair.base),
            revision: beside(&pair.revision),
        };
        for name in keys(&sides).into_iter().filter(|name| *name != "$ref") {
            let id = match common(name) {
                "unclassified" => "reference-sibling-changed",
                id => id,
            };
            self.differs(context, id, &sides.get(name));
        }
    }
}
