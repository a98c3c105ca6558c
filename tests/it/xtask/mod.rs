//! `cargo xtask` at the terminal.

mod ci;
mod folders;
