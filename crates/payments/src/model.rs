//! What is paid, what pays, and what the service says of it.

mod accepted_method;
mod instrument;
mod invalid_input;
mod open_enum;
mod order;
mod payment;
mod receipt;
mod secret;
mod token;
mod transaction;
mod validation;

pub use accepted_method::{AcceptedMethod, CardBrand, StoredInstrument, SupportedInstrument};
pub use instrument::{
    Card, GiftCertificate, Instrument, InstrumentType, StoredAccount, StoredCard, TokenizedCard,
};
pub use invalid_input::{FieldError, InvalidInput};
pub use order::{Order, OrderId};
pub use payment::Payment;
pub use receipt::{PaymentStatus, Receipt, TransactionType};
pub(crate) use secret::Secret;
pub use token::{Claims, PaymentAccessToken};
pub(crate) use transaction::reconciliation;
pub use transaction::{Reconciliation, Transaction, TransactionEvent, TransactionStatus};
