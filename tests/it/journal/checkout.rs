//! The example of a checkout: a page, two routes, and a journal behind them.

use bigcommerce_payments::OrderId;
use bigcommerce_sandbox::{Endpoint, Fault, When};
use bigcommerce_tests::Checkout;
use reqwest::{Client, Url};

use super::{Bench, until_so};

impl Bench {
    /// Starts it with this test store and this database.
    fn checkout(&self) -> Checkout {
        Checkout::start(&[
            ("DATABASE_URL", &self.url),
            ("BIGCOMMERCE_STORE_HASH", self.sandbox.store_hash()),
            ("BIGCOMMERCE_ACCESS_TOKEN", self.sandbox.access_token()),
            ("BIGCOMMERCE_API_URL", self.sandbox.api_url()),
            ("BIGCOMMERCE_PAYMENTS_URL", self.sandbox.payments_url()),
        ])
        .unwrap()
    }
}

/// What the page's form holds.
struct Shown {
    order: OrderId,
    key: String,
}

impl Shown {
    async fn at(url: &str) -> Self {
        let page = reqwest::get(url).await.unwrap().text().await.unwrap();
        let field = |name: &str| {
            let field = format!("name=\"{name}\" value=\"");
            let (_, rest) = page.split_once(&field).expect(&page);
            rest.split('"').next().unwrap().to_owned()
        };
        Self {
            order: OrderId::new(field("order").parse().unwrap()).unwrap(),
            key: field("key"),
        }
    }

    /// Presses the button, and gives the page that comes then.
    async fn pay(&self, url: &str, card: &str) -> Result<String, reqwest::Error> {
        let form = format!("order={}&key={}&card={card}", self.order, self.key);
        let form = Client::new()
            .post(format!("{url}/pay"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        form.send().await?.text().await
    }

    /// What the page says of it.
    async fn look(&self, url: &str) -> String {
        let mut url: Url = url.parse().unwrap();
        url.query_pairs_mut()
            .append_pair("order", &self.order.to_string())
            .append_pair("key", &self.key);
        reqwest::get(url).await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn a_checkout_that_is_killed_while_a_charge_hangs_settles_the_order_when_it_is_back() {
    for bench in Bench::on_each_engine().await {
        let hang = Fault::Hang { when: When::After };
        bench.inject(Endpoint::ProcessPayment, hang).await;
        let checkout = bench.checkout();
        let url = checkout.url().to_owned();
        let shown = Shown::at(&url).await;
        let paying = async {
            // Its page comes after a moment, whether or not the charge is on its way.
            loop {
                let page = shown.pay(&url, "approved").await.unwrap();
                assert!(!page.contains("is paid"), "it was to hang: {page}");
            }
        };
        tokio::select! {
            () = paying => {}
            () = bench.until_captured(shown.order) => {}
        }
        drop(checkout);

        let checkout = bench.checkout();
        let mut page = shown.look(checkout.url()).await;
        assert!(page.contains("is being paid"), "{page}");
        let is_decided = async || {
            assert!(!page.contains("<button>"), "{page}");
            page = shown.look(checkout.url()).await;
            !page.contains("is being paid")
        };
        until_so("it is still being paid", is_decided).await;
        assert!(page.contains("is paid"), "{page}");
        // The same button, from a window that was left open.
        let page = shown.pay(checkout.url(), "approved").await.unwrap();
        assert!(page.contains("is paid"), "{page}");
        assert_eq!(bench.captures(shown.order), 1);
    }
}

#[tokio::test]
async fn a_declined_card_is_told_and_another_pays_the_order() {
    let bench = Bench::on_sqlite().await;
    let checkout = bench.checkout();
    let url = checkout.url();
    let first = Shown::at(url).await;
    let page = first.pay(url, "declined").await.unwrap();
    assert!(
        page.contains("declined") && page.contains("<button>"),
        "{page}"
    );
    assert!(!page.contains(&first.key), "a new key: {page}");

    let second = Shown {
        order: first.order,
        key: "2f3a5d1c-0000-4000-8000-000000000001".to_owned(),
    };
    let page = second.pay(url, "approved").await.unwrap();
    assert!(page.contains("is paid"), "{page}");
    // The declined page, from a window that was left open, has a button with a key of its own.
    let page = first.look(url).await;
    assert!(page.contains("<button>"), "{page}");
    let third = Shown {
        order: first.order,
        key: "2f3a5d1c-0000-4000-8000-000000000002".to_owned(),
    };
    let page = third.pay(url, "approved").await.unwrap();
    assert!(page.contains("is paid"), "{page}");
    assert!(!page.contains("<button>"), "{page}");
    assert_eq!(bench.captures(first.order), 1);
}

#[tokio::test]
async fn an_order_that_another_window_pays_has_no_pay_button() {
    let bench = Bench::on_sqlite().await;
    let hang = Fault::Hang { when: When::After };
    bench.inject(Endpoint::ProcessPayment, hang).await;
    let checkout = bench.checkout();
    let url = checkout.url();
    let first = Shown::at(url).await;
    let page = first.pay(url, "approved").await.unwrap();
    assert!(page.contains("is being paid"), "{page}");

    let other = Shown {
        order: first.order,
        key: "2f3a5d1c-0000-4000-8000-000000000003".to_owned(),
    };
    let page = other.pay(url, "approved").await.unwrap();
    assert!(page.contains("may be paid already"), "{page}");
    assert!(!page.contains("<button>"), "{page}");
    assert_eq!(bench.captures(first.order), 1);
}

/// Nothing of it was seen until nothing could land any more, which is no promise.
#[tokio::test]
async fn a_payment_that_was_released_is_not_said_to_have_charged_nothing() {
    let bench = Bench::on_sqlite().await;
    let hang = Fault::Hang { when: When::Before };
    bench.inject(Endpoint::ProcessPayment, hang).await;
    let checkout = bench.checkout();
    let shown = Shown::at(checkout.url()).await;
    let page = shown.pay(checkout.url(), "approved").await.unwrap();
    assert!(page.contains("is being paid"), "{page}");
    drop(checkout);
    bench.sandbox.clear_faults().await.unwrap();
    let released = "UPDATE payments_journal_attempts SET state = 'released', due_at = NULL, \
         outcome = '{\"outcome\":\"released\"}'";
    bench.run_sql(released).await;

    let checkout = bench.checkout();
    let page = shown.look(checkout.url()).await;
    assert!(page.contains("could not find your payment"), "{page}");
    let page = shown.pay(checkout.url(), "approved").await.unwrap();
    assert!(page.contains("is paid"), "{page}");
    assert_eq!(bench.captures(shown.order), 1);
}
