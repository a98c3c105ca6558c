//! Turns a spec and its overlays into checked, formatted Rust source.
