//! The document as a whole: version, info and tags.

use crate::{
    comparison::Comparison,
    components,
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
    paths, security, servers,
};

/// The components come last: those that nothing before them used are compared by name.
const DOCUMENT: &[Field] = &[
    ("openapi", Comparator::EachLeaf("openapi-version-changed")),
    ("info", Comparator::Object(info)),
    ("tags", Comparator::Array(tags)),
    ("servers", Comparator::Array(servers::of_document)),
    ("security", Comparator::Array(security::global)),
    ("paths", Comparator::Object(paths::paths)),
    ("components", Comparator::Object(components::components)),
];

const INFO: &[Field] = &[
    ("title", Comparator::EachLeaf("title-changed")),
    ("version", Comparator::EachLeaf("api-version-changed")),
    ("contact", Comparator::EachLeaf("info-changed")),
    ("license", Comparator::EachLeaf("info-changed")),
    ("termsOfService", Comparator::EachLeaf("info-changed")),
];

/// Compares two whole documents.
pub(crate) fn document<'a>(comparison: &mut Comparison<'a>, pair: &Pair<'a>) {
    comparison.object(&Context::document(), pair, DOCUMENT);
    comparison.compare_queued();
}

fn info<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    if field.both().is_some() {
        comparison.object(context, field, INFO);
    } else {
        comparison.differs(context, "info-changed", field);
    }
}

fn tags<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let named =
        |node: &Node<'a>| -> Vec<_> { node.items().map(|tag| (tag.str("name"), tag)).collect() };
    let mut matched = matching::by_key(named(&field.base), named(&field.revision));
    matching::match_single_leftovers(&mut matched);
    for pair in &matched.both {
        comparison.differs(context, "tag-definition-changed", pair);
    }
    for tag in matched.removed {
        comparison.differs(context, "tag-definition-changed", &field.only_base(tag));
    }
    for tag in matched.added {
        comparison.differs(context, "tag-definition-changed", &field.only_revision(tag));
    }
}
