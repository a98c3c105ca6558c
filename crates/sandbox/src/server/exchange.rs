//! One exchange: a request is read, met by a fault or not, answered and recorded.

use std::{mem, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{ALLOW, CONNECTION, DATE, EXPECT, HeaderName, HeaderValue},
    http::request::Parts,
};

use super::{
    body::{ConnectionAborted, ResponseBody},
    inject::{self, FaultedAnswer},
    stream::ConnectionControl,
};
use crate::{
    clock::Timestamp,
    endpoints::{
        self, Answer, Call,
        route::{Route, RouteError, route},
    },
    faults::{Fault, FaultQuery},
    recorder::ReceivedRequest,
    state::shared::SharedState,
    wire::{
        endpoint::{Endpoint, Host},
        forms::ErrorForm,
        problem::Problem,
    },
};

/// No request of this API comes near this size.
const LARGEST_BODY: usize = 256 * 1024;

/// What is read of a body that is too large, so that the client gets to read the answer.
const LARGEST_DISCARDED: usize = 64 * 1024 * 1024;

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Serves one request on a connection.
pub(crate) async fn serve(
    shared: Arc<SharedState>,
    host: Host,
    control: Arc<ConnectionControl>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, ConnectionAborted> {
    let (head, body) = request.into_parts();
    let routed = route(host, &head.method, head.uri.path());
    let mut exchange = Exchange {
        shared: &shared,
        host,
        control,
        head,
        body: Bytes::new(),
        status: None,
    };
    let result = exchange.run(routed, body).await;
    exchange.finish(result)
}

struct Exchange<'a> {
    shared: &'a SharedState,
    host: Host,
    control: Arc<ConnectionControl>,
    head: Parts,
    body: Bytes,
    /// Of the answer, once there is one.
    status: Option<u16>,
}

impl Exchange<'_> {
    async fn run(
        &mut self,
        routed: Result<Route, RouteError>,
        body: Incoming,
    ) -> Result<FaultedAnswer, ConnectionAborted> {
        // Access tokens name their order in the body; all else is known from the head.
        let endpoint = routed.as_ref().ok().map(|route| route.endpoint);
        let wait_for_body =
            endpoint == Some(Endpoint::CreateAccessToken) && self.shared.faults.ask_for_order();
        let mut fault = None;
        if !wait_for_body {
            fault = self.pick_fault(routed.as_ref().ok());
            inject::before_reading(fault.as_ref(), &self.control)?;
        }
        match read_body(body, &self.head.headers, self.shared.read_timeout).await {
            Ok(bytes) => self.body = bytes,
            Err(problem) => {
                let mut answer = Answer::problem(&problem, self.shared.forms().error);
                answer.headers.push((CONNECTION, "close".to_owned()));
                return Ok(FaultedAnswer::whole(answer, self.host));
            }
        }
        if wait_for_body {
            fault = self.pick_fault(routed.as_ref().ok());
            inject::before_reading(fault.as_ref(), &self.control)?;
        }
        let fault = fault.unwrap_or(Fault::Pass);
        if let Some(faulted) = inject::before(&fault, self.shared, &self.control).await? {
            return Ok(faulted);
        }
        let now = self.now(&fault);
        let answer = match routed {
            Ok(route) => endpoints::answer(self.shared, &self.call(route), now),
            Err(misrouted) => misrouted_answer(&misrouted, self.shared.forms().error),
        };
        inject::after(&fault, answer, self.host, self.shared, &self.control)
            .await
            .map(|faulted| faulted.at(now))
    }

    fn pick_fault(&self, route: Option<&Route>) -> Option<Fault> {
        let faults = &self.shared.faults;
        if !faults.any() {
            return None;
        }
        let order_id = route
            .filter(|_| faults.ask_for_order())
            .and_then(|it| endpoints::order_of(self.shared, it, &self.head, &self.body));
        faults.pick(&FaultQuery {
            host: self.host,
            endpoint: route.map(|it| it.endpoint),
            store_hash: route.map(|it| it.store_hash.as_str()),
            order_id,
        })
    }

    fn now(&self, fault: &Fault) -> Timestamp {
        let now = self.shared.clock.now();
        match fault {
            Fault::ClockSkew { seconds } => now.skewed(*seconds),
            _ => now,
        }
    }

    fn call(&self, route: Route) -> Call {
        Call {
            route,
            query: self.head.uri.query().unwrap_or_default().to_owned(),
            headers: self.head.headers.clone(),
            body: self.body.clone(),
        }
    }

    /// Gives the answer the headers that all answers have.
    fn finish(
        mut self,
        result: Result<FaultedAnswer, ConnectionAborted>,
    ) -> Result<Response<ResponseBody>, ConnectionAborted> {
        self.status = result.as_ref().ok().map(|faulted| faulted.status);
        let correlation_id = self.head.headers.get(&CORRELATION_ID).cloned();
        result.map(|faulted| response(faulted, self.shared.clock.now(), correlation_id))
    }
}

/// An exchange is logged and recorded when it ends, also where the client gave it up.
impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        tracing::info!(
            host = ?self.host,
            method = %self.head.method,
            path = self.head.uri.path(),
            status = self.status,
            "request"
        );
        let endpoint = route(self.host, &self.head.method, self.head.uri.path());
        self.shared.recorder.record(ReceivedRequest {
            host: self.host,
            endpoint: endpoint.ok().map(|it| it.endpoint),
            method: mem::take(&mut self.head.method),
            uri: mem::take(&mut self.head.uri),
            headers: mem::take(&mut self.head.headers),
            body: mem::take(&mut self.body),
            status: self.status,
            at: self.shared.clock.now(),
        });
    }
}

fn response(
    faulted: FaultedAnswer,
    now: Timestamp,
    correlation_id: Option<HeaderValue>,
) -> Response<ResponseBody> {
    let mut response = Response::new(faulted.body);
    *response.status_mut() =
        StatusCode::from_u16(faulted.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let date = faulted.now.unwrap_or(now).http_date();
    set(headers, DATE, &date);
    if let Some(id) = correlation_id {
        headers.insert(CORRELATION_ID, id);
    }
    for (name, value) in faulted.headers {
        set(headers, name, &value);
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn misrouted_answer(misrouted: &RouteError, form: ErrorForm) -> Answer {
    let mut answer = Answer::problem(&misrouted.problem, form);
    if let Some(methods) = misrouted.allow {
        answer.headers.push((ALLOW, methods.to_owned()));
    }
    answer
}

/// Reads a body up to the limit, and what is beyond it only to throw it away.
async fn read_body(
    body: Incoming,
    headers: &HeaderMap,
    timeout: Duration,
) -> Result<Bytes, Problem> {
    if body.size_hint().lower() > LARGEST_BODY as u64 && headers.contains_key(EXPECT) {
        // The client asks before it sends, and can be told without the body.
        return Err(too_large());
    }
    tokio::time::timeout(timeout, collect(body))
        .await
        .unwrap_or_else(|_| Err(Problem::http(408, "Request timeout")))
}

async fn collect(mut body: Incoming) -> Result<Bytes, Problem> {
    let mut kept = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::http(400, "The body could not be read"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= LARGEST_BODY {
            kept.extend_from_slice(&data);
        } else if length > LARGEST_DISCARDED {
            break;
        }
    }
    if length > LARGEST_BODY {
        return Err(too_large());
    }
    Ok(kept.freeze())
}

fn too_large() -> Problem {
    Problem::http(413, "Content too large").with_detail("the limit is 256 KiB")
}
