//! The page, in each of its states.

use std::{error::Error, fmt::Display};

use uuid::Uuid;

/// The page, in one of its states.
pub(crate) struct Page {
    title: String,
    body: String,
    /// Asks again by itself.
    asks_again: bool,
}

impl Page {
    /// A pay button, with what became of the last try.
    pub(crate) fn pay(order: u32, key: Uuid, notice: Option<&str>) -> Self {
        let notice = notice.map_or_else(String::new, |notice| {
            format!("<p role=\"status\">{}</p>", escaped(notice))
        });
        let body = format!(
            "{notice}<p>One poster, 60.98 USD.</p>\n\
             <form method=\"post\" action=\"/pay\">\n\
             <input type=\"hidden\" name=\"order\" value=\"{order}\">\n\
             <input type=\"hidden\" name=\"key\" value=\"{key}\">\n\
             <label for=\"card\">Card</label>\n\
             <select id=\"card\" name=\"card\">\n\
             <option value=\"approved\">test card that is approved</option>\n\
             <option value=\"declined\">test card that is declined</option>\n\
             </select>\n<button>Pay 60.98 USD</button>\n</form>"
        );
        Self::new(format!("Order {order}"), body)
    }

    pub(crate) fn paid(order: u32, transaction_id: &str) -> Self {
        let transaction = escaped(transaction_id);
        let body = format!("<p role=\"status\">Thank you. Your payment is {transaction}.</p>");
        Self::new(format!("Order {order} is paid"), body)
    }

    /// It is being charged, or it is being found out whether it was.
    pub(crate) fn unknown(order: u32) -> Self {
        let body = "<p role=\"status\">One moment: we find out what became of your payment. \
             You need not do anything, and will not be charged twice.</p>";
        Self {
            asks_again: true,
            ..Self::new(format!("Order {order} is being paid"), body.to_owned())
        }
    }

    /// Another submission may have paid it, or may be paying it.
    pub(crate) fn taken(order: u32) -> Self {
        let body = "<p role=\"status\">This order may be paid already, or is being paid in another \
             window. You were not charged now. Please look at your orders before you pay again.</p>";
        Self::new(
            format!("Order {order} may be paid already"),
            body.to_owned(),
        )
    }

    pub(crate) fn reversed(order: u32) -> Self {
        let body = "<p role=\"status\">You were charged, and got your money back.</p>";
        Self::new(format!("Order {order} was given back"), body.to_owned())
    }

    /// The shop cannot do it now.
    pub(crate) fn trouble(error: &dyn Error) -> Self {
        let body = format!("<p role=\"alert\">{}</p>", escaped(error));
        Self::new("Please try again later".to_owned(), body)
    }

    /// The page as HTML.
    pub(crate) fn render(&self) -> String {
        let refresh = if self.asks_again {
            "<meta http-equiv=\"refresh\" content=\"1\">"
        } else {
            ""
        };
        let title = escaped(&self.title);
        include_str!("page.html")
            .replace("{refresh}", refresh)
            .replace("{title}", &title)
            .replace("{body}", &self.body)
    }

    fn new(title: String, body: String) -> Self {
        Self {
            title,
            body,
            asks_again: false,
        }
    }
}

/// A text that is no HTML.
fn escaped(text: impl Display) -> String {
    text.to_string()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
