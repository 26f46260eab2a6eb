//! A session credential of one studio's machine opens that machine's queue and nothing else, and a request that
//! was signed long ago opens nothing.

use std::{
    fmt::Debug,
    time::{Duration, SystemTime},
};

use aws_sdk_dynamodb::{
    config::{Credentials, SharedCredentialsProvider, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeValue,
};
use aws_smithy_async::time::StaticTimeSource;
use darkslide_aws::connect;
use domain::id::MachineId;
use ports::{
    contract::sample,
    queues::{Access, QueueName},
};

use crate::support;

fn refused<T: Debug, E: ProvideErrorMetadata + Debug, R: Debug>(
    what: &str,
    answer: Result<T, SdkError<E, R>>,
) {
    let error = answer.expect_err(what);
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
    assert!(code.contains("AccessDenied"), "{what}: {code}: {error:?}");
}

#[tokio::test]
async fn it_is_refused_on_another_queue_on_s3_and_on_dynamodb() {
    let Some(endpoint) = support::emulator() else { return };
    let settings = support::deploy(&endpoint).await;
    let host = connect(settings.clone()).await.unwrap().with_all();
    let [mine, theirs] = [0, 1].map(|_| QueueName::Machine(MachineId::from_bytes(sample::bytes())));
    for queue in [mine, theirs] {
        host.ports.queues.ensure(queue).await.unwrap();
        host.ports.queues.send(queue, "{}").await.unwrap();
    }
    host.ports.blobs.put_new("img/g/x", bytes::Bytes::from_static(b"a picture"), "image/jpeg").await.unwrap();
    let url = async |queue| match host.ports.queues.access(queue).await.unwrap() {
        Access::Sqs { queue_url, .. } => queue_url,
        Access::Http => panic!("SQS is polled directly"),
    };
    let their_url = url(theirs).await;
    let Access::Sqs {
        queue_url, region, access_key_id, secret_access_key, session_token, expires_at, ..
    } = host.ports.queues.access(mine).await.unwrap()
    else {
        panic!("SQS is polled directly");
    };
    let lifetime = expires_at.0 - host.ports.clock.now().0;
    assert!((0..=3_600_000).contains(&lifetime), "{lifetime} ms");
    assert_eq!(region, "us-east-1");

    let stolen = Credentials::new(access_key_id, secret_access_key, Some(session_token), None, "stolen");
    let stolen = SharedCredentialsProvider::new(stolen);
    let config = support::account(&endpoint).await.to_builder().credentials_provider(stolen).build();
    let sqs = aws_sdk_sqs::Client::new(&config);
    let got = sqs.receive_message().queue_url(&queue_url).wait_time_seconds(5).send().await.unwrap();
    let receipt = got.messages.unwrap()[0].receipt_handle.clone().unwrap();
    let hide = sqs.change_message_visibility().queue_url(&queue_url).receipt_handle(&receipt);
    hide.visibility_timeout(60).send().await.unwrap();
    sqs.delete_message().queue_url(&queue_url).receipt_handle(&receipt).send().await.unwrap();

    // An hour ago: what somebody would send again who has overheard it. The SDK would correct its clock by the
    // refusal and try again.
    let old = StaticTimeSource::new(SystemTime::now() - Duration::from_secs(3_600));
    let late = aws_sdk_sqs::config::Builder::from(&config)
        .time_source(old)
        .retry_config(RetryConfig::disabled())
        .build();
    let late = aws_sdk_sqs::Client::from_conf(late).receive_message().queue_url(&queue_url).send().await;
    let error = late.expect_err("an old signature");
    let why = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
    assert!(["RequestTimeTooSkewed", "SignatureDoesNotMatch"].contains(&why.as_str()), "{why}: {error:?}");

    refused("reading another's queue", sqs.receive_message().queue_url(&their_url).send().await);
    refused("emptying another's queue", sqs.purge_queue().queue_url(&their_url).send().await);
    refused("ringing", sqs.send_message().queue_url(&queue_url).message_body("{}").send().await);
    let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(s3);
    refused("a picture", s3.get_object().bucket(&settings.renditions_bucket).key("img/g/x").send().await);
    refused("a list of pictures", s3.list_objects_v2().bucket(&settings.renditions_bucket).send().await);
    refused("a record", s3.put_object().bucket(&settings.records_bucket).key("batches/x").send().await);
    let key = AttributeValue::S("STUDIOS".into());
    let dynamodb = aws_sdk_dynamodb::Client::new(&config);
    let get = dynamodb.get_item().table_name(&settings.table).key("pk", key.clone()).key("sk", key);
    refused("an item", get.send().await);
    let ssm = aws_sdk_ssm::Client::new(&config);
    let secret = format!("{}/session", settings.secrets_path);
    refused("a secret", ssm.get_parameter().name(secret).with_decryption(true).send().await);
}
