//! How a request of a generated client is sent.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use reqwest::{
    Client, Request, Response,
    header::{ACCEPT, HeaderName, HeaderValue},
};

use crate::{
    departure::{Departure, watched},
    response::bounded,
};

/// What the generator adds to every request.
static API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// What a generated client holds for its hooks: how its requests are sent, and how much of a
/// response is read.
#[derive(Clone, Debug)]
pub struct Inner {
    /// Headers beside those of the generated request: the [credential](crate::credential()) that
    /// authenticates it, and such as `X-Correlation-Id`. They win over generated ones.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The time from connecting to the last byte of the response.
    pub timeout: Duration,
    /// The most bytes of a response body that are read. Reading on is an error of the body.
    pub max_body: usize,
    /// The status of the last response, 0 before there is one. The error of a generated client
    /// forgets it when it cannot read the body.
    pub status: Arc<AtomicU16>,
    /// Tells when the request leaves, and holds it back when it is too late for it.
    pub departure: Option<Arc<Departure>>,
}

impl Default for Inner {
    /// No headers, 30 seconds, 1 MiB, and no time that is too late.
    fn default() -> Self {
        Self {
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            max_body: 1024 * 1024,
            status: Arc::default(),
            departure: None,
        }
    }
}

impl Inner {
    /// Gives a generated request the headers that it is really sent with, and its deadline.
    ///
    /// The header `api-version`, which the generator adds to every request, is removed: the API
    /// does not know it.
    pub fn prepare(&self, request: &mut Request, accept: &'static str) {
        let headers = request.headers_mut();
        headers.remove(&API_VERSION);
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        *request.timeout_mut() = Some(self.timeout);
        if let (Some(departure), Some(body)) = (&self.departure, request.body_mut()) {
            *body = watched(mem::take(body), Arc::clone(departure));
        }
    }

    /// Sends a request, notes the status of the response, and bounds its body.
    ///
    /// # Errors
    ///
    /// Those of [`Client::execute`]. A body that is too large is an error only when it is read.
    pub async fn execute(&self, client: &Client, request: Request) -> reqwest::Result<Response> {
        let response = client.execute(request).await?;
        self.status
            .store(response.status().as_u16(), Ordering::Relaxed);
        Ok(bounded(response, self.max_body))
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::Ordering, time::Duration};

    use reqwest::{Client, Method, Request, Response, header};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::Inner;
    use crate::{credential, with_body};

    fn request(url: &str) -> Request {
        let mut request = Request::new(Method::GET, url.parse().unwrap());
        let headers = request.headers_mut();
        headers.insert("api-version", "".parse().unwrap());
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        request
    }

    #[test]
    fn a_request_has_the_headers_of_the_api_and_a_deadline() {
        let id: header::HeaderValue = "c1".parse().unwrap();
        let inner = Inner {
            headers: vec![
                (header::AUTHORIZATION, credential("PAT abc".into()).unwrap()),
                (header::HeaderName::from_static("x-correlation-id"), id),
            ],
            ..Inner::default()
        };
        let mut request = request("http://127.0.0.1/");

        inner.prepare(&mut request, "text/x");

        let headers = request.headers();
        assert!(!headers.contains_key("api-version"));
        assert_eq!(headers[header::ACCEPT], "text/x");
        assert_eq!(headers[header::AUTHORIZATION], "PAT abc");
        assert!(headers[header::AUTHORIZATION].is_sensitive());
        assert_eq!(headers["x-correlation-id"], "c1");
        assert_eq!(request.timeout(), Some(&Duration::from_secs(30)));
        assert!(!format!("{request:?}").contains("abc"));
    }

    /// Answers one request, and checks that all but the body is in place.
    async fn answer(status: u16, body: &'static [u8], max_body: usize) -> Response {
        answer_with("", status, body, max_body).await
    }

    async fn answer_with(
        header: &str,
        status: u16,
        body: &'static [u8],
        max_body: usize,
    ) -> Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/path", listener.local_addr().unwrap());
        let server = async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 1024]).await.unwrap();
            let head =
                format!("HTTP/1.1 {status} X\r\nx-a: b\r\n{header}connection: close\r\n\r\n");
            socket.write_all(head.as_bytes()).await.unwrap();
            // The client may hang up before the end.
            let _ = socket.write_all(body).await;
        };
        let inner = Inner {
            max_body,
            ..Inner::default()
        };
        let client = Client::new();
        let (response, ()) = tokio::join!(inner.execute(&client, request(&url)), server);
        let response = response.unwrap();
        assert_eq!(response.url().as_str(), url);
        assert_eq!(response.status(), status);
        assert_eq!(inner.status.load(Ordering::Relaxed), status);
        assert_eq!(response.headers()["x-a"], "b");
        response
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_bound() {
        let body = answer(201, b"12345", 5).await.bytes().await.unwrap();
        assert_eq!(body, "12345");

        let error = answer(201, b"123456", 5).await.bytes().await.unwrap_err();
        assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    }

    #[tokio::test]
    async fn an_announced_length_is_bounded_too() {
        let announced = "content-length: 5\r\n";
        let body = answer_with(announced, 201, b"123456", 5)
            .await
            .bytes()
            .await;
        assert_eq!(body.unwrap(), "12345", "what follows is not of the body");

        let error = answer_with(announced, 201, b"12345", 4).await.bytes().await;
        assert!(!error.unwrap_err().is_timeout());

        let chunked = "content-length: 5\r\ntransfer-encoding: chunked\r\n";
        let error = answer_with(chunked, 201, b"6\r\n123456\r\n0\r\n\r\n", 5).await;
        error.bytes().await.unwrap_err();
    }

    #[tokio::test]
    async fn a_body_can_be_replaced() {
        let response = with_body(answer(404, b"", 5).await, "{}");

        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["x-a"], "b");
        assert_eq!(response.text().await.unwrap(), "{}");
    }
}
