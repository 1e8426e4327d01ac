//! The HTTP front of a witness: `POST /add-checkpoint` and `GET /<origin hash>/checkpoint`, C2SP tlog-witness.
//!
//! Plain HTTP/1.1 with keep-alive; whoever opens it to a network puts a proxy with TLS in front. A client has a time for each of its
//! requests, a request a largest size, and the whole a largest number of connections, so that slow clients cost little.

use crate::output;
use crate::witness::{Answer, Witness};
use call_stream_verify::objects::add_checkpoint::REQUEST_BYTES;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{sleep, timeout};

const CONNECTIONS: usize = 256;
/// How many requests' times a connection may last.
const LIFETIME: u32 = 60;
/// Longest head of a request.
const HEAD_BYTES: usize = 16 * 1024;

/// Answers requests until the process ends; each has `limit` for its head, and again for its body.
///
/// **Errors**: those of the system before the first request; none later.
pub fn serve(listener: TcpListener, witness: Witness, limit: Duration) -> io::Result<Infallible> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (asking, questions) = mpsc::channel(CONNECTIONS);
        std::thread::spawn(move || attend(witness, questions));
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let permit = Arc::clone(&room).acquire_owned().await.map_err(io::Error::other)?;
            let Ok((stream, _)) = listener.accept().await else {
                // Out of descriptors, mostly: some will be free again.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let asking = asking.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| respond(request, asking.clone(), limit));
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(limit).max_buf_size(HEAD_BYTES);
                let connection = http.serve_connection(TokioIo::new(stream), service);
                // A connection that breaks or lasts too long concerns its client alone.
                drop(timeout(limit * LIFETIME, connection).await);
                drop(permit);
            });
        }
    })
}

async fn respond(
    request: Request<Incoming>,
    witness: mpsc::Sender<Asked>,
    limit: Duration,
) -> Result<Response<Full<Bytes>>, Infallible> {
    const ADD_CHECKPOINT: &str = "/add-checkpoint";
    let origin_hash = request.uri().path().strip_prefix('/').and_then(|path| path.strip_suffix("/checkpoint"));
    let answer = match (request.method(), request.uri().path(), origin_hash) {
        (&Method::POST, ADD_CHECKPOINT, _) => match read(request, limit).await {
            Ok(body) => ask(witness, Question::AddCheckpoint(body)).await,
            Err(answer) => {
                let mut response = response(answer);
                // What is left of the body is not read.
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                return Ok(response);
            }
        },
        (_, ADD_CHECKPOINT, _) => {
            let mut response = response(Answer::new(405, "Checkpoints are sent by POST."));
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            return Ok(response);
        }
        (&Method::GET, _, Some(hash)) => {
            let question = Question::LatestCheckpoint(hash.to_owned());
            ask(witness, question).await
        }
        _ => Answer::new(404, "Here are POST /add-checkpoint and GET /<origin hash>/checkpoint alone."),
    };
    Ok(response(answer))
}

/// What the witness is asked.
enum Question {
    AddCheckpoint(Bytes),
    LatestCheckpoint(String),
}

/// A question, and where its answer goes.
type Asked = (Question, oneshot::Sender<Answer>);

/// The witness in a thread of its own, beside the connections, whose times go on. It takes all that wait at once.
fn attend(mut witness: Witness, mut questions: mpsc::Receiver<Asked>) {
    let mut waiting = Vec::new();
    while questions.blocking_recv_many(&mut waiting, CONNECTIONS) > 0 {
        let bodies = waiting.iter().filter_map(|(question, _)| match question {
            Question::AddCheckpoint(body) => Some(body.as_ref()),
            Question::LatestCheckpoint(_) => None,
        });
        let mut answers = witness.add_checkpoints(bodies).into_iter();
        for (question, answered) in waiting.drain(..) {
            let answer = match question {
                Question::AddCheckpoint(_) => answers.next(),
                Question::LatestCheckpoint(hash) => Some(witness.latest_checkpoint(&hash)),
            };
            if let Some(answer) = answer {
                answer.journal.iter().for_each(|line| output::note(line));
                // A client that is gone hears it the next time it asks.
                drop(answered.send(answer));
            }
        }
    }
}

async fn ask(witness: mpsc::Sender<Asked>, question: Question) -> Answer {
    let (answered, answer) = oneshot::channel();
    let is_asked = witness.send((question, answered)).await.is_ok();
    let answer = if is_asked { answer.await.ok() } else { None };
    answer.unwrap_or_else(|| Answer::new(500, "The witness failed inside."))
}

/// The body of a request, or why it is not taken.
async fn read(request: Request<Incoming>, limit: Duration) -> Result<Bytes, Answer> {
    let largest = u64::try_from(REQUEST_BYTES).unwrap_or(u64::MAX);
    let too_large = || Answer::new(413, "The request is too long.");
    if request.body().size_hint().lower() > largest {
        return Err(too_large());
    }
    match timeout(limit, Limited::new(request.into_body(), REQUEST_BYTES).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Answer::new(400, "The request ended in its middle.")),
        Err(_) => Err(Answer::new(408, "The request took too long.")),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    response
}
