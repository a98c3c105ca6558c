//! What is paid: an order of a store.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::model::invalid_input::InvalidInput;

/// Identifier of an order: a positive 32-bit integer (tokens document, schema `Order`). As JSON it
/// is that number.
///
/// It converts from and to what databases and paths hold:
///
/// ```
/// use bigcommerce_payments::OrderId;
///
/// let order: OrderId = "215".parse()?;
/// assert_eq!(order, OrderId::try_from(215_i64)?);
/// assert_eq!(i64::from(order), 215);
/// assert_eq!(format!("/orders/{order}"), "/orders/215");
/// # Ok::<(), bigcommerce_payments::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "u64", into = "u32")]
#[cfg_attr(feature = "schemars", schemars(with = "std::num::NonZeroU32"))]
pub struct OrderId(NonZeroU32);

impl OrderId {
    /// Takes the number of an order.
    ///
    /// # Errors
    ///
    /// A number that is not from 1 to 2147483647.
    pub fn new(id: u32) -> Result<Self, InvalidInput> {
        Self::try_from(id)
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

    fn from_number(number: Option<i32>) -> Result<Self, InvalidInput> {
        let positive = number.and_then(|it| u32::try_from(it).ok());
        positive
            .and_then(NonZeroU32::new)
            .map(Self)
            .ok_or_else(|| InvalidInput::new("order_id", "must be from 1 to 2147483647"))
    }
}

macro_rules! converts {
    (from: $($from:ty)+; into: $($into:ty)+;) => {
        $(impl TryFrom<$from> for OrderId {
            type Error = InvalidInput;

            fn try_from(id: $from) -> Result<Self, InvalidInput> {
                Self::from_number(i32::try_from(id).ok())
            }
        })+
        $(impl From<OrderId> for $into {
            fn from(id: OrderId) -> Self {
                id.get().into()
            }
        })+
    };
}

converts! {
    from: i32 u32 i64 u64;
    into: u32 i64 u64;
}

impl TryFrom<&str> for OrderId {
    type Error = InvalidInput;

    fn try_from(id: &str) -> Result<Self, InvalidInput> {
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        Self::from_number(id.parse().ok().filter(|_| digits))
    }
}

impl FromStr for OrderId {
    type Err = InvalidInput;

    fn from_str(id: &str) -> Result<Self, InvalidInput> {
        Self::try_from(id)
    }
}

impl From<OrderId> for i32 {
    fn from(id: OrderId) -> Self {
        // No id is larger than an `i32`, which is what makes it one.
        id.get().cast_signed()
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

impl Order {
    /// Its number.
    pub fn id(self) -> OrderId {
        self.id
    }
}

impl From<OrderId> for Order {
    fn from(id: OrderId) -> Self {
        Self {
            id,
            is_recurring: false,
        }
    }
}
