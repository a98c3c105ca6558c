//! What is paid, what pays, and what the service says of it.

mod accepted_method;
mod attempt;
mod instrument;
mod invalid_input;
mod item;
mod lookup;
mod matching;
mod money;
mod open_enum;
mod order;
mod order_payments;
mod payment;
mod receipt;
mod secret;
mod tender;
mod time;
mod token;
mod transaction;
mod validation;

pub use accepted_method::{
    AcceptedMethod, AcceptedMethods, CardBrand, StoredInstrument, SupportedInstrument,
};
pub use attempt::ChargeAttempt;
pub use instrument::{
    Card, GiftCertificate, Instrument, InstrumentType, StoredAccount, StoredCard, TokenizedCard,
};
pub use invalid_input::{FieldError, InvalidInput};
pub use item::UnreadableItem;
pub(crate) use item::{Fields, read_items};
pub use lookup::{CannotTellReason, ChargeLookup, ChargeStatus};
pub use money::Money;
pub use order::{Order, OrderId};
pub use order_payments::OrderPayments;
pub use payment::Payment;
pub(crate) use receipt::ChargeAnswer;
pub use receipt::{PaymentStatus, Receipt, TransactionType};
pub(crate) use secret::Secret;
pub use tender::{Amounts, Tender, TenderState};
pub(crate) use time::rfc3339;
pub use token::{Claims, PaymentAccessToken};
pub use transaction::{Transaction, TransactionEvent, TransactionMethod, TransactionStatus};
