//! The memory of a process.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
};

use crate::{
    error::ProofError,
    leaks::search::{Hit, OVERLAP, Search},
};

/// What was found in the memory of a process.
pub(crate) struct MemoryFindings {
    /// All bytes of it, which were all read.
    pub(crate) bytes: u64,
    /// The secrets, with their addresses.
    pub(crate) hits: Vec<(Hit, u64)>,
}

/// Searches all writable memory of a process: heaps, stacks and static data.
///
/// # Errors
///
/// Fails where any of it cannot be read: what was not searched may hold a secret.
pub(crate) fn search(process: u32, search: &Search) -> Result<MemoryFindings, ProofError> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps"));
    let maps = maps.map_err(ProofError::Memory)?;
    let mut memory = File::open(format!("/proc/{process}/mem")).map_err(ProofError::Memory)?;
    let mut findings = MemoryFindings {
        bytes: 0,
        hits: Vec::new(),
    };
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = address_range(line)?;
        search_range(&mut memory, from, to, search, &mut findings).map_err(ProofError::Memory)?;
        findings.bytes += to - from;
    }
    Ok(findings)
}

const PIECE: u64 = 1 << 20;

fn search_range(
    memory: &mut File,
    from: u64,
    to: u64,
    search: &Search,
    findings: &mut MemoryFindings,
) -> std::io::Result<()> {
    let overlap = OVERLAP as u64;
    let mut piece = Vec::new();
    let mut start = from;
    while start < to {
        let end = to.min(start + PIECE);
        let length = usize::try_from(end - start).expect("a piece fits into memory");
        piece.resize(length, 0);
        memory.seek(SeekFrom::Start(start))?;
        memory.read_exact(&mut piece)?;
        let is_last = end == to;
        // What starts in the overlap is found in the next piece, with all that follows it.
        let own = if is_last { length } else { length - OVERLAP };
        let skipped = usize::from(start != from);
        let hits = search.hits(&piece).into_iter();
        findings.hits.extend(
            hits.filter(|hit| (skipped..own).contains(&hit.offset))
                .map(|hit| (hit, start + hit.offset as u64)),
        );
        start = if is_last { end } else { end - overlap - 1 };
    }
    Ok(())
}

fn address_range(line: &str) -> Result<(u64, u64), ProofError> {
    let range = line.split(' ').next().unwrap_or_default();
    let (from, to) = range.split_once('-').unwrap_or_default();
    let address = |hexadecimal| u64::from_str_radix(hexadecimal, 16);
    address(from)
        .and_then(|from| Ok((from, address(to)?)))
        .map_err(|source| ProofError::MemoryMap {
            line: line.to_owned(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write as _};

    use super::{MemoryFindings, PIECE, search, search_range};
    use crate::leaks::{search::Search, secret::SecretKind};

    fn wanted() -> Search {
        Search::new(&[(SecretKind::CardNumber, "4242424242424242".to_owned())])
    }

    fn memory_with_secrets_at(offsets: &[u64], length: u64) -> File {
        let mut bytes = vec![0; usize::try_from(length).unwrap()];
        for offset in offsets {
            let offset = usize::try_from(*offset).unwrap();
            bytes[offset..offset + 16].copy_from_slice(b"4242424242424242");
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file
    }

    #[test]
    fn a_secret_is_found_once_wherever_it_lies() {
        let mut offsets = vec![0, 100, 3 * PIECE - 16];
        offsets.extend((0..120).step_by(40).map(|before| PIECE - before));
        offsets.sort_unstable();
        let mut memory = memory_with_secrets_at(&offsets, 3 * PIECE);
        let mut findings = MemoryFindings {
            bytes: 0,
            hits: Vec::new(),
        };

        search_range(&mut memory, 0, 3 * PIECE, &wanted(), &mut findings).unwrap();

        let found: Vec<_> = findings.hits.iter().map(|(_, address)| *address).collect();
        assert_eq!(found, offsets);
    }

    #[test]
    fn memory_that_cannot_be_read_is_an_error() {
        let mut memory = memory_with_secrets_at(&[], PIECE);
        let mut findings = MemoryFindings {
            bytes: 0,
            hits: Vec::new(),
        };

        search_range(&mut memory, 0, PIECE + 1, &wanted(), &mut findings).unwrap_err();
        assert!(search(u32::MAX, &wanted()).is_err());
    }
}
