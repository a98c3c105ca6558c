//! Items of a list, read one by one and leniently.

use std::{collections::HashMap, fmt};

use bigcommerce_client_core::{RawJson, Sensitive};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::model::money::read_amount;

/// An item of a list that could not be read. It repeats nothing of the item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnreadableItem {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for UnreadableItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {} {}", self.index, self.reason)
    }
}

/// Reads each item by itself: those that could be read, and those that could not.
pub(crate) fn read_items<T>(
    items: &[RawJson],
    read: impl Fn(&Fields<'_>) -> Result<T, &'static str>,
) -> (Vec<T>, Vec<UnreadableItem>) {
    let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match Fields::of(item).and_then(|fields| read(&fields)) {
            Ok(item) => readable.push(item),
            Err(reason) => unreadable.push(UnreadableItem {
                index,
                reason: reason.to_owned(),
            }),
        }
    }
    (readable, unreadable)
}

/// The fields of a JSON object. One that is absent, `null` or of another type reads as none.
pub(crate) struct Fields<'a>(HashMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    pub(crate) fn of(item: &'a RawJson) -> Result<Self, &'static str> {
        let fields = serde_json::from_str(item.text());
        fields.map(Self).map_err(|_| "is not a JSON object")
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// A text that is not empty; a number counts as its text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let number = || Some(self.get::<serde_json::Number>(name)?.to_string());
        self.get(name)
            .or_else(number)
            .filter(|text| !text.is_empty())
    }

    /// A whole number, also in a string, and also as `7.0`.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let number = Decimal::from_str_exact(text.trim()).ok()?;
        i64::try_from(number).ok().filter(|_| number.is_integer())
    }

    /// An amount with every digit, also in a string.
    pub(crate) fn amount(&self, name: &str) -> Option<Decimal> {
        match self.get::<String>(name) {
            Some(text) => read_amount(text.trim()),
            None => read_amount(self.0.get(name)?.get()),
        }
    }

    pub(crate) fn secret(&self, name: &str) -> Option<Sensitive> {
        self.get::<Sensitive>(name)
            .filter(|secret| !secret.expose().is_empty())
    }

    /// A list of items, where there is one.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<RawJson>, &'static str> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(list) => serde_json::from_str::<Option<_>>(list.get())
                .map(Option::unwrap_or_default)
                .map_err(|_| "has something else in the place of a list"),
        }
    }

    /// An object within, where there is one.
    pub(crate) fn object(&self, name: &str) -> Option<RawJson> {
        self.get(name)
    }
}
