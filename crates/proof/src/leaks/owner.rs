//! Whose a buffer is in which a secret was found.

/// Whose a buffer is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// A crate of the HTTP library made it: it has to hold what it sends.
    HttpLibrary(String),
    /// This function made it, which is ours or that we called.
    Ours(String),
    /// It is no buffer of the heap, or was made before any was recorded.
    Unknown,
}

/// The HTTP library, which frees its buffers without zeroing them.
const HTTP_LIBRARY: &[&str] = &["hyper", "hyper_util", "reqwest"];

/// What makes a buffer on behalf of its caller.
const CONTAINERS: &[&str] = &[
    "alloc",
    "backtrace",
    "bytes",
    "core",
    "hashbrown",
    "http",
    "serde",
    "serde_core",
    "serde_json",
    "std",
    "tracking_allocator",
];

impl Owner {
    /// Whose a buffer is that was allocated by these functions, the innermost first: the first
    /// that is neither a container nor the serialization of a value, which its caller began.
    pub(crate) fn of(callers: &[String]) -> Self {
        let deciding = callers.iter().find(|name| {
            let serializes = name.contains("ser::Serialize");
            !(serializes
                || CONTAINERS.contains(&crate_of(name))
                || name.contains("AllocationLog")
                || name.starts_with("__r"))
        });
        match deciding {
            None => Self::Unknown,
            Some(name) if HTTP_LIBRARY.contains(&crate_of(name)) => {
                Self::HttpLibrary(crate_of(name).to_owned())
            }
            Some(name) => Self::Ours(name.clone()),
        }
    }
}

/// The crate of a function such as `<&mut hyper::Buffer as core::fmt::Write>::write_str`. One that
/// implements a trait for any type, or for a type without a path, is of the trait's crate.
fn crate_of(function: &str) -> &str {
    let function = without_sigils(function);
    let first = function.split("::").next().unwrap_or_default();
    let name = match first.split_once(" as ") {
        Some((_, implemented)) => without_sigils(implemented),
        None => first,
    };
    let is_name = name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_');
    // Slices and the like are written without a path.
    if is_name { name } else { "core" }
}

fn without_sigils(path: &str) -> &str {
    let path = path.trim_start_matches(['<', '&', '*', '[', '(']);
    path.trim_start_matches("mut ").trim_start_matches("dyn ")
}

#[cfg(test)]
mod tests {
    use super::Owner;

    fn owner(callers: &[&str]) -> Owner {
        let callers: Vec<_> = callers.iter().map(|it| (*it).to_owned()).collect();
        Owner::of(&callers)
    }

    #[test]
    fn a_container_is_made_on_behalf_of_its_caller() {
        let callers = [
            "backtrace::backtrace::trace",
            "<bigcommerce_proof::leaks::allocation::AllocationLog as X>::allocated",
            "__rust_alloc",
            "alloc::raw_vec::RawVec<T,A>::grow_one",
            "<T as alloc::slice::<impl [T]>::to_vec_in::ConvertVec>::to_vec",
            "<[u8]>::to_vec_in::<alloc::alloc::Global>",
            "<u8 as <[_]>::to_vec_in::ConvertVec>::to_vec::<alloc::alloc::Global>",
            "<&mut serde_json::ser::Serializer as serde_core::ser::Serializer>::serialize_str",
            "<bigcommerce_client_core::Sensitive as serde_core::ser::Serialize>::serialize",
            "reqwest::async_impl::request::RequestBuilder::json",
            "bigcommerce_processing_api::Client::payments_post",
        ];
        assert_eq!(owner(&callers), Owner::HttpLibrary("reqwest".to_owned()));
        let ours = [&callers[..9], &["bigcommerce_payments::charge::copy"]].concat();
        assert_eq!(
            owner(&ours),
            Owner::Ours("bigcommerce_payments::charge::copy".to_owned())
        );
    }

    #[test]
    fn what_is_not_known_to_be_the_librarys_is_not_excused() {
        assert_eq!(
            owner(&["tokio::runtime::task::poll"]),
            Owner::Ours("tokio::runtime::task::poll".to_owned())
        );
        assert_eq!(owner(&["alloc::alloc::alloc"]), Owner::Unknown);
        assert_eq!(owner(&[]), Owner::Unknown);
    }
}
