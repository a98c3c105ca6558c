//! Which request goes to which endpoint.

use hyper::Method;

use crate::wire::{
    endpoint::{Endpoint, Host},
    forms::ErrorForm,
    problem::Problem,
};

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) store_hash: String,
    /// The order that the path names.
    pub(crate) order_id: Option<u64>,
}

impl Route {
    /// The V2 API has a form of errors of its own.
    pub(crate) fn error_form(&self, selected: ErrorForm) -> ErrorForm {
        match (self.endpoint, selected) {
            (Endpoint::CreateOrder | Endpoint::ReadOrder, ErrorForm::Problem) => {
                ErrorForm::StatusMessageList
            }
            (_, form) => form,
        }
    }
}

/// A request that goes nowhere.
#[derive(Debug)]
pub(crate) struct RouteError {
    pub(crate) problem: Problem,
    /// The methods that the path does take.
    pub(crate) allow: Option<&'static str>,
}

/// Finds the endpoint of a request.
pub(crate) fn route(host: Host, method: &Method, path: &str) -> Result<Route, RouteError> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let unknown = || RouteError {
        problem: Problem::http(404, "Not found"),
        allow: None,
    };
    let ["stores", store_hash, rest @ ..] = segments.as_slice() else {
        return Err(unknown());
    };
    let (endpoint, order_id) = match (host, rest) {
        (Host::Api, ["v3", "payments", "access_tokens"]) => (Endpoint::CreateAccessToken, None),
        (Host::Api, ["v3", "payments", "methods"]) => (Endpoint::ListMethods, None),
        (Host::Api, ["v3", "orders", id, "transactions"]) => (Endpoint::ListTransactions, Some(id)),
        (Host::Api, ["v2", "orders"]) => (Endpoint::CreateOrder, None),
        (Host::Api, ["v2", "orders", id]) => (Endpoint::ReadOrder, Some(id)),
        (Host::Payments, ["payments"]) => (Endpoint::ProcessPayment, None),
        _ => return Err(unknown()),
    };
    let allowed = match endpoint {
        Endpoint::CreateAccessToken | Endpoint::CreateOrder | Endpoint::ProcessPayment => {
            Method::POST
        }
        Endpoint::ListMethods | Endpoint::ListTransactions | Endpoint::ReadOrder => Method::GET,
    };
    if *method != allowed {
        return Err(RouteError {
            problem: Problem::http(405, "Method not allowed"),
            allow: Some(if allowed == Method::GET {
                "GET"
            } else {
                "POST"
            }),
        });
    }
    let order_id = order_id
        .map(|id| id.parse().map_err(|_| unknown()))
        .transpose()?;
    Ok(Route {
        endpoint,
        store_hash: (*store_hash).to_owned(),
        order_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_is_on_its_own_host() {
        let found = |host, method: Method, path| route(host, &method, path).map(|it| it.endpoint);
        let tokens = "/stores/abc/v3/payments/access_tokens";
        assert_eq!(
            found(Host::Api, Method::POST, tokens).unwrap(),
            Endpoint::CreateAccessToken
        );
        assert_eq!(
            found(Host::Payments, Method::POST, tokens)
                .unwrap_err()
                .problem
                .status,
            404
        );
        assert_eq!(
            found(Host::Api, Method::GET, tokens).unwrap_err().allow,
            Some("POST")
        );
        let read = route(Host::Api, &Method::GET, "/stores/abc/v2/orders/215").unwrap();
        assert_eq!(
            (read.endpoint, read.order_id),
            (Endpoint::ReadOrder, Some(215))
        );
        for path in [
            "",
            "/",
            "/stores",
            "/stores/abc/v2/orders/x",
            "/stores/abc/payments/",
        ] {
            assert_eq!(
                found(Host::Api, Method::GET, path)
                    .unwrap_err()
                    .problem
                    .status,
                404
            );
        }
    }
}
