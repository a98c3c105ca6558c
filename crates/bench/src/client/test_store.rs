//! The test store that is charged. It runs in another process.

/// Where the store is, and who it is.
#[derive(Clone, clap::Args)]
pub(super) struct TestStore {
    #[arg(long)]
    pub(super) api_url: String,
    #[arg(long)]
    pub(super) payments_url: String,
    #[arg(long)]
    pub(super) store_hash: String,
    #[arg(long)]
    pub(super) access_token: String,
}
