//! Which operations reach what is shared.
//!
//! A pair of schemas behind references is visited once, however many operations use it. The
//! visits remember where they were asked for, so that afterwards every operation that feels a
//! difference can be named.

use std::{collections::HashMap, rc::Rc};

use fixedbitset::FixedBitSet;
use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
    visit::{Dfs, EdgeRef as _, Reversed},
};

/// A visit, or an operation from which visits start. The first is the document.
pub(crate) type VisitId = NodeIndex;

/// The visits, and from which visits or operations each was asked for.
pub(crate) struct Visits {
    asked: DiGraph<Option<usize>, ()>,
    operations: Vec<Rc<str>>,
    by_name: HashMap<Rc<str>, VisitId>,
}

impl Visits {
    /// What belongs to no operation.
    pub(crate) fn document() -> VisitId {
        NodeIndex::new(0)
    }

    pub(crate) fn new() -> Self {
        let mut asked = DiGraph::new();
        asked.add_node(None);
        Self {
            asked,
            operations: Vec::new(),
            by_name: HashMap::new(),
        }
    }

    /// The visit of an operation, in whose name all follows that it leads to.
    pub(crate) fn operation(&mut self, name: &Rc<str>) -> VisitId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = self.asked.add_node(Some(self.operations.len()));
        self.operations.push(name.clone());
        self.by_name.insert(name.clone(), id);
        id
    }

    pub(crate) fn add(&mut self) -> VisitId {
        self.asked.add_node(None)
    }

    /// Notes that one visit asked for another one.
    pub(crate) fn ask(&mut self, from: VisitId, to: VisitId) {
        if from != to {
            self.asked.add_edge(from, to, ());
        }
    }

    /// For each set of visits, the names of the operations that lead to any of them, in the
    /// order in which the documents have them.
    pub(crate) fn operations_of(&self, sets: &[&[VisitId]]) -> Vec<Vec<Rc<str>>> {
        let reached = self.reached(sets);
        let names = |set: &&[VisitId]| {
            let mut operations = FixedBitSet::with_capacity(self.operations.len());
            for visit in *set {
                if let Some(more) = reached.get(visit) {
                    operations.union_with(more);
                }
            }
            operations
                .ones()
                .map(|index| self.operations[index].clone())
                .collect()
        };
        sets.iter().map(names).collect()
    }

    /// The operations of each visit that leads to one of the sets.
    fn reached(&self, sets: &[&[VisitId]]) -> HashMap<VisitId, FixedBitSet> {
        let backwards = Reversed(&self.asked);
        let mut leads = FixedBitSet::with_capacity(self.asked.node_count());
        let mut search = Dfs::empty(backwards);
        for visit in sets.iter().copied().flatten() {
            search.move_to(*visit);
            while let Some(node) = search.next(backwards) {
                leads.insert(node.index());
            }
        }
        let part = self.asked.filter_map(
            |node, operation| leads.contains(node.index()).then_some((node, *operation)),
            |_, ()| Some(()),
        );
        let mut reached: HashMap<VisitId, FixedBitSet> = HashMap::new();
        // What leads to a component of the graph comes after it.
        for component in kosaraju_scc(&part).into_iter().rev() {
            let mut operations = FixedBitSet::with_capacity(self.operations.len());
            for node in &component {
                operations.extend(part[*node].1);
                for edge in part.edges_directed(*node, petgraph::Incoming) {
                    if let Some(more) = reached.get(&part[edge.source()].0) {
                        operations.union_with(more);
                    }
                }
            }
            for node in component {
                reached.insert(part[node].0, operations.clone());
            }
        }
        reached
    }
}
