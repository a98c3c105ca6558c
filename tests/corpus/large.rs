//! How time and memory grow with the size of the documents.

use std::{fs, path::Path, time::Instant};

use bigcommerce_drift::diff;
use bigcommerce_spec::Document;
use serde_json::{Map, Value};

/// Compares two versions of a document with themselves put side by side so many times.
const COPIES: [usize; 5] = [1, 2, 3, 5, 7];

/// How often each size is measured; the fastest counts, because only others slow it down.
const TIMES: usize = 3;

/// Prints a line for each size.
pub(crate) fn print(base: &Path, revision: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let read = |path| -> Result<Value, Box<dyn std::error::Error>> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    };
    println!("   MB  read ms  diff ms  findings  ms per MB  peak MB per MB");
    for copies in COPIES {
        let text =
            |path| Ok::<_, Box<dyn std::error::Error>>(repeated(&read(path)?, copies).to_string());
        measure(&text(base)?, &text(revision)?)?;
    }
    Ok(())
}

fn measure(base: &str, revision: &str) -> Result<(), Box<dyn std::error::Error>> {
    let (mut reading, mut comparing, mut findings) = (f64::MAX, f64::MAX, 0);
    let before = resident("VmRSS:");
    // The kernel counts the peak anew from here on.
    let _ = fs::write("/proc/self/clear_refs", "5");
    for _ in 0..TIMES {
        let start = Instant::now();
        let from = Document::parse("base.json", base)?;
        let to = Document::parse("revision.json", revision)?;
        reading = reading.min(start.elapsed().as_secs_f64() * 1_000.0);
        let start = Instant::now();
        findings = diff(&from, &to).len();
        comparing = comparing.min(start.elapsed().as_secs_f64() * 1_000.0);
    }
    let megabytes = f64::from(u32::try_from(revision.len())?) / 1e6;
    let peak = (resident("VmHWM:") - before) / megabytes;
    let per_megabyte = (reading + comparing) / megabytes;
    println!(
        "{megabytes:>5.1} {reading:>8.0} {comparing:>8.0} {findings:>9} {per_megabyte:>10.1} {peak:>15.1}"
    );
    Ok(())
}

/// The document with all of its paths and components so many times, each under names of its
/// own.
fn repeated(document: &Value, copies: usize) -> Value {
    let mut whole = document.clone();
    for copy in 1..copies {
        let mut own = document.clone();
        lead_into(&mut own, copy);
        if let Some(Value::Object(paths)) = own.get_mut("paths").map(Value::take) {
            let paths = paths
                .into_iter()
                .map(|(path, item)| (format!("/copy{copy}{path}"), item));
            extend(&mut whole["paths"], paths.collect());
        }
        let Some(Value::Object(sections)) = own.get_mut("components").map(Value::take) else {
            continue;
        };
        for (section, components) in sections {
            if let Value::Object(components) = components {
                let named = components
                    .into_iter()
                    .map(|(name, it)| (format!("{name}_{copy}"), it));
                extend(&mut whole["components"][&section], named.collect());
            }
        }
    }
    whole
}

fn extend(object: &mut Value, entries: Map<String, Value>) {
    if let Value::Object(object) = object {
        object.extend(entries);
    }
}

/// Leads all references to components to those of a copy.
fn lead_into(value: &mut Value, copy: usize) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(target)
                        if key == "$ref" && target.starts_with("#/components/") =>
                    {
                        *target = format!("{target}_{copy}");
                    }
                    value => lead_into(value, copy),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| lead_into(item, copy)),
        _ => {}
    }
}

/// Megabytes that the kernel says this process has; nothing where it says none.
fn resident(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1_000.0
}
