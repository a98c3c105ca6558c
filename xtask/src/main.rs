//! Maintenance commands of this workspace.

fn main() {}
