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
    /// The form of the endpoint's errors.
    pub(crate) fn error_form(&self, selected: ErrorForm) -> ErrorForm {
        match self.endpoint {
            Endpoint::CreateOrder | Endpoint::ReadOrder | Endpoint::UpdateOrder => {
                v2_form(selected)
            }
            _ => selected,
        }
    }
}

/// A request that goes nowhere.
#[derive(Debug)]
pub(crate) struct RouteError {
    pub(crate) problem: Problem,
    /// The methods that the path does take.
    pub(crate) allow: Option<&'static str>,
    /// Whether the path is one of the V2 API.
    is_v2: bool,
}

impl RouteError {
    pub(crate) fn error_form(&self, selected: ErrorForm) -> ErrorForm {
        if self.is_v2 {
            v2_form(selected)
        } else {
            selected
        }
    }
}

/// Finds the endpoint of a request.
pub(crate) fn route(host: Host, method: &Method, path: &str) -> Result<Route, RouteError> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let is_v2 = host == Host::Api && segments.get(2) == Some(&"v2");
    let unknown = |detail: Option<&'static str>| {
        let problem = Problem::http(404, "Not found");
        RouteError {
            problem: match detail {
                Some(detail) => problem.with_detail(detail),
                None => problem,
            },
            allow: None,
            is_v2,
        }
    };
    let ["stores", store_hash, rest @ ..] = segments.as_slice() else {
        return Err(unknown(Some("paths begin with /stores/{store_hash}/")));
    };
    let Some((by_method, order_id)) = endpoints(host, rest) else {
        let other = match host {
            Host::Api => (Host::Payments, "this path is on the payments host"),
            Host::Payments => (Host::Api, "this path is on the tokens host"),
        };
        let elsewhere = endpoints(other.0, rest).map(|_| other.1);
        return Err(unknown(elsewhere));
    };
    let endpoint = by_method.iter().find(|(name, _)| *name == method.as_str());
    let Some(&(_, endpoint)) = endpoint else {
        return Err(RouteError {
            problem: Problem::http(405, "Method not allowed"),
            allow: Some(allowed(by_method)),
            is_v2,
        });
    };
    let order_id = order_id
        .map(|id| {
            id.parse()
                .map_err(|_| unknown(Some("an order id is a positive integer")))
        })
        .transpose()?;
    Ok(Route {
        endpoint,
        store_hash: (*store_hash).to_owned(),
        order_id,
    })
}

/// The endpoints of a path, by method.
type ByMethod = &'static [(&'static str, Endpoint)];

/// The endpoints of a path below a store, and the order that it names.
fn endpoints<'a>(host: Host, path: &[&'a str]) -> Option<(ByMethod, Option<&'a str>)> {
    const TOKENS: ByMethod = &[("POST", Endpoint::CreateAccessToken)];
    const METHODS: ByMethod = &[("GET", Endpoint::ListMethods)];
    const TRANSACTIONS: ByMethod = &[("GET", Endpoint::ListTransactions)];
    const ORDERS: ByMethod = &[("POST", Endpoint::CreateOrder)];
    const ORDER: ByMethod = &[("GET", Endpoint::ReadOrder), ("PUT", Endpoint::UpdateOrder)];
    const PAYMENTS: ByMethod = &[("POST", Endpoint::ProcessPayment)];
    Some(match (host, path) {
        (Host::Api, ["v3", "payments", "access_tokens"]) => (TOKENS, None),
        (Host::Api, ["v3", "payments", "methods"]) => (METHODS, None),
        (Host::Api, ["v3", "orders", id, "transactions"]) => (TRANSACTIONS, Some(*id)),
        (Host::Api, ["v2", "orders"]) => (ORDERS, None),
        (Host::Api, ["v2", "orders", id]) => (ORDER, Some(*id)),
        (Host::Payments, ["payments"]) => (PAYMENTS, None),
        _ => return None,
    })
}

/// The V2 API has a form of errors of its own.
fn v2_form(selected: ErrorForm) -> ErrorForm {
    match selected {
        ErrorForm::Problem => ErrorForm::StatusMessageList,
        form => form,
    }
}

fn allowed(by_method: ByMethod) -> &'static str {
    match by_method {
        [("GET", _), ("PUT", _)] => "GET, PUT",
        [("GET", _)] => "GET",
        _ => "POST",
    }
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
        let elsewhere = found(Host::Payments, Method::POST, tokens).unwrap_err();
        let detail = elsewhere.problem.detail.unwrap();
        assert_eq!(detail, "this path is on the tokens host");
        let order = "/stores/abc/v2/orders/1";
        let refused = found(Host::Api, Method::DELETE, order).unwrap_err();
        assert_eq!(refused.allow, Some("GET, PUT"));
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
