//! A host of its own for each test, on the emulator that DARKSLIDE_AWS_ENDPOINT names.

mod role;

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_ssm::types::ParameterType;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use darkslide_aws::{QueueArn, Settings, connect_with_clock, secrets};
use ports::{
    blobs::SignedRequest,
    clock::TestClock,
    contract::{Holder, Host, sample},
};

pub const ENDPOINT: &str = "DARKSLIDE_AWS_ENDPOINT";

/// Whether there is an emulator; says so where there is none.
pub fn emulator() -> Option<String> {
    let endpoint = std::env::var(ENDPOINT).ok().filter(|e| !e.is_empty());
    if endpoint.is_none() {
        eprintln!(
            "skipped: {ENDPOINT} is not set. tests/aws/emulator.py COMMAND sets it, as `make test-aws` does"
        );
    }
    endpoint
}

/// The SDKs' configuration, as whoever deploys has it.
pub async fn account(endpoint: &str) -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
    aws_config::defaults(BehaviorVersion::latest()).endpoint_url(endpoint).http_client(http).load().await
}

/// What template.yaml would have made, under names that no other test has.
pub async fn deploy(endpoint: &str) -> Settings {
    let config = account(endpoint).await;
    let name = format!("t{}", &sample::text("")[1..17]);
    table(&config, &name).await;
    let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(s3);
    let [renditions, relay, records] =
        ["renditions", "relay", "records"].map(|kind| format!("{name}-{kind}"));
    for bucket in [&renditions, &relay, &records] {
        s3.create_bucket().bucket(bucket).send().await.unwrap();
    }
    let path = format!("/darkslide/{name}");
    let ssm = aws_sdk_ssm::Client::new(&config);
    for (parameter, value) in secrets::generate().unwrap() {
        let put = ssm.put_parameter().name(format!("{path}/{parameter}")).value(value);
        put.r#type(ParameterType::SecureString).send().await.unwrap();
    }
    let site = ssm.put_parameter().name(format!("{path}/site")).value("https://photos.example/");
    site.r#type(ParameterType::String).send().await.unwrap();
    Settings {
        mail_from: None,
        table: name.clone(),
        renditions_bucket: renditions,
        relay_bucket: relay,
        records_bucket: records,
        queue_prefix: format!("{name}-"),
        agent_dead_letters: dead_letters(&config, &format!("{name}-agent-dead")).await,
        lab_dead_letters: dead_letters(&config, &format!("{name}-lab-dead")).await,
        session_role_arn: role::make(&config, endpoint, &name).await,
        secrets_path: path,
        site: None,
        epoch: Default::default(),
        s3_path_style: true,
    }
}

async fn table(config: &SdkConfig, name: &str) {
    let key =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let index = |name: &str| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(key(&format!("{name}pk"), KeyType::Hash))
            .key_schema(key(&format!("{name}sk"), KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .unwrap()
    };
    let mut create = aws_sdk_dynamodb::Client::new(config)
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .global_secondary_indexes(index("gsi1"))
        .global_secondary_indexes(index("gsi2"));
    for attribute in ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"] {
        let text = AttributeDefinition::builder().attribute_name(attribute);
        create = create.attribute_definitions(text.attribute_type(ScalarAttributeType::S).build().unwrap());
    }
    create.send().await.unwrap();
}

async fn dead_letters(config: &SdkConfig, name: &str) -> QueueArn {
    let sqs = aws_sdk_sqs::Client::new(config);
    let url = sqs.create_queue().queue_name(name).send().await.unwrap().queue_url.unwrap();
    let arn = aws_sdk_sqs::types::QueueAttributeName::QueueArn;
    let known = sqs.get_queue_attributes().queue_url(url).attribute_names(arn.clone()).send().await.unwrap();
    QueueArn::parse(&known.attributes.unwrap()[&arn]).unwrap()
}

/// The factory of the contract suite.
pub async fn host() -> Option<Host> {
    let endpoint = emulator()?;
    let settings = deploy(&endpoint).await;
    // Presigned requests are judged by the store's clock, so the test's clock starts there.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let clock = Arc::new(TestClock::at(now.try_into().unwrap()));
    let host = connect_with_clock(settings, clock.clone()).await.unwrap().with_all();
    Some(Host {
        ports: host.ports,
        clock,
        holder: Arc::new(OverHttp(client())),
        own_clock: true,
        keep: Box::new(()),
    })
}

pub fn client() -> reqwest::Client {
    // The process's provider is set by whoever is first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

/// Uses grants as agents and labs do.
pub struct OverHttp(pub reqwest::Client);

#[async_trait]
impl Holder for OverHttp {
    async fn put(&self, request: &SignedRequest, body: Bytes) -> u16 {
        let mut put = self.0.put(&request.url).body(body);
        for (name, value) in &request.headers {
            put = put.header(name, value);
        }
        put.send().await.unwrap().status().as_u16()
    }

    async fn get(&self, request: &SignedRequest) -> (u16, Bytes) {
        let mut get = self.0.get(&request.url);
        for (name, value) in &request.headers {
            get = get.header(name, value);
        }
        let answer = get.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }
}
