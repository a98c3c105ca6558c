//! One exchange: a request is read, met by a fault or not, answered and recorded.

use std::{
    mem,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use bytes::Bytes;
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CONNECTION, DATE, HeaderName, HeaderValue},
    http::request::Parts,
};

use crate::{
    clock::Timestamp,
    endpoints::{
        self, Answer, Call,
        route::{Route, RouteError, route},
    },
    faults::{Fault, FaultQuery, LandingClock},
    recorder::{ReceivedRequest, RecordedAnswer},
    redact,
    server::{
        body::{ConnectionAborted, ResponseBody},
        inject::{self, FaultedAnswer, Injected},
        request_body,
        stream::ConnectionControl,
    },
    state::{lock, shared::SharedState},
    wire::endpoint::{Endpoint, Host},
};

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Serves one request on a connection.
///
/// The request is read and processed in a task of its own, which starts before this returns: a
/// client that hangs up takes away its connection, and with it whatever waits for the answer,
/// but not what it has asked for.
pub(crate) fn serve(
    shared: Arc<SharedState>,
    host: Host,
    control: Arc<ConnectionControl>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<ResponseBody>, ConnectionAborted>> {
    let arrived = control.take_first_byte().unwrap_or_else(Instant::now);
    let (head, body) = request.into_parts();
    let exchange = Arc::new(Exchange {
        routed: route(host, &head.method, head.uri.path()),
        correlation_id: correlation_id(&head.headers, &shared),
        shared,
        host,
        control,
        head,
        body: OnceLock::new(),
        answer: Mutex::default(),
    });
    exchange.count_arrival(arrived);
    let processing = tokio::spawn(Arc::clone(&exchange).process(body));
    async move {
        // A task that panicked leaves nothing to answer with.
        let processed = processing.await.map_err(|_| ConnectionAborted)??;
        exchange.answer(processed).await
    }
}

struct Exchange {
    shared: Arc<SharedState>,
    host: Host,
    control: Arc<ConnectionControl>,
    head: Parts,
    routed: Result<Route, RouteError>,
    /// Once it was read.
    body: OnceLock<Bytes>,
    correlation_id: HeaderValue,
    answer: Mutex<RecordedAnswer>,
}

/// What became of a request, before anything of it is sent.
enum Processed {
    /// It was processed, and this fault may yet strike the answer.
    Answered {
        answer: Answer,
        fault: Fault,
        now: Timestamp,
    },
    /// A fault stands in for the answer.
    Injected(Injected),
}

impl Exchange {
    /// Payment requests are counted by their stores when their first byte comes.
    fn count_arrival(&self, arrived: Instant) {
        let route = self.routed.as_ref().ok();
        let payment = route.filter(|it| it.endpoint == Endpoint::ProcessPayment);
        if let Some(store) = payment.and_then(|it| self.shared.store(&it.store_hash)) {
            let since_start = arrived.saturating_duration_since(self.shared.started);
            let micros = u64::try_from(since_start.as_micros()).unwrap_or(u64::MAX);
            lock(&store.arrivals).add(micros);
        }
    }

    async fn process(self: Arc<Self>, body: Incoming) -> Result<Processed, ConnectionAborted> {
        // Access tokens name their order in the body; all else is known from the head.
        let wait_for_body = self.endpoint() == Some(Endpoint::CreateAccessToken)
            && self.shared.faults.ask_for_order();
        let mut fault = None;
        if !wait_for_body {
            fault = self.pick_fault();
            self.note_fault(fault.as_ref());
            inject::before_reading(fault.as_ref(), &self.control)?;
        }
        let body = request_body::read(body, &self.head.headers, self.shared.read_timeout).await;
        match body {
            // It is set nowhere else.
            Ok(bytes) => {
                self.body.set(bytes).unwrap_or_default();
                // What came since the head was this body; the next byte is of the next request.
                self.control.take_first_byte();
            }
            Err(problem) => {
                let mut answer = Answer::problem(&problem, self.shared.forms().error);
                answer.headers.push((CONNECTION, "close".to_owned()));
                self.note(&answer);
                return Ok(Processed::Injected(Injected::Answer(FaultedAnswer::whole(
                    answer, self.host,
                ))));
            }
        }
        if wait_for_body {
            fault = self.pick_fault();
        }
        // Once more, since the body may name the order.
        self.note_fault(fault.as_ref());
        if wait_for_body {
            inject::before_reading(fault.as_ref(), &self.control)?;
        }
        let fault = fault.unwrap_or(Fault::Pass);
        match inject::before(&fault, &self.shared, &self.control).await? {
            Injected::Nothing => self.carry_out(fault),
            injected => Ok(Processed::Injected(injected)),
        }
    }

    /// Does what the request asks for, now or later.
    fn carry_out(&self, fault: Fault) -> Result<Processed, ConnectionAborted> {
        let now = self.now(&fault);
        let route = match &self.routed {
            Ok(route) => route.clone(),
            Err(unknown) => {
                let answer = unrouted_answer(unknown, &self.shared);
                self.note(&answer);
                return Ok(Processed::Answered { answer, fault, now });
            }
        };
        let call = self.call(route);
        let answer = match &fault {
            Fault::LandLater { ms, by, answer } => {
                match endpoints::defer(&self.shared, call, now) {
                    Ok(deferred) => {
                        lock(&self.answer).order_id = deferred.order_id();
                        self.land_later(deferred, *ms, *by);
                        let injected = inject::late_answer(answer, &self.control)?;
                        return Ok(Processed::Injected(injected));
                    }
                    Err(refusal) => refusal,
                }
            }
            _ => endpoints::answer(&self.shared, &call, now),
        };
        self.note(&answer);
        Ok(Processed::Answered { answer, fault, now })
    }

    fn land_later(&self, deferred: endpoints::DeferredCall, ms: u64, by: LandingClock) {
        let shared = Arc::downgrade(&self.shared);
        let land = move || {
            if let Some(shared) = shared.upgrade() {
                deferred.land(&shared, shared.clock.now());
            }
        };
        let delay = Duration::from_millis(ms);
        let landings = &self.shared.landings;
        match by {
            LandingClock::RealTime => landings.after_real_time(delay, land),
            LandingClock::SandboxClock => {
                landings.after_clock_time(&self.shared.clock, delay, land);
            }
        }
    }

    /// Tells the client what became of its request.
    async fn answer(
        &self,
        processed: Processed,
    ) -> Result<Response<ResponseBody>, ConnectionAborted> {
        let faulted = match processed {
            Processed::Answered { answer, fault, now } => {
                inject::after(&fault, answer, self.host, &self.shared, &self.control)
                    .await?
                    .at(now)
            }
            Processed::Injected(Injected::Answer(faulted)) => faulted,
            Processed::Injected(Injected::Nothing | Injected::Hang) => std::future::pending().await,
        };
        {
            let mut answer = lock(&self.answer);
            answer.status = Some(faulted.status);
            answer.headers.clone_from(&faulted.headers);
            answer.body = faulted.whole_body.clone();
        }
        let correlation_id = self.correlation_id.clone();
        Ok(response(faulted, self.shared.clock.now(), correlation_id))
    }

    /// Remembers what an answer says besides its body.
    fn note(&self, answer: &Answer) {
        // A request that is refused early was for an order all the same.
        let order_id = answer.order_id.or_else(|| self.order_id());
        let mut noted = lock(&self.answer);
        noted.order_id = order_id;
        noted.code = answer.code;
        noted.reason.clone_from(&answer.reason);
    }

    /// Remembers the fault that strikes, and the order of the call as far as it is known yet.
    fn note_fault(&self, fault: Option<&Fault>) {
        let Some(fault) = fault.filter(|fault| **fault != Fault::Pass) else {
            return;
        };
        let order_id = self.order_id();
        let mut noted = lock(&self.answer);
        noted.fault = Some(fault.kind());
        noted.order_id = order_id;
    }

    /// The order that the request names, before anything is done with it.
    fn order_id(&self) -> Option<u64> {
        let route = self.routed.as_ref().ok()?;
        let body = self.body.get().map_or(&[][..], |body| body);
        endpoints::order_of(&self.shared, route, &self.head, body)
    }

    fn endpoint(&self) -> Option<Endpoint> {
        self.routed.as_ref().ok().map(|route| route.endpoint)
    }

    fn pick_fault(&self) -> Option<Fault> {
        let faults = &self.shared.faults;
        if !faults.any() {
            return None;
        }
        let route = self.routed.as_ref().ok();
        let order_id = faults.ask_for_order().then(|| self.order_id()).flatten();
        faults.pick(&FaultQuery {
            host: self.host,
            endpoint: self.endpoint(),
            store_hash: route.map(|it| it.store_hash.as_str()),
            order_id,
            is_connection: false,
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
            body: self.body.get().cloned().unwrap_or_default(),
        }
    }
}

/// An exchange is logged and recorded when it ends, also where the client gave it up.
impl Drop for Exchange {
    fn drop(&mut self) {
        let answer = mem::take(&mut *lock(&self.answer));
        let correlation_id = self.correlation_id.to_str().unwrap_or_default();
        let path = self.head.uri.path_and_query();
        if tracing::enabled!(tracing::Level::INFO) {
            tracing::info!(
                host = ?self.host,
                method = %self.head.method,
                path = redact::path(path.map_or("", |it| it.as_str())),
                status = answer.status,
                order = answer.order_id,
                code = answer.code,
                fault = answer.fault,
                correlation_id = redact::header("x-correlation-id", correlation_id),
                reason = answer.reason,
                "request"
            );
        }
        let route = self.routed.as_ref().ok();
        self.shared.recorder.record(ReceivedRequest {
            host: self.host,
            endpoint: self.endpoint(),
            store_hash: route.map(|route| route.store_hash.clone()),
            method: mem::take(&mut self.head.method),
            uri: mem::take(&mut self.head.uri),
            headers: mem::take(&mut self.head.headers),
            body: self.body.take().unwrap_or_default(),
            correlation_id: correlation_id.to_owned(),
            at: self.shared.clock.now(),
            answer,
        });
    }
}

/// The id that the request came with, or one of the sandbox's own.
fn correlation_id(headers: &HeaderMap, shared: &SharedState) -> HeaderValue {
    let given = headers.get(&CORRELATION_ID).filter(|it| !it.is_empty());
    given.cloned().unwrap_or_else(|| {
        // Digits and dashes make a header value.
        HeaderValue::from_str(&shared.next_correlation_id().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static(""))
    })
}

fn response(
    faulted: FaultedAnswer,
    now: Timestamp,
    correlation_id: HeaderValue,
) -> Response<ResponseBody> {
    let mut response = Response::new(faulted.body);
    *response.status_mut() =
        StatusCode::from_u16(faulted.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let date = faulted.now.unwrap_or(now).http_date();
    set(headers, DATE, &date);
    headers.insert(CORRELATION_ID, correlation_id);
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

fn unrouted_answer(unknown: &RouteError, shared: &SharedState) -> Answer {
    let mut answer = Answer::problem(&unknown.problem, unknown.error_form(shared.forms().error));
    if let Some(methods) = unknown.allow {
        answer.headers.push((ALLOW, methods.to_owned()));
    }
    answer
}
