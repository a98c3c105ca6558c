//! Circles among the imports, each with the shortest way around.

use std::{collections::VecDeque, fmt};

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};

use super::{imports::Imports, tree::Tree};
use crate::codegen::tree::workspace;

/// Modules of which each needs all the others.
pub(super) struct Circle {
    /// Their names, in the alphabet's order.
    pub(super) modules: Vec<String>,
    /// A shortest way around.
    steps: Vec<String>,
    /// All other imports between them.
    others: Vec<String>,
}

/// The circles of a crate, none where its imports run one way.
///
/// A circle is looked for among all that is below a module, and counts where it leads through more
/// than one of its children: what a parent and its own children take from each other does not.
pub(super) fn circles(tree: &Tree, imports: &Imports) -> Vec<Circle> {
    let mut circles: Vec<Circle> = Vec::new();
    for above in 0..tree.modules.len() {
        let below = |(from, to): &&(usize, usize)| {
            tree.child(above, *from).is_some() && tree.child(above, *to).is_some()
        };
        let graph: DiGraphMap<usize, ()> = DiGraphMap::from_edges(imports.keys().filter(below));
        for members in tarjan_scc(&graph) {
            let circle = circle(tree, imports, above, &members);
            let known = |circle: &Circle, others: &[Circle]| {
                others.iter().any(|other| {
                    circle
                        .modules
                        .iter()
                        .all(|module| other.modules.contains(module))
                })
            };
            circles.extend(circle.filter(|circle| !known(circle, &circles)));
        }
    }
    circles
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            modules,
            steps,
            others,
        } = self;
        writeln!(f, "a circle of {}: {}", modules.len(), modules.join(", "))?;
        writeln!(f, "  the shortest way around:")?;
        steps
            .iter()
            .try_for_each(|step| writeln!(f, "    {step}"))?;
        if !others.is_empty() {
            writeln!(f, "  and the rest of it:")?;
            others
                .iter()
                .try_for_each(|step| writeln!(f, "    {step}"))?;
        }
        Ok(())
    }
}

/// The circle through these modules, if it leads through several children of the one above.
fn circle(tree: &Tree, imports: &Imports, above: usize, members: &[usize]) -> Option<Circle> {
    let edges: Vec<_> = imports
        .keys()
        .filter(|(from, to)| members.contains(from) && members.contains(to))
        .copied()
        .collect();
    let around = edges
        .iter()
        .filter(|(from, to)| tree.child(above, *from) != tree.child(above, *to))
        .filter_map(|edge| way_around(&edges, *edge))
        .min_by_key(Vec::len)?;
    let step = |edge: &(usize, usize)| {
        let (from, to) = (&tree.modules[edge.0], &tree.modules[edge.1]);
        let file = from.file.strip_prefix(workspace()).unwrap_or(&from.file);
        let file = file.display();
        format!(
            "{} -> {}: {file} names {}",
            from.name(),
            to.name(),
            imports[edge]
        )
    };
    let mut modules: Vec<_> = members
        .iter()
        .map(|member| tree.modules[*member].name())
        .collect();
    modules.sort();
    Some(Circle {
        modules,
        steps: around.iter().map(step).collect(),
        others: edges
            .iter()
            .filter(|edge| !around.contains(edge))
            .map(step)
            .collect(),
    })
}

/// The shortest way from an import back to where it starts.
fn way_around(edges: &[(usize, usize)], first: (usize, usize)) -> Option<Vec<(usize, usize)>> {
    let mut ways = VecDeque::from([vec![first]]);
    let mut seen = vec![first.1];
    while let Some(way) = ways.pop_front() {
        let at = way.last()?.1;
        if at == first.0 {
            return Some(way);
        }
        for edge in edges.iter().filter(|(from, _)| *from == at) {
            if !seen.contains(&edge.1) {
                seen.push(edge.1);
                ways.push_back([way.as_slice(), &[*edge]].concat());
            }
        }
    }
    None
}
