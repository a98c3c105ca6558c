//! Carrying out a fault on one exchange.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName};
use serde_json::{Value, json};

use crate::{
    clock::Timestamp,
    endpoints::Answer,
    faults::{Fault, LateAnswer, When},
    random::{Purpose, Subject},
    server::{
        body::{BodyEnding, ConnectionAborted, ResponseBody},
        stream::ConnectionControl,
    },
    state::shared::SharedState,
    wire::endpoint::Host,
};

/// Bytes of garbage that are sent in place of an answer.
const GARBAGE_LENGTH: usize = 512;

/// An answer after a fault has, or has not, struck it.
#[derive(Debug)]
pub(crate) struct FaultedAnswer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: ResponseBody,
    /// The clock that the answer shows, where it is not the sandbox's.
    pub(crate) now: Option<Timestamp>,
    /// The body as it would be whole.
    pub(crate) whole_body: Bytes,
}

impl FaultedAnswer {
    /// An answer as it is.
    pub(crate) fn whole(answer: Answer, host: Host) -> Self {
        Self::with_body(answer, host, ResponseBody::whole)
    }

    /// An answer with another body in place of its own. One without a body stays without.
    fn with_body(answer: Answer, host: Host, replace: impl FnOnce(Bytes) -> ResponseBody) -> Self {
        let mut headers = answer.headers;
        let mut whole_body = Bytes::new();
        let body = answer
            .body
            .map_or_else(ResponseBody::empty, |(media, text)| {
                headers.push((CONTENT_TYPE, media.content_type(host).to_owned()));
                whole_body = text.into();
                replace(whole_body.clone())
            });
        Self {
            status: answer.status,
            headers,
            body,
            now: None,
            whole_body,
        }
    }

    pub(crate) fn at(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }
}

/// What a fault makes of a call on one side of its processing.
pub(crate) enum Injected {
    /// The call goes on.
    Nothing,
    /// This stands in for what would come.
    Answer(FaultedAnswer),
    /// No answer comes, and the connection stays open.
    Hang,
}

/// What strikes before the body of the request is read.
pub(crate) fn before_reading(
    fault: Option<&Fault>,
    control: &ConnectionControl,
) -> Result<(), ConnectionAborted> {
    match fault {
        Some(Fault::ResetBeforeReading) => {
            control.reset();
            Err(ConnectionAborted)
        }
        _ => Ok(()),
    }
}

/// What strikes a request that was read but not processed.
pub(crate) async fn before(
    fault: &Fault,
    shared: &SharedState,
    control: &Arc<ConnectionControl>,
) -> Result<Injected, ConnectionAborted> {
    inject_on_side(fault, When::Before, shared, control).await
}

/// What is told of a request that takes effect later.
pub(crate) fn late_answer(
    answer: &LateAnswer,
    control: &ConnectionControl,
) -> Result<Injected, ConnectionAborted> {
    match answer {
        LateAnswer::Reset => {
            control.reset();
            Err(ConnectionAborted)
        }
        LateAnswer::Hang => Ok(Injected::Hang),
        LateAnswer::Respond {
            status,
            body,
            headers,
        } => Ok(Injected::Answer(respond(*status, body.as_deref(), headers))),
    }
}

/// What strikes the answer of a processed request.
pub(crate) async fn after(
    fault: &Fault,
    answer: Answer,
    host: Host,
    shared: &SharedState,
    control: &Arc<ConnectionControl>,
) -> Result<FaultedAnswer, ConnectionAborted> {
    match inject_on_side(fault, When::After, shared, control).await? {
        Injected::Nothing => {}
        Injected::Answer(faulted) => return Ok(faulted),
        Injected::Hang => return std::future::pending().await,
    }
    let break_off = |answer, bytes, ending| {
        FaultedAnswer::with_body(answer, host, |body| {
            ResponseBody::broken(&body, bytes, ending)
        })
    };
    Ok(match fault {
        Fault::Truncate {
            bytes,
            reset: false,
        } => break_off(answer, *bytes, BodyEnding::Close),
        Fault::Truncate { bytes, reset: true } => {
            break_off(answer, *bytes, BodyEnding::Reset(Arc::clone(control)))
        }
        Fault::Stall { bytes } => break_off(answer, *bytes, BodyEnding::Stall),
        Fault::Gigantic { bytes } => {
            FaultedAnswer::with_body(answer, host, |body| ResponseBody::padded(body, *bytes))
        }
        Fault::WrongTypes => FaultedAnswer::with_body(answer, host, |body| {
            ResponseBody::whole(wrong_types(&body).into())
        }),
        _ => FaultedAnswer::whole(answer, host),
    })
}

/// The faults that can strike on either side of processing.
async fn inject_on_side(
    fault: &Fault,
    side: When,
    shared: &SharedState,
    control: &Arc<ConnectionControl>,
) -> Result<Injected, ConnectionAborted> {
    match fault {
        Fault::Delay { ms, when } if *when == side => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            Ok(Injected::Nothing)
        }
        Fault::Reset { when } if *when == side => {
            control.reset();
            Err(ConnectionAborted)
        }
        Fault::Hang { when } if *when == side => Ok(Injected::Hang),
        Fault::Garbage { when } if *when == side => {
            let mut garbage = vec![0; GARBAGE_LENGTH];
            shared
                .random
                .fill(Purpose::Garbage, Subject::default(), 0, &mut garbage);
            control.send_instead(garbage.into());
            // Some answer, in place of which the garbage is sent.
            Ok(Injected::Answer(respond(500, None, &BTreeMap::new())))
        }
        Fault::Respond {
            status,
            body,
            headers,
            when,
        } if *when == side => Ok(Injected::Answer(respond(*status, body.as_deref(), headers))),
        Fault::RespondTruncated {
            status,
            body,
            headers,
            bytes,
            when,
        } if *when == side => {
            let mut answer = respond(*status, Some(body), headers);
            answer.body = ResponseBody::broken(&answer.whole_body, *bytes, BodyEnding::Close);
            Ok(Injected::Answer(answer))
        }
        _ => Ok(Injected::Nothing),
    }
}

fn respond(status: u16, body: Option<&str>, headers: &BTreeMap<String, String>) -> FaultedAnswer {
    let named = |(name, value): (&String, &String)| Some((name.parse().ok()?, value.clone()));
    let whole_body = Bytes::from(body.unwrap_or_default().to_owned());
    FaultedAnswer {
        status,
        headers: headers.iter().filter_map(named).collect(),
        body: body.map_or_else(ResponseBody::empty, |_| {
            ResponseBody::whole(whole_body.clone())
        }),
        now: None,
        whole_body,
    }
}

/// The same JSON, with the type of every value changed.
fn wrong_types(body: &[u8]) -> String {
    fn change(value: Value) -> Value {
        match value {
            Value::Null => json!(false),
            Value::Bool(value) => json!(value.to_string()),
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => json!(text.len()),
            Value::Array(values) => {
                let numbered = values.into_iter().enumerate();
                numbered
                    .map(|(n, value)| (n.to_string(), change(value)))
                    .collect()
            }
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (name, change(value)))
                .collect(),
        }
    }
    serde_json::from_slice(body).map_or_else(|_| "0".to_owned(), |json| change(json).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_types_keeps_the_shape() {
        let changed = wrong_types(br#"{"data":{"id":"abc","n":1,"ok":true,"list":[null]}}"#);
        let expected = json!({"data": {"id": 3, "n": "1", "ok": "true", "list": {"0": false}}});
        assert_eq!(serde_json::from_str::<Value>(&changed).unwrap(), expected);
    }
}
