//! `cargo xtask` at the terminal.

mod ci;
mod compiled;
mod folders;
