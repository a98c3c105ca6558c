//! One charge, and what the client says of it.

use std::time::SystemTime;

use bigcommerce_payments::{
    ChargeAttempt, ChargeOptions, Decimal, Error, ErrorKind, Money, Payment, Receipt,
};

use crate::{
    chaos::{
        answer::Answer,
        args::Conduct,
        caller::{Caller, departure::DepartureSignal},
        plan::{AttemptConduct, AttemptPlan, PlannedInstrument},
        stores::{gift_certificate_code, payment_method},
    },
    error::ProofError,
    instrument::PlainInstrument,
};

/// A charge that is about to be sent, with all that a look-up needs.
pub(super) struct PlannedCharge {
    pub(super) attempt: ChargeAttempt,
    payment: Payment,
}

/// What a charge came to, as far as its caller knows.
pub(super) enum ChargeOutcome {
    /// What is known for good.
    Known(Answer),
    /// Nothing was charged, and the client says that it is safe to try again.
    SafeToRetry(Answer),
    /// The answer was lost, or is not final.
    Unknown(Box<ChargeAttempt>),
}

impl PlannedCharge {
    /// Its caller does not know what came of it, nor when it was sent, if it was: not later than
    /// now.
    pub(super) fn forgotten(&self) -> ChargeOutcome {
        let mut attempt = self.attempt.clone();
        attempt.sent_at = Some(SystemTime::now());
        ChargeOutcome::Unknown(Box::new(attempt))
    }
}

impl Caller<'_> {
    /// The next charge of the order, by a payment method of its own.
    pub(super) fn next_charge(&self, plan: &AttemptPlan) -> Result<PlannedCharge, ProofError> {
        let number = u32::try_from(self.history.charges.len()).unwrap_or(u32::MAX);
        let method = payment_method(plan.instrument, number);
        let instrument = self.instrument(plan.instrument);
        let payment = instrument.payment(&method)?;
        let mut attempt = ChargeAttempt::new(
            self.store.hash(),
            self.order,
            method,
            payment.instrument_type(),
            format!("{}-{}-{number}", self.store.hash(), self.order.get()),
        );
        attempt.began_at = Some(SystemTime::now());
        attempt.expected = plan.knows_amount.then(|| self.owed());
        attempt.other_transaction_ids.clone_from(&self.settled);
        Ok(PlannedCharge { attempt, payment })
    }

    pub(super) fn instrument(&self, planned: PlannedInstrument) -> PlainInstrument {
        match planned {
            PlannedInstrument::Card(number) | PlannedInstrument::AuthorizedCard(number) => {
                PlainInstrument::Card(number.to_owned())
            }
            PlannedInstrument::GiftCertificate => {
                PlainInstrument::GiftCertificate(gift_certificate_code(self.plan.index))
            }
            PlannedInstrument::StoreCredit => PlainInstrument::StoreCredit,
        }
    }

    /// What the caller takes the order to owe, from its own books.
    fn owed(&self) -> Money {
        let owed = self.store.order(self.order.get().into());
        let cents = owed.map_or(0, |order| order.owed);
        let cents = i64::try_from(cents).unwrap_or(i64::MAX);
        Money::new(Decimal::new(cents, 2), "USD")
    }

    pub(super) async fn charge(
        &mut self,
        plan: &AttemptPlan,
        charge: &PlannedCharge,
    ) -> ChargeOutcome {
        self.note("charges");
        let departure = DepartureSignal::default();
        let mut options = ChargeOptions::new()
            .correlation_id(&charge.attempt.correlation_id)
            .other_transactions(&self.settled);
        if let Some(expected) = &charge.attempt.expected {
            options = options.expected(expected);
        }
        if matches!(plan.conduct, AttemptConduct::CancelAfterSending { .. }) {
            options = options.before_send(&departure);
        }
        let answer = self
            .client
            .charge_with(self.order, &charge.payment, options);
        let answer = match plan.conduct {
            AttemptConduct::Cancel { after } => tokio::time::timeout(after, answer).await.ok(),
            AttemptConduct::CancelAfterSending { after } => tokio::select! {
                answer = answer => Some(answer),
                () = async { departure.wait().await; tokio::time::sleep(after).await } => None,
            },
            _ => Some(answer.await),
        };
        if let Some(answer) = answer {
            self.read(charge, answer)
        } else {
            self.note("dropped the charge");
            charge.forgotten()
        }
    }

    fn read(&mut self, charge: &PlannedCharge, answer: Result<Receipt, Error>) -> ChargeOutcome {
        let error = match answer {
            Ok(receipt) if receipt.is_final() => {
                self.settled.push(receipt.transaction_id);
                return ChargeOutcome::Known(Answer::Paid);
            }
            Ok(receipt) => {
                self.note("is told: pending");
                return match self.environment.conduct {
                    Conduct::TakePendingForPaid => ChargeOutcome::Known(Answer::Paid),
                    _ => ChargeOutcome::Unknown(Box::new(receipt.attempt)),
                };
            }
            Err(error) => error,
        };
        self.note(&format!("is told: {error}"));
        if let Some(unknown) = error.unknown_outcome() {
            return ChargeOutcome::Unknown(Box::new(unknown.attempt.clone()));
        }
        match error.kind() {
            // Something was charged before, or this was: nobody pays again before looking.
            ErrorKind::Duplicate => charge.forgotten(),
            ErrorKind::Declined(_) => ChargeOutcome::Known(Answer::Declined),
            _ if error.is_safe_to_retry() => ChargeOutcome::SafeToRetry(Answer::NotProcessed),
            _ => ChargeOutcome::Known(Answer::NotProcessed),
        }
    }
}
