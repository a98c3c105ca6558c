//! What is paid: an order of a store.

use std::{fmt, num::NonZeroU32};

use serde::Serialize;

use crate::model::invalid_input::InvalidInput;

/// Identifier of an order: a positive 32-bit integer (tokens document, schema `Order`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct OrderId(NonZeroU32);

impl OrderId {
    /// Takes the number of an order.
    ///
    /// # Errors
    ///
    /// A number that is not from 1 to 2147483647.
    pub fn new(id: u32) -> Result<Self, InvalidInput> {
        NonZeroU32::new(id)
            .filter(|id| i32::try_from(id.get()).is_ok())
            .map(Self)
            .ok_or_else(|| InvalidInput::new("order_id", "must be from 1 to 2147483647"))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// The order, marked as a recurring one for the payment gateway.
    pub fn recurring(self) -> Order {
        Order {
            id: self,
            is_recurring: true,
        }
    }

    pub(crate) fn wire(self) -> NonZeroU32 {
        self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An order to pay, and whether it is a recurring one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub(crate) id: OrderId,
    pub(crate) is_recurring: bool,
}

impl From<OrderId> for Order {
    fn from(id: OrderId) -> Self {
        Self {
            id,
            is_recurring: false,
        }
    }
}
