//! Signatures in headers, checked by moto in its auth mode: another implementation than the emulator's. Started by
//! tests/aws/signatures.py, which makes what template.yaml would and says what must happen; skipped without it.
//!
//! The adapters are the real ones, on what their environment says, as in a function.

use std::error::Error;

use darkslide_aws::{Settings, connect};
use domain::id::MachineId;
use ports::{contract::sample, queues::QueueName};

/// `accepted`, or what the refusal says.
const EXPECTED: &str = "DARKSLIDE_SIGNATURES";

fn judge<T>(expected: &str, service: &str, answer: Result<T, impl Error + 'static>) {
    match (expected, answer) {
        ("accepted", Ok(_)) => {}
        ("accepted", Err(error)) => panic!("{service} refused a right signature: {}", explained(&error)),
        (refusal, Err(error)) => {
            let why = explained(&error);
            assert!(why.contains(refusal), "{service} refused for another reason than {refusal}: {why}");
        }
        (_, Ok(_)) => panic!("{service} took a wrong signature"),
    }
}

fn explained(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn signatures_in_headers_are_what_another_implementation_expects() {
    let Ok(expected) = std::env::var(EXPECTED) else {
        eprintln!("skipped: {EXPECTED} is not set. tests/aws/signatures.py sets it, as `make test-aws` does");
        return;
    };
    let expected = expected.as_str();
    let host = match connect(Settings::from_env().unwrap()).await {
        Ok(host) => host.with_all(),
        // The secrets are read first; nothing else is asked without them.
        Err(error) => return judge(expected, "ssm", Err::<(), _>(error)),
    };
    let queue = QueueName::Machine(MachineId::from_bytes(sample::bytes()));
    let picture = bytes::Bytes::from_static(b"a picture");
    judge(expected, "dynamodb", host.ports.directory.studios(None, 10).await);
    judge(expected, "s3", host.ports.blobs.put_new(&sample::text("img/g"), picture, "image/jpeg").await);
    judge(expected, "sqs", host.ports.queues.ensure(queue).await);
    if expected == "accepted" {
        host.ports.queues.send(queue, "{}").await.unwrap();
        host.ports.queues.access(queue).await.unwrap();
    }
}
