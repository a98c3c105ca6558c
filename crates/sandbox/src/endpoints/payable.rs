//! Whether an order can be paid, and how much a payment takes.

use crate::{
    pat::Pat,
    state::{
        order::{Order, status},
        shared::SharedState,
    },
    wire::problem::Problem,
};

/// The code with which a payment of an order is refused, or `None` where it can be paid.
pub(super) fn refusal(order: &Order, shared: &SharedState) -> Option<u32> {
    if order.balance().pending > 0 {
        return Some(30105);
    }
    if shared.pays_orders_again && order.was_charged() {
        return None;
    }
    if order.is_paid() {
        return Some(30105);
    }
    let status_allows = match order.status_id {
        status::INCOMPLETE => true,
        status::PENDING => order.is_partly_paid() && shared.partly_paid_orders_are_payable,
        _ => false,
    };
    (order.made_in_control_panel || !status_allows).then_some(30101)
}

/// What a payment with a token takes, in minor units: what is owed now, since a charge names no
/// amount. Where nothing is owed and the service does not notice, what the token says.
pub(super) fn due(order: &Order, pat: &Pat, shared: &SharedState) -> Result<u64, Problem> {
    if order.has_used(pat.id) {
        return Err(Problem::coded(30102)
            .with_status(401)
            .with_detail("the payment access token has been used"));
    }
    match refusal(order, shared) {
        Some(30101) => {
            return Err(Problem::coded(30101)
                .with_detail("the order must be Incomplete (0), or partly paid"));
        }
        Some(code) => return Err(Problem::coded(code)),
        None => {}
    }
    let owed = order.owed();
    // A token may have been made before a part was paid, but not before the total was changed.
    let fits = (owed..=order.total).contains(&pat.amount);
    if order.total != order.expected_total || !fits {
        return Err(Problem::coded(30004));
    }
    Ok(if owed == 0 { pat.amount } else { owed })
}
