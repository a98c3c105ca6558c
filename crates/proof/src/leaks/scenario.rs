//! What the searched process is to do, and what happens to its calls.

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Sandbox, TestStore, When};
use serde_json::{Value, json};

use crate::{
    chaos::plan::OrderPlan,
    error::ProofError,
    leaks::secret::{PlantedSecrets, with_separator},
};

/// What the searched process is to do.
pub(crate) struct Scenario {
    pub(crate) title: &'static str,
    pub(crate) options: &'static [&'static str],
    /// Whether the service repeats in its errors what it was sent.
    pub(crate) echoes: bool,
}

/// Orders that the searched process charges.
const ORDERS: u32 = 60;

pub(crate) const HONEST: [Scenario; 3] = [
    Scenario {
        title: "without sending",
        options: &[],
        echoes: false,
    },
    Scenario {
        title: "after charging, under the faults of the chaos",
        options: &["--sends"],
        echoes: false,
    },
    Scenario {
        title: "after charging, with errors that repeat what was sent",
        options: &["--sends"],
        echoes: true,
    },
];

pub(crate) const PRINTED: Scenario = Scenario {
    title: "with every secret printed",
    options: &["--sends", "--leak=printed"],
    echoes: false,
};

pub(crate) const KEPT: Scenario = Scenario {
    title: "with a copy of every secret kept",
    options: &["--sends", "--leak=kept"],
    echoes: false,
};

pub(crate) const FREED: Scenario = Scenario {
    title: "with a copy of every secret freed",
    options: &["--sends", "--leak=freed"],
    echoes: false,
};

/// Orders, with the faults that the chaos plans for them or errors that repeat the secrets.
pub(crate) async fn prepare_orders(
    sandbox: &Sandbox,
    store: &TestStore,
    scenario: &Scenario,
    secrets: &PlantedSecrets,
) -> Result<Vec<u64>, ProofError> {
    let mut orders = Vec::new();
    for index in 0..ORDERS {
        let order = store.create_order("60.98")?;
        orders.push(order);
        let faults = if scenario.echoes {
            vec![echo(index, secrets)]
        } else {
            OrderPlan::new(1, index, sandbox.payments_url(), false).faults
        };
        for (endpoint, script) in faults {
            let times = script.len() as u64;
            let rule = FaultRule::script(script).endpoint(endpoint).order(order);
            sandbox.inject(rule.times(times)).await?;
        }
    }
    Ok(orders)
}

/// An error that repeats what it was sent, in the ways in which a service might.
fn echo(index: u32, secrets: &PlantedSecrets) -> (Endpoint, Vec<Fault>) {
    let status = [422, 400, 500, 429, 202][index as usize / 4 % 5];
    let endpoint = if index / 20 == 2 {
        Endpoint::CreateAccessToken
    } else {
        Endpoint::ProcessPayment
    };
    let body = match (endpoint, index % 4) {
        (Endpoint::CreateAccessToken, _) => account_token_echo(secrets),
        (_, 0) => card_echo(secrets),
        (_, 1) => json!({
            "title": format!("No instrument {}", secrets.stored_token),
            "errors": {"verification_value": secrets.verification_value},
        }),
        (_, 2) => json!({
            "detail": format!("{} is spent", secrets.gift_certificate_code),
            "errors": [{"code": 30051, "message": secrets.gift_certificate_code}],
        }),
        _ => json!({
            "detail": format!("<{}>", secrets.provider_token),
            "type": format!("https://example.com/{}", secrets.provider_token),
        }),
    };
    let fault = Fault::Respond {
        status,
        body: Some(body.to_string()),
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        when: When::Before,
    };
    (endpoint, vec![fault; 3])
}

fn account_token_echo(secrets: &PlantedSecrets) -> Value {
    json!({
        "title": format!("{} may not do this", secrets.account_token),
        "errors": {"x-auth-token": secrets.account_token},
    })
}

fn card_echo(secrets: &PlantedSecrets) -> Value {
    let number = &secrets.card_number;
    json!({
        "title": format!("{} was declined for {}", number, secrets.cardholder_name),
        "detail": format!(
            "card {} ({}) of {}, {}",
            with_separator(number, ' '),
            with_separator(number, '-'),
            secrets.cardholder_name.to_uppercase(),
            secrets.verification_value,
        ),
        "errors": {
            "number": number.parse::<u64>().unwrap_or_default(),
            "verification_value": format!("{} is wrong", secrets.verification_value),
            "cvv": secrets.verification_value,
            "cardholder_name": [secrets.cardholder_name],
        },
    })
}
