//! `cargo xtask` at the terminal.

mod ci;
