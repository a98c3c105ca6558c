//! Everything random in a sandbox, drawn from its seed.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use uuid::Uuid;

/// What a draw is for; each purpose has a stream of its own.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Purpose {
    SigningKey = 1,
    TokenId,
    PaymentId,
    GatewayReference,
    CheckoutId,
    StoredToken,
    FaultProbability,
    Garbage,
    CorrelationId,
}

/// What a draw is about: an order of a store, or something that is drawn for but once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Subject {
    /// The store's id, less than 2^56.
    pub(crate) store: u64,
    pub(crate) order: u64,
}

/// A source of values that depend only on the seed and on what they are for.
///
/// A draw is a function of (seed, purpose, subject, n), never of the order in which calls
/// happened to arrive. So two runs agree even when their calls interleave differently.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeededRandom {
    seed: u64,
}

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed }
    }

    pub(crate) fn seed(self) -> u64 {
        self.seed
    }

    pub(crate) fn uuid(self, purpose: Purpose, subject: Subject, n: u64) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes(purpose, subject, n)).into_uuid()
    }

    pub(crate) fn bytes<const N: usize>(
        self,
        purpose: Purpose,
        subject: Subject,
        n: u64,
    ) -> [u8; N] {
        let mut bytes = [0; N];
        self.generator(purpose, subject, n).fill_bytes(&mut bytes);
        bytes
    }

    pub(crate) fn fill(self, purpose: Purpose, subject: Subject, n: u64, bytes: &mut [u8]) {
        self.generator(purpose, subject, n).fill_bytes(bytes);
    }

    /// Whether an event of this probability happens.
    pub(crate) fn happens(self, probability: f64, subject: Subject, n: u64) -> bool {
        let draw = self
            .generator(Purpose::FaultProbability, subject, n)
            .next_u32();
        f64::from(draw) < probability * (f64::from(u32::MAX) + 1.0)
    }

    fn generator(self, purpose: Purpose, subject: Subject, n: u64) -> ChaCha8Rng {
        let mut key = [0; 32];
        let place = purpose as u64 | subject.store << 8;
        for (part, word) in key
            .chunks_exact_mut(8)
            .zip([self.seed, place, subject.order, n])
        {
            part.copy_from_slice(&word.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_purpose_subject_and_number() {
        let of = |store, order| Subject { store, order };
        let draw = |seed, purpose, subject, n| SeededRandom::new(seed).uuid(purpose, subject, n);
        let base = draw(1, Purpose::PaymentId, of(2, 3), 4);
        assert_eq!(base, draw(1, Purpose::PaymentId, of(2, 3), 4));
        for other in [
            draw(9, Purpose::PaymentId, of(2, 3), 4),
            draw(1, Purpose::TokenId, of(2, 3), 4),
            draw(1, Purpose::PaymentId, of(9, 3), 4),
            draw(1, Purpose::PaymentId, of(2, 9), 4),
            draw(1, Purpose::PaymentId, of(2, 3), 9),
            // Numbers that trade places are other numbers.
            draw(1, Purpose::PaymentId, of(3, 2), 4),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn probability_holds_at_its_ends_and_roughly_between() {
        let random = SeededRandom::new(7);
        let share = |p| {
            (0..10_000)
                .filter(|&n| random.happens(p, Subject::default(), n))
                .count()
        };
        assert_eq!(share(0.0), 0);
        assert_eq!(share(1.0), 10_000);
        assert!((2_000..3_000).contains(&share(0.25)));
    }
}
