//! How long comparing large documents takes: `cargo run --release -p bigcommerce-bench --example large_documents`.
//!
//! Each document is compared with a copy of itself in which every tenth operation has changed.
//! The time for a megabyte should be the same in each row.

use std::{fmt::Write as _, time::Instant};

use bigcommerce_drift::diff;
use bigcommerce_spec::Document;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("   size   read both    compare   findings   compare per MB");
    for megabytes in [0.1, 0.5, 1.0, 2.5, 5.0, 10.0] {
        let (base, revision) = (api(megabytes, ""), api(megabytes, "changed"));
        let start = Instant::now();
        let documents = (
            Document::parse("base.yml", &base)?,
            Document::parse("revision.yml", &revision)?,
        );
        let read = start.elapsed();
        let start = Instant::now();
        let findings = diff(&documents.0, &documents.1).len();
        let compare = start.elapsed();
        println!(
            "{megabytes:4.1} MB {:>8.0} ms {:>7.0} ms {findings:>10} {:>10.0} ms",
            read.as_secs_f64() * 1e3,
            compare.as_secs_f64() * 1e3,
            compare.as_secs_f64() * 1e3 / megabytes
        );
    }
    Ok(())
}

/// An API of about so many megabytes: operations that share schemas, which refer to each other.
fn api(megabytes: f64, note: &str) -> String {
    let mut paths = String::from("openapi: 3.0.3\ninfo: {title: Large, version: '1'}\npaths:\n");
    let mut schemas = String::from("components:\n  schemas:\n");
    let mut n = 0_u32;
    while f64::from(u32::try_from(paths.len() + schemas.len()).unwrap_or(u32::MAX))
        < megabytes * 1e6
    {
        let changed = n.is_multiple_of(10) && !note.is_empty();
        operation(&mut paths, n, changed);
        schema(&mut schemas, n, changed);
        n += 1;
    }
    paths + &schemas
}

fn operation(out: &mut String, n: u32, changed: bool) {
    let (status, limit) = if changed { (201, 50) } else { (200, 100) };
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "  /things{n}/{{id}}:\n    post:\n      operationId: thing{n}\n      parameters:\n        \
         - {{name: id, in: path, required: true, schema: {{type: integer, maximum: {limit}}}}}\n      \
         requestBody:\n        content:\n          application/json:\n            \
         schema: {{$ref: '#/components/schemas/Thing{n}'}}\n      responses:\n        '{status}':\n          \
         description: Done\n          content:\n            application/json:\n              \
         schema: {{$ref: '#/components/schemas/Thing{n}'}}\n"
    );
}

fn schema(out: &mut String, n: u32, changed: bool) {
    let next = n.saturating_sub(1);
    let _ = write!(
        out,
        "    Thing{n}:\n      type: object\n      required: [id{}]\n      properties:\n        \
         id: {{type: string, minLength: 1}}\n        kind: {{type: string, enum: [a, b{}]}}\n        \
         next: {{$ref: '#/components/schemas/Thing{next}'}}\n",
        if changed { ", kind" } else { "" },
        if changed { ", c" } else { "" },
    );
    for field in 0..8 {
        let _ = writeln!(
            out,
            "        field{field}: {{type: integer, description: A field of thing {n}}}"
        );
    }
}
