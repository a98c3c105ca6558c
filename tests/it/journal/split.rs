//! Orders that take several payments: a further tender is charged only for what is owed.

use bigcommerce_payments::{Decimal, GiftCertificate, Money, OrderId, Payment};
use bigcommerce_payments_journal::{AttemptState, ChargeError, JournaledCharge, JournaledStore};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Bench, declined, key, payment};

/// A gift certificate of 1.00.
fn gift_certificate() -> Payment {
    let certificate = GiftCertificate::new("ABC-DEF-LOW");
    Payment::new(certificate, "bigcommerce.gift_certificate").unwrap()
}

fn total() -> Money {
    Money::new(Decimal::new(6098, 2), "USD")
}

/// Pays a part of the order with the gift certificate.
async fn pay_a_part(store: &JournaledStore, order: OrderId) -> JournaledCharge {
    charge_certificate(store, order).await.unwrap()
}

async fn charge_certificate(
    store: &JournaledStore,
    order: OrderId,
) -> Result<JournaledCharge, ChargeError> {
    let (one, payment) = (key("certificate"), gift_certificate());
    store.charge(&one, order, &payment).await
}

async fn pay_the_rest(
    store: &JournaledStore,
    name: &str,
    order: OrderId,
) -> Result<JournaledCharge, ChargeError> {
    let rest = payment();
    let key = key(name);
    store
        .charge_further_tender(&key, order, &rest, &total())
        .await
}

/// The amounts that were captured, in minor units.
fn captured(bench: &Bench, order: OrderId) -> Vec<u64> {
    let captures = bench.sandbox.store().captures(order.get().into());
    captures.iter().map(|it| it.amount).collect()
}

fn is_cannot_tell(answer: Result<JournaledCharge, ChargeError>, part: &str) {
    match answer {
        Err(ChargeError::CannotTell(why)) => assert!(why.contains(part), "{why}"),
        answer => panic!("{answer:?}"),
    }
}

#[tokio::test]
async fn a_further_tender_pays_what_is_owed_and_no_more() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        let first = pay_a_part(&store, order).await;
        // Undeclared, it would be a second charge.
        let undeclared = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(&undeclared, Err(ChargeError::AlreadyPaid(it)) if **it == first),
            "{undeclared:?}"
        );
        bench.sandbox.clear_requests();

        let rest = pay_the_rest(&store, "card", order).await.unwrap();
        assert_eq!(captured(&bench, order), [100, 5998]);
        let asked: Vec<_> = bench.sandbox.requests();
        let asked: Vec<_> = asked.iter().filter_map(|it| it.endpoint).collect();
        let expected = [
            Endpoint::ListTransactions,
            Endpoint::CreateAccessToken,
            Endpoint::ProcessPayment,
        ];
        assert_eq!(asked, expected, "looked up before the token is made");

        // The same key has the same answer, and nothing is owed any more.
        assert_eq!(
            pay_the_rest(&store, "card", order).await.unwrap(),
            rest,
            "same key"
        );
        let third = pay_the_rest(&bench.store().await, "third", order).await;
        assert!(
            matches!(&third, Err(ChargeError::AlreadyPaid(it)) if **it == first),
            "{third:?}"
        );
        assert_eq!(captured(&bench, order), [100, 5998]);
        let refused = store.attempt(&key("third")).await.unwrap().unwrap();
        assert_eq!(refused.state, AttemptState::NotSent);
    }
}

#[tokio::test]
async fn a_further_tender_that_was_declined_leaves_the_rest_owed() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        pay_a_part(&store, order).await;
        let (one, rest) = (key("declined"), declined());
        let answer = store
            .charge_further_tender(&one, order, &rest, &total())
            .await;
        assert!(matches!(answer, Err(ChargeError::Refused(_))), "{answer:?}");

        pay_the_rest(&store, "card", order).await.unwrap();
        assert_eq!(captured(&bench, order), [100, 5998]);
    }
}

#[tokio::test]
async fn many_further_tenders_at_once_pay_the_rest_once() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        pay_a_part(&bench.store().await, order).await;
        let mut callers = tokio::task::JoinSet::new();
        for process in 0..3 {
            let store = bench.store().await;
            for click in 0..3 {
                let store = store.clone();
                let name = format!("{process}-{click}");
                callers.spawn(async move { pay_the_rest(&store, &name, order).await });
            }
        }
        for answer in callers.join_all().await {
            let expected = matches!(
                answer,
                Ok(_) | Err(ChargeError::OrderTaken(_) | ChargeError::AlreadyPaid(_))
            );
            assert!(expected, "{answer:?}");
        }
        assert_eq!(captured(&bench, order), [100, 5998]);
    }
}

/// Nothing is charged, and not even a token is made.
#[tokio::test]
async fn where_it_is_not_known_what_is_owed_nothing_is_charged() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        let number = u64::from(order.get());
        pay_a_part(&store, order).await;
        let own = bench.sandbox.store();
        bench.sandbox.clear_requests();

        // The list lags behind: the first charge is not on it.
        own.serve_transactions(number, vec![r#"{"data":[]}"#.to_owned()])
            .unwrap();
        let answer = pay_the_rest(&store, "lagging", order).await;
        is_cannot_tell(answer, "do not show the payment of attempt");
        own.serve_transactions(number, Vec::new()).unwrap();

        // The total is in another currency than what was paid.
        let (one, rest) = (key("currency"), payment());
        let euros = Money::new(Decimal::new(6098, 2), "EUR");
        let answer = store.charge_further_tender(&one, order, &rest, &euros);
        is_cannot_tell(answer.await, "60.98 EUR");

        // A transaction that cannot be read, and one that is pending.
        let pending = r#"{"id":9,"event":"pending","method":"credit_card","amount":5,
            "currency":"USD","status":"ok"}"#;
        own.add_raw_transaction(number, pending).unwrap();
        is_cannot_tell(pay_the_rest(&store, "pending", order).await, "pending");
        own.add_raw_transaction(number, "7").unwrap();
        is_cannot_tell(pay_the_rest(&store, "odd", order).await, "cannot be read");

        bench
            .inject(Endpoint::ListTransactions, Fault::status(503, When::Before))
            .await;
        let failed = pay_the_rest(&store, "failed", order).await;
        let safe = matches!(&failed, Err(ChargeError::Refused(it)) if it.is_safe_to_retry);
        assert!(safe, "{failed:?}");
        assert!(bench.requests(Endpoint::CreateAccessToken).is_empty());
        assert_eq!(captured(&bench, order), [100]);
        bench.sandbox.clear_faults().await.unwrap();
    }
}

/// An order whose first tender is not decided takes no other, declared or not.
#[tokio::test]
async fn a_further_tender_waits_for_an_unknown_one() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        bench
            .inject(Endpoint::ProcessPayment, Fault::reset(When::After))
            .await;
        let first = charge_certificate(&store, order).await;
        assert!(
            matches!(first, Err(ChargeError::OutcomeUnknown(_))),
            "{first:?}"
        );
        bench.sandbox.clear_faults().await.unwrap();

        let second = pay_the_rest(&store, "card", order).await;
        assert!(
            matches!(second, Err(ChargeError::OrderTaken(_))),
            "{second:?}"
        );
        assert_eq!(captured(&bench, order), [100]);
    }
}
